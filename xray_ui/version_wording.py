"""What does the screen say of versions, their comparison, activation and exchange? Plain text, no Markdown."""

from collections.abc import Mapping
from typing import Any

DAMAGED_COMPARISON = "The comparison of this run is damaged and cannot be shown."
IS_ACTIVE = "This version is active."
REASON_MISSING = "Please say in at least 10 characters why this version is to read films all the same."
NO_LOG = "No other version was ever activated."
NO_IMPORT_FILE = "Please choose the file of a version first."
NOT_COMPARED = "This version was not compared with the active one."
FILM_MISSING = "This film is not where it was when the versions were compared, or it cannot be opened."
FILM_CHANGED = "This film is no longer the one on which the versions were compared, so it is not read."
EXPORT_HELP = "One file with weights, card and hashes, for another machine's Import."
IMPORT_HELP = "One file, as Export makes it. The version is not active until somebody activates it."
LONGEST_NAME = 24
"""Letters of a version's name that fit on a button in a list."""

ELLIPSIS = "\u2026"
NO_STATEMENTS = "This card holds no intended use, no limits and no comparison."
VALIDATION_ONLY = "It was chosen on these films, so they flatter it; nobody has judged it on test films."
NOT_UNDONE = "This cannot be undone."
REASON_LABEL = "Reason (at least 10 characters; it is kept in the log)"


def fallen_back(name: str, reason: str) -> str:
    """Say that the bundled version reads films in place of the active one, and why."""
    return f"The active version {name} cannot be used; films are read by the bundled version. {reason}"


def version_is_gone(name: str) -> str:
    """Say that a version that was compared is no longer there."""
    return f"Version {name} is not there any more, or has other weights now."


def read_by_another(kept: str, active: str) -> str:
    """Say that the result on the screen is of a version that is no longer active."""
    return f"Read by {kept}; the active version is now {active}."


def read_with(name: str, *, is_active: bool) -> str:
    """Say by which version a film of a comparison is read."""
    return f"Read with version {name}, which is {'the' if is_active else 'not the'} active one."


def film_of_comparison(name: str) -> str:
    """Say which film of a comparison is on the screen."""
    return f"Film of the comparison: {name}"


def activated(name: str) -> str:
    """Say that a version reads films from now on."""
    return f"{name} reads films from now on."


def why_a_reason(gate_state: str, sentences: list[str]) -> list[str]:
    """Say why activating needs a reason: what the comparison found, or that there was none."""
    if gate_state == "not passed" and sentences:
        return sentences
    return ["This version was not compared with the active one, so nobody knows whether it reads worse."]


def activation_question(name: str, active: str) -> str:
    """Ask whether a version is to read films from now on."""
    return (
        f"Films will be read by {name} from now on, in every open window; now they are read by {active}. Results that "
        "are on a screen stay as they are and are marked."
    )


def imported(name: str) -> str:
    """Say that a version was taken in."""
    return f"Version {name} was imported. It is not active."


def delete_version(name: str) -> str:
    """Ask whether a version is to be deleted."""
    return f"Version {name} is deleted with its weights and its card."


def who_is_who(active: Mapping[str, Any], challenger: Mapping[str, Any]) -> str:
    """Say which two versions were compared, each with the hash of its weights."""
    one, other = (
        f"{each.get('version')} (weights {str(each.get('weights_sha256'))[:12]})" for each in (active, challenger)
    )
    return f"Active version then: {one}. New version: {other}. Both read the same films; intervals hold 95 %."


def disagreement_count(count: int) -> str:
    """Say on how many films two versions decide differently."""
    if not count:
        return "The versions decide alike on every one of these films."
    return f"They decide differently on {count} {'film' if count == 1 else 'films'}"


def open_with(name: str) -> str:
    """Offer to open a film with a version; a long name is shortened in its middle."""
    return f"Open with {name if len(name) <= LONGEST_NAME else name[:14] + ELLIPSIS + name[-8:]}"


def p_value(p: object) -> str:
    """Write a p value."""
    if not isinstance(p, int | float):
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def signed(value: object) -> str:
    """Write a difference with its sign."""
    return f"{value:+.3f}".replace("-", "\u2212") if isinstance(value, int | float) else ""


def check(found: Mapping[str, Any]) -> str:
    """Say the outcome of one check of the gate."""
    return {
        "not worse": "not worse",
        "not shown": "not shown: too few films to tell",
        "worse": "worse",
        "within": "within the limit",
        "beyond": "beyond the limit",
    }.get(str(found.get("outcome")), str(found.get("outcome")))


def films_shown(first: int, last: int, count: int) -> str:
    """Say which films of a list are on the screen, counted from 1."""
    return f"Films {first} to {last} of {count}"


def set_size(found: Mapping[str, Any]) -> str:
    """Say how many films a set of a comparison has."""
    refused = found.get("n_refused")
    wrong = f"; {refused} were refused and count as wrong for both" if refused else ""
    patients = found.get("patients")
    of_whom = f" of {patients} patients" if isinstance(patients, int) and patients else ""
    return (
        f"{found.get('n')} films{of_whom}: {found.get('n_normal')} normal, {found.get('n_pneumonia')} pneumonia{wrong}."
    )
