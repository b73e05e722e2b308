"""Does the identity of a version change with all by which it reads, and with nothing else?"""

import json
import math
from dataclasses import replace

import pytest

from model_store.reading import card as reading_card
from model_store.reading.card import ModelCard
from model_store.reading.card_record import unfit_figure
from model_store.reading.decision.calibration import Calibration
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.card_file import MADE_FOR, read_card

CARD = ModelCard(
    "v1",
    "a" * 64,
    Calibration(0.0, 0.5, 1.5, 0.5),
    0.4,
    {"note": "drawn", "familiarity": {"warn_above": 1.5, "refuse_above": 3.0}, "network": "cells-113"},
)


@pytest.mark.parametrize(
    "changes",
    [
        {"weights_sha256": "b" * 64},
        {"calibration": Calibration(0.0, 0.5, 1.5, 0.51)},
        {"calibration": Calibration(0.1, 0.5, 1.5, 0.5)},
        {"operating_point": 0.41},
    ],
)
def test_weights_calibration_and_operating_point_make_a_version(changes):
    assert replace(CARD, **changes).identity != CARD.identity


@pytest.mark.parametrize("key", reading_card.DECIDES)
def test_so_does_every_limit(key):
    changed = replace(CARD, content=CARD.content | {key: "another"})
    assert changed.identity != CARD.identity
    assert changed.identity != replace(CARD, content=CARD.content | {key: "a third"}).identity


def test_a_limit_within_a_limit_counts():
    familiarity = {"warn_above": 1.5, "refuse_above": 3.1}
    assert replace(CARD, content=CARD.content | {"familiarity": familiarity}).identity != CARD.identity


def test_where_a_version_comes_from_does_not():
    described = {"note": "another", "comparison": {"passed": True}, "test": {"auroc": 0.9}, "run": "r"}
    assert replace(CARD, version="copy", content=CARD.content | described).identity == CARD.identity


def test_the_order_of_a_card_does_not():
    content = json.loads(json.dumps(dict(reversed(CARD.content.items()))))
    assert replace(CARD, content=content).identity == CARD.identity


def test_whatever_the_program_asks_for_is_part_of_it():
    assert set(MADE_FOR) <= set(reading_card.DECIDES)


def test_every_entry_of_the_bundled_card_is_known_to_decide_or_to_describe():
    """A new limit in a card has to be named in `DECIDES`, or here as one by which nothing is read."""
    described = {
        *("recipe", "training", "history", "data", "half_precision_shift", "test_readings", "created", "run"),
        *("recalibrated_from", "validation_scores", "validation", "version", "learned_from_sha256", "maps"),
        *("map_sanity", "test", "intended_use", "limits", "notes", "lungs", "schema_version"),
    }
    own = {"weights_sha256", "temperature", "calibration", "operating_point"}
    assert set(read_card(BUNDLED_FOLDER).content) <= described | own | set(reading_card.DECIDES)


def nested(levels):
    content = 1
    for _ in range(levels):
        content = [content]
    return content


@pytest.mark.parametrize(
    ("content", "unfit"),
    [
        *((each, False) for each in (1.5, 3, True, None, "text", [], {}, {"a": [1, {"b": 2.5}]})),
        *((each, True) for each in (math.nan, math.inf, [0.0, -math.inf], {"a": [1, {"b": math.nan}]})),
        *((each, True) for each in ("\ud800", "a\udfff", {"\udfff": 1}, [["a", "\udc00"]])),
        *((["x" * 1_000_000], False), (["x" * 1_000_001], True)),
        *(([0] * 100_000, False), ([0] * 100_001, True)),
        *((nested(20), False), (nested(21), True)),
    ],
    ids=range(22),
)
def test_a_figure_that_no_screen_can_show(content, unfit):
    assert unfit_figure(content) is unfit
