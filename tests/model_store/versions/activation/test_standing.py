"""Does a version that was activated against its gate say so, and no other?"""

from dataclasses import replace

import pytest

from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.versions.activation.active_file import LogEntry
from model_store.versions.activation.standing import against_gate_sentence, gate_at, last_activation

CARD = ModelCard("v1", "a" * 64, Calibration.by_temperature(1.5), 0.4, {})


def activated(gate="passed", *, name="v1", action="activate", **changes):
    entry = LogEntry(when="2026-11-28T19:12:01+00:00", action=action, version=name, gate=gate)
    return replace(entry, **{"identity": CARD.identity, "weights_sha256": CARD.weights_sha256} | changes)


def test_the_last_activation_counts_and_no_way_back():
    first, second = activated("not passed"), activated("passed")
    back = activated("not compared", action="rollback")
    assert last_activation([first, activated(name="v2"), back], "v1") is first
    assert last_activation([first, second, back], "v1") is second
    assert last_activation([activated(name="v2"), back], "v1") is None


@pytest.mark.parametrize(
    ("entry", "gate"),
    [
        (activated("passed"), "passed"),
        (activated("not passed"), "not passed"),
        (activated("not compared"), "not compared"),
        (activated("yes"), "not compared"),
        (activated("passed", identity="0" * 64), "not compared"),  # Its card was changed since.
        (None, "not compared"),
    ],
)
def test_what_it_had_shown(entry, gate):
    assert gate_at(entry, CARD) == gate


@pytest.mark.parametrize(("weights", "gate"), [("a" * 64, "passed"), (None, "passed"), ("b" * 64, "not compared")])
def test_an_entry_of_an_older_program_names_the_weights_or_nothing(weights, gate):
    entry = activated("passed", weights_sha256=weights, identity=None)
    assert gate_at(entry, CARD) == gate


@pytest.mark.parametrize(
    ("gate", "fact"), [("not passed", "did not pass the comparison"), ("not compared", "was not compared")]
)
def test_the_sentence(gate, fact):
    assert against_gate_sentence(activated(gate), CARD) == (
        f"Version v1 reads films against its gate: it {fact} with the version that read before it, and was activated "
        "all the same on 2026-11-28."
    )


def test_there_is_none_where_it_had_passed_and_one_where_nobody_knows():
    assert against_gate_sentence(activated("passed"), CARD) == ""
    assert against_gate_sentence(None, CARD).endswith("was not compared with the version that read before it.")
