"""Does only a comparison that was passed against the very version that is active count as passed?"""

from dataclasses import replace

import pytest

from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.versions.activation.proof import NOT_COMPARED, NOT_PASSED, PASSED, BelowGate, judge, reason_given
from model_store.versions.comparison.record import read_comparison

ACTIVE = ModelCard("active", "a" * 64, Calibration.by_temperature(1.0), 0.5, {})
VERSION = ModelCard("v", "c" * 64, Calibration.by_temperature(1.5), 0.4, {"lung_cells": {"least": 9.0}})
COMPARED, UNUSED = {"key": "held_out", "n": 3}, {"key": "reference", "not_compared": "No test films are configured."}


def named(card):
    return {"version": card.version, "weights_sha256": card.weights_sha256, "identity": card.identity}


def comparison(*, passed=True, active=ACTIVE, challenger=VERSION, sets=(COMPARED, UNUSED)):
    return {"passed": passed, "active": named(active), "challenger": named(challenger), "sets": list(sets)}


def other(card, **changes):
    return replace(card, **changes)


def without_identity(given):
    """Return a comparison as it was written before identities were."""
    sides = {side: {"weights_sha256": given[side]["weights_sha256"]} for side in ("active", "challenger")}
    return given | sides


OF_VERSION = {"challenger": named(VERSION)}
ANEW = other(ACTIVE, calibration=Calibration.by_temperature(1.1))
"""The active weights, calibrated anew."""


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (comparison(), PASSED),
        (comparison(active=other(ACTIVE, version="renamed")), PASSED),
        (comparison(active=other(ACTIVE, weights_sha256="b" * 64)), NOT_COMPARED),
        (comparison(active=ANEW), NOT_COMPARED),
        (comparison(active=other(ACTIVE, operating_point=0.6)), NOT_COMPARED),
        (comparison(active=other(ACTIVE, content={"familiarity": {"refuse_above": 3.0}})), NOT_COMPARED),
        (comparison(challenger=other(VERSION, operating_point=0.3)), NOT_COMPARED),
        (comparison(challenger=other(VERSION, content={})), NOT_COMPARED),
        (comparison(passed=False, challenger=other(VERSION, operating_point=0.3)), NOT_COMPARED),
        (without_identity(comparison()), NOT_COMPARED),
        (without_identity(comparison(passed=False)), NOT_COMPARED),
        (comparison(passed=False), NOT_PASSED),
        (comparison(passed=False, active=ANEW), NOT_PASSED),
        (comparison(passed=False, sets=[UNUSED, UNUSED]), NOT_COMPARED),
        (comparison(passed=False, sets=[]), NOT_COMPARED),
        (None, NOT_COMPARED),
        ({"passed": True}, NOT_COMPARED),
        ({"passed": True, **OF_VERSION}, NOT_COMPARED),
        ({"passed": False, **OF_VERSION, "sets": [COMPARED]}, NOT_PASSED),
    ],
)
def test_the_state_of_a_comparison(given, state):
    comparison = read_comparison(given) if given is not None else None
    assert judge(comparison, version=VERSION, active=ACTIVE) == state


@pytest.mark.parametrize(("reason", "kept"), [(None, None), ("", None), ("  ", None), (" why ", "why")])
def test_a_version_that_passed_needs_no_reason(reason, kept):
    assert reason_given(reason, name="v", gate=PASSED) == kept


@pytest.mark.parametrize("reason", [None, "", "too short", "   nine ch    ", " " * 20, "\n" * 10])
@pytest.mark.parametrize(
    ("gate", "fact"), [(NOT_PASSED, "did not pass the comparison"), (NOT_COMPARED, "was not compared")]
)
def test_a_version_that_did_not_pass_needs_one(reason, gate, fact):
    with pytest.raises(
        BelowGate, match=f"Version v {fact} with the version that is active now; .* reason of at least 10 characters"
    ):
        reason_given(reason, name="v", gate=gate)


@pytest.mark.parametrize("gate", [NOT_PASSED, NOT_COMPARED])
def test_ten_characters_are_enough(gate):
    assert reason_given(" 1234567890\n", name="v", gate=gate) == "1234567890"
