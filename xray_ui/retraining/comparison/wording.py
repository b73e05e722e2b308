"""What does the screen say of the comparison of two versions?"""

from model_store.export.wording.sentences import percent
from model_store.versions.comparison.record import Compared, FilmSet
from xray_ui.basics.rows import UNKNOWN

DAMAGED_COMPARISON = "The comparison of this run is damaged and cannot be shown."

NOT_COMPARED = "This version was not compared with the active one."

LONGEST_NAME = 24
"""Letters of a version's name that fit on a button in a list."""

OUTCOMES = {
    "not worse": "not worse",
    "not shown": "not shown: too few films to tell",
    "worse": "worse",
    "within": "within the limit",
    "beyond": "beyond the limit",
}
"""The outcomes of a check of the gate."""

ELLIPSIS = "\u2026"


def who_is_who(active: Compared, challenger: Compared) -> str:
    """Say which two versions were compared, each with the hash of its weights."""
    one, other = (f"{each.version} (weights {each.weights_sha256[:12]})" for each in (active, challenger))
    return f"Active version then: {one}. New version: {other}. Both read the same films; intervals hold 95 %."


def disagreement_count(count: int) -> str:
    """Say on how many films two versions decide differently."""
    if not count:
        return "At their balanced points the versions decide alike on every one of these films."
    return f"At their balanced points they decide differently on {count} {'film' if count == 1 else 'films'}"


def open_with(name: str) -> str:
    """Offer to open a film with a version; a long name is shortened in its middle."""
    return f"Open with {name if len(name) <= LONGEST_NAME else name[:14] + ELLIPSIS + name[-8:]}"


def p_value(p: float | None) -> str:
    """Write a p value."""
    if p is None:
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def signed(value: float | None) -> str:
    """Write a difference with its sign."""
    return "" if value is None else f"{value:+.3f}".replace("-", "\u2212")


def said(probability: float | None, point: float | None) -> str:
    """Say what a version said of a film, from its probability and its operating point."""
    if probability is None:
        return UNKNOWN
    if point is None:
        return percent(probability)
    return f"{percent(probability)}, {'suspected' if probability >= point else 'not suspected'}"


def films_shown(first: int, last: int, count: int) -> str:
    """Say which films of a list are on the screen, counted from 1."""
    return f"Films {first} to {last} of {count}"


def set_size(found: FilmSet) -> str:
    """Say how many films a set of a comparison has."""
    by_active, by_new = (side.get("n_refused", found.n_refused) for side in (found.active, found.challenger))
    wrong = (
        f"; the active version refused {by_active} and the new one {by_new}, which count as decided wrongly by it"
        if found.n_refused
        else ""
    )
    of_whom = f" of {found.patients} patients" if found.patients else ""
    return f"{found.n} films{of_whom}: {found.n_normal} normal, {found.n_pneumonia} pneumonia{wrong}."
