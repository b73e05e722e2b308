"""Does only a comparison that was passed against the very version that is active count as passed?"""

import pytest

from model_store.gate_state import NOT_COMPARED, NOT_PASSED, PASSED, BelowGate, judge, reason_given

ACTIVE = "a" * 64
COMPARED, UNUSED = {"key": "held_out", "n": 3}, {"key": "reference", "not_compared": "No test films are configured."}


def comparison(*, passed=True, active=ACTIVE, sets=(COMPARED, UNUSED)):
    return {"passed": passed, "active": {"weights_sha256": active}, "sets": list(sets)}


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (comparison(), PASSED),
        (comparison(active="b" * 64), NOT_COMPARED),
        (comparison(passed=False), NOT_PASSED),
        (comparison(passed=False, active="b" * 64), NOT_PASSED),
        (comparison(passed=False, sets=[UNUSED, UNUSED]), NOT_COMPARED),
        (comparison(passed=False, sets=[]), NOT_COMPARED),
        (None, NOT_COMPARED),
        ({}, NOT_COMPARED),
        ({"passed": True}, NOT_COMPARED),
        ({"passed": True, "active": ACTIVE}, NOT_COMPARED),
        ({"passed": True, "active": None}, NOT_COMPARED),
        (comparison(passed="yes"), NOT_PASSED),
        (comparison(passed=1), NOT_PASSED),
        ({"passed": False, "sets": "none"}, NOT_PASSED),
        ([], NOT_COMPARED),
        ("passed", NOT_COMPARED),
    ],
)
def test_the_state_of_a_comparison(given, state):
    assert judge(given, active_sha256=ACTIVE) == state


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
