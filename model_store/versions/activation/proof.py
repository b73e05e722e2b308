"""Did a version hold its own against the active one, and what does it take to activate it where it did not?"""

from model_store.basics.errors import UserError
from model_store.reading.card import ModelCard
from model_store.versions.comparison.record import Comparison

SHORTEST_REASON = 10
"""Characters that a reason has at least, without the spaces round it."""

PASSED, NOT_PASSED, NOT_COMPARED = "passed", "not passed", "not compared"


class BelowGate(UserError, ValueError):
    """The version did not pass the comparison with the active one, and no reason was given."""


def judge(comparison: Comparison | None, *, version: ModelCard, active: ModelCard) -> str:
    """Return "passed", "not passed" or "not compared" for the comparison in a version's card.

    A comparison is of two identities, so "not compared" is also one of this version when it had other weights, another
    calibration, other operating points or other limits; one of before identities were written down; a passed one with
    another version than the active one; and one without images.

    Args:
        comparison: of the version's card; None where there is none.
        version: the card of the version.
        active: the card of the version that is active now.
    """
    if comparison is None or comparison.challenger.identity != version.identity:
        return NOT_COMPARED
    if comparison.passed:
        return PASSED if comparison.active.identity == active.identity else NOT_COMPARED
    return NOT_COMPARED if comparison.is_empty else NOT_PASSED


def reason_given(reason: str | None, *, name: str, gate: str) -> str | None:
    """Return the reason without the spaces round it, None where there is none and none is needed.

    Args:
        reason: what a person typed.
        name: of the version to activate.
        gate: what `judge` said of it.

    Raises:
        BelowGate: the version did not pass, and the reason is missing or too short.
    """
    given = (reason or "").strip()
    if gate != PASSED and len(given) < SHORTEST_REASON:
        fact = "did not pass the comparison" if gate == NOT_PASSED else "was not compared"
        raise BelowGate(
            f"Version {name} {fact} with the version that is active now; to activate it all the same, give a reason "
            f"of at least {SHORTEST_REASON} characters."
        )
    return given or None
