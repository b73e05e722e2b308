"""Was a version activated against its gate? The log says so, and it is said for as long as the version reads."""

from collections.abc import Sequence

from model_store.reading.card import ModelCard
from model_store.versions.activation.active_file import LogEntry
from model_store.versions.activation.proof import NOT_COMPARED, NOT_PASSED, PASSED

_FACTS = {NOT_PASSED: "did not pass the comparison", NOT_COMPARED: "was not compared"}


def last_activation(log: Sequence[LogEntry], name: str) -> LogEntry | None:
    """Return the entry by which a version was activated last; None where it never was.

    To go back to a version proves nothing anew, so that the activation before counts.
    """
    wanted = ("activate", name)
    return next((each for each in reversed(log) if (each.action, each.version) == wanted), None)


def gate_at(entry: LogEntry | None, card: ModelCard) -> str:
    """Return "passed", "not passed" or "not compared": what a version that reads had shown when it was activated.

    Args:
        entry: of `last_activation`.
        card: of the version as it is now; where it reads otherwise than what was activated, nobody has compared it.
    """
    if entry is None or not _is_of(entry, card):
        return NOT_COMPARED
    return entry.gate if entry.gate in (PASSED, NOT_PASSED) else NOT_COMPARED


def against_gate_sentence(entry: LogEntry | None, card: ModelCard) -> str:
    """Say in one sentence that a version reads against its gate; "" where it had passed."""
    gate = gate_at(entry, card)
    if gate == PASSED:
        return ""
    when = entry.when[:10] if entry else ""
    return (
        f"Version {card.version} reads films against its gate: it {_FACTS[gate]} with the version that read before it"
        f"{f', and was activated all the same on {when}' if when else ''}."
    )


def _is_of(entry: LogEntry, card: ModelCard) -> bool:
    if entry.identity is not None:
        return entry.identity == card.identity
    return entry.weights_sha256 in (None, card.weights_sha256)  # Written by an older program.
