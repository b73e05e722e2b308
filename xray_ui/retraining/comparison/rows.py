"""How did two versions read the same films? Rows of text from a comparison; a part that is missing gives no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_store.export.sentences import percent
from xray_ui.basics.rows import UNKNOWN, Table, interval, number, part
from xray_ui.retraining.comparison import wording

Comparison = Mapping[str, Any]
FilmSet = Mapping[str, Any]

_FIGURES = {
    "auroc": "AUROC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "accuracy": "Accuracy",
    "brier": "Brier score",
    "ece": "Calibration error (ECE)",
}


@dataclass(frozen=True)
class Disagreement:
    """A film on which two versions decide differently.

    Attributes:
        path: where it lies.
        sha256: of its bytes when it was compared.
        label: what the data set calls it.
        active: what the active version said, in words.
        challenger: what the new one said, in words.
    """

    path: Path
    sha256: str
    label: str
    active: str
    challenger: str


def is_compared(films: FilmSet) -> bool:
    """Return whether the versions were compared on these films."""
    return "not_compared" not in films


def figure_rows(films: FilmSet) -> Table:
    """List both versions' figures on the same films, each with its interval, and their paired difference."""
    return [
        {
            "Figure": name,
            "Active version": _with_interval(part(films, "active"), key),
            "New version": _with_interval(part(films, "challenger"), key),
            "Difference": _difference(part(films, "difference", key)),
            "p": wording.p_value(part(films, "difference", key).get("p")),
        }
        for key, name in _FIGURES.items()
        if any(part(films, side).get(key) is not None for side in ("active", "challenger"))
    ]


def check_rows(films: FilmSet) -> Table:
    """List the checks of the gate with what was found."""
    found = films.get("checks")
    return [_check(each) for each in (found if isinstance(found, list) else []) if isinstance(each, Mapping)]


def disagreements(films: FilmSet, comparison: Comparison) -> list[Disagreement]:
    """Return the films on which the versions decide differently, as the comparison lists them."""
    found = films.get("disagreements")
    return [
        Disagreement(
            path=Path(str(each.get("path", ""))),
            sha256=str(each.get("sha256", "")),
            label=str(each.get("label", "")),
            active=_said(each.get("active"), part(comparison, "active")),
            challenger=_said(each.get("challenger"), part(comparison, "challenger")),
        )
        for each in (found if isinstance(found, list) else [])
        if isinstance(each, Mapping)
    ]


def _check(check: Mapping[str, Any]) -> dict[str, str]:
    name = str(check.get("figure"))
    is_limit = "limit" in check
    low = "" if check.get("low") is None else f", lower end {wording.signed(check['low'])}"
    return {
        "Check": name[:1].upper() + name[1:],
        "Found": number(check.get("value")) if is_limit else f"{wording.signed(check.get('value'))}{low}",
        "Allowed": f"at most {check['limit']:.3g}" if is_limit else f"\u2212{check.get('margin', 0):g} or better",
        "Outcome": wording.check(check),
    }


def _with_interval(figures: Mapping[str, Any], key: str) -> str:
    bounds = interval(figures.get(f"{key}_ci"))
    return number(figures.get(key)) + (f" ({bounds})" if bounds != UNKNOWN else "")


def _difference(found: Mapping[str, Any]) -> str:
    bounds = found.get("ci")
    if not isinstance(bounds, list) or len(bounds) != 2:
        return wording.signed(found.get("value"))
    low, high = map(wording.signed, bounds)
    return f"{wording.signed(found.get('value'))} ({low} to {high})"


def _said(probability: object, version: Mapping[str, Any]) -> str:
    if not isinstance(probability, int | float):
        return UNKNOWN
    point = version.get("operating_point")
    if not isinstance(point, int | float):
        return percent(probability)
    return f"{percent(probability)}, {'suspected' if probability >= point else 'not suspected'}"
