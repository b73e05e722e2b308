"""What does the screen say of the comparison of two versions?"""

from collections.abc import Mapping
from typing import Any

from xray_ui.basics.rows import part

DAMAGED_COMPARISON = "The comparison of this run is damaged and cannot be shown."

NOT_COMPARED = "This version was not compared with the active one."

LONGEST_NAME = 24
"""Letters of a version's name that fit on a button in a list."""

ELLIPSIS = "\u2026"


def who_is_who(active: Mapping[str, Any], challenger: Mapping[str, Any]) -> str:
    """Say which two versions were compared, each with the hash of its weights."""
    one, other = (
        f"{each.get('version')} (weights {str(each.get('weights_sha256'))[:12]})" for each in (active, challenger)
    )
    return f"Active version then: {one}. New version: {other}. Both read the same films; intervals hold 95 %."


def disagreement_count(count: int) -> str:
    """Say on how many films two versions decide differently."""
    if not count:
        return "At their balanced points the versions decide alike on every one of these films."
    return f"At their balanced points they decide differently on {count} {'film' if count == 1 else 'films'}"


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
    by_active, by_new = (part(found, side).get("n_refused", refused) for side in ("active", "challenger"))
    wrong = (
        f"; the active version refused {by_active} and the new one {by_new}, which count as decided wrongly by it"
        if refused
        else ""
    )
    patients = found.get("patients")
    of_whom = f" of {patients} patients" if isinstance(patients, int) and patients else ""
    return (
        f"{found.get('n')} films{of_whom}: {found.get('n_normal')} normal, {found.get('n_pneumonia')} pneumonia{wrong}."
    )
