"""Is a card read as it says, and one that cannot be used refused with a sentence?"""

import json

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.basics.records import SCHEMA
from model_store.reading.network import CELLS, POOLED
from model_store.versions.card_file import MADE_FOR, parse_card

CARD = {"version": "drawn-1", "weights_sha256": "5" * 64, "temperature": 1.5, "operating_point": 0.4} | MADE_FOR


def card_of(**content):
    return parse_card(json.dumps(CARD | content).encode(), name="drawn-1")


def test_a_card_of_before_there_were_two_kinds_is_a_pooled_one():
    card = card_of()
    assert card.network == POOLED
    assert (card.heatmap_full, card.least_lung) == (None, None)


@pytest.mark.parametrize("kind", [CELLS, POOLED])
def test_it_names_its_network(kind):
    assert card_of(network=kind).network == kind


@pytest.mark.parametrize("kind", ["cells-7", "", None, 113, ["cells-113"]])
def test_an_unknown_network_is_refused(kind):
    with pytest.raises(ModelCorrupted, match=r"^Version drawn-1 was made for another network\.$"):
        card_of(network=kind)


def test_the_scale_of_its_heatmaps_and_the_least_of_its_lungs():
    card = card_of(heatmap_full=2.5, lung_cells={"least": 0})
    assert (card.heatmap_full, card.least_lung) == (2.5, 0)


@pytest.mark.parametrize("full", [0, -1, "2", [], {}, 10**400, float("inf"), float("nan")], ids=str)
def test_a_scale_that_is_none_is_refused(full):
    with pytest.raises(ModelCorrupted, match="damaged: its entry heatmap_full cannot be used"):
        card_of(heatmap_full=full)


def test_what_normal_films_have_by_cell():
    rows = np.random.default_rng(0).normal(size=(8, 8)).tolist()
    np.testing.assert_array_equal(card_of(network=CELLS, heatmap_baseline=rows).heatmap_baseline, np.float32(rows))
    assert card_of(network=CELLS).heatmap_baseline is None


@pytest.mark.parametrize(
    "rows", [[], [[0.0] * 8] * 7, [[0.0] * 7] * 8, [[1e9] * 8] * 8, [[[0.0]] * 8] * 8, 5, "8"], ids=str
)
def test_cells_of_normal_films_that_are_none_are_refused(rows):
    with pytest.raises(ModelCorrupted, match=r"damaged: its entry heatmap_baseline\S* cannot be used"):
        card_of(network=CELLS, heatmap_baseline=rows)


def test_a_network_that_answers_for_the_whole_crop_has_no_cells_of_normal_films():
    with pytest.raises(ModelCorrupted, match="heatmap_baseline"):
        card_of(network=POOLED, heatmap_baseline=[[0.0] * 8] * 8)


@pytest.mark.parametrize("least", [-0.1, "2", [], 10**400, float("inf"), float("nan")], ids=str)
def test_a_number_of_lung_cells_that_is_none_is_refused(least):
    with pytest.raises(ModelCorrupted, match=r"damaged: its entry lung_cells\S* cannot be used"):
        card_of(lung_cells={"least": least})


def test_without_a_number_of_lung_cells_nothing_is_known():
    assert card_of(lung_cells=None).least_lung is None


@pytest.mark.parametrize(
    ("content", "entry"),
    [
        ({"operating_point": 1}, "operating_point"),
        ({"version": "v" * 101}, "version"),
        ({"version": ""}, "version"),
        ({"weights_sha256": "5" * 63}, "weights_sha256"),
        ({"learned_from_sha256": 5}, "learned_from_sha256"),
        ({"note": ["a"]}, "note"),
        ({"lung_cells": {"least": 1e308}}, "lung_cells.least"),
        ({"heatmap_full": 5e-324}, "heatmap_full"),
        ({"test_readings": 10**400}, "test_readings"),
        ({"familiarity": {"warn_above": 1e308, "refuse_above": -1.0, "tensors": ""}}, "familiarity.refuse_above"),
        ({"familiarity": {"warn_above": 0.0, "refuse_above": 3.0, "tensors": ""}}, "familiarity.refuse_above"),
        ({"by": "b" * 10_001}, "by"),
        ({"test_readings": -1}, "test_readings"),
        ({"test_readings": 1.5}, "test_readings"),
        ({"operating_points": {"rule_out": 0.1, "balanced": 0.3, "rule_in": 0.9}}, "operating_points"),
        ({"operating_points": {"rule_out": 0.9, "balanced": 0.4, "rule_in": 0.1}}, "operating_points"),
        ({"conformal": {"alpha": 0.05, "thresholds": {"NORMAL": 0.4}}}, "conformal.thresholds"),
        ({"conformal": {"alpha": 2, "thresholds": {"NORMAL": 0.4, "PNEUMONIA": 0.2}}}, "conformal"),
        ({"familiarity": {"warn_above": 1.5, "refuse_above": 3.0}}, "familiarity.tensors"),
        ({"in_lung": {"limits": {"Grad-CAM": 1.2}}}, "in_lung.limits"),
        ({"data": {"drawn": {"seed": 1}}}, "data.drawn.validation_share"),
        ({"data": {"training": {"NORMAL": "many"}}}, "data.training"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(content, entry):
    with pytest.raises(ModelCorrupted, match=f"^The card of version .* is damaged: its entry {entry}.* cannot be used"):
        card_of(**content)


@pytest.mark.parametrize("number", [{"operating_point": "0.4"}, {"operating_point": True}])
def test_a_number_in_quotes_is_none(number):
    with pytest.raises(ModelCorrupted, match="is missing or damaged"):
        card_of(**number)


@pytest.mark.parametrize("temperature", [True, "1", None, [1]])
def test_so_is_a_temperature(temperature):
    with pytest.raises(ModelCorrupted, match="the calibration is not four numbers"):
        card_of(temperature=temperature)


def test_a_card_of_a_newer_program_is_refused_with_what_to_do():
    with pytest.raises(ModelCorrupted, match="was made by a newer program; please install that one"):
        card_of(schema_version=SCHEMA + 1)


def test_where_a_version_comes_from_is_typed():
    card = card_of(
        data={"name": "ward", "refused": 3, "drawn": {"validation_share": 0.12, "seed": 1, "hold_out": True}}
    )
    assert (card.record.data.name, card.record.data.drawn.seed, card.record.data.drawn.left_out) == ("ward", 1, True)
    assert (card.record.note, card.record.test_readings) == (None, 0)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 10**5])
def test_what_is_no_card_is_refused(data):
    with pytest.raises(ModelCorrupted, match="The card of version drawn-1 is missing or damaged"):
        parse_card(data, name="drawn-1")
