"""How did two versions read the same films? Rows of text from a comparison."""

from collections.abc import Mapping
from typing import Any

from model_store.versions.comparison.record import ECE, Check, Difference, FilmSet
from model_store.versions.comparison.wording import FIGURES
from xray_ui.basics.rows import UNKNOWN, Table, interval, number
from xray_ui.retraining.comparison import wording

_FIGURES = {
    "auroc": "AUROC",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "accuracy": "Accuracy",
    "brier": "Brier score",
    "ece": "Calibration error (ECE)",
}


def figure_rows(films: FilmSet) -> Table:
    """List both versions' figures on the same films, each with its interval, and their paired difference."""
    return [
        {
            "Figure": name,
            "Active version": _with_interval(films.active, key),
            "New version": _with_interval(films.challenger, key),
            "Difference": _difference(difference),
            "p": wording.p_value(difference.p),
        }
        for key, name in _FIGURES.items()
        if any(side.get(key) is not None for side in (films.active, films.challenger))
        for difference in [films.difference.get(key, Difference())]
    ]


def check_rows(films: FilmSet) -> Table:
    """List the checks of the gate with what was found."""
    return [_check(each) for each in films.checks]


def _check(check: Check) -> dict[str, str]:
    name, is_limit = FIGURES.get(check.figure, check.figure), check.figure == ECE
    low = "" if check.low is None else f", lower end {wording.signed(check.low)}"
    return {
        "Check": name[:1].upper() + name[1:],
        "Found": number(check.value) if is_limit else f"{wording.signed(check.value)}{low}",
        "Allowed": f"at most {check.limit:.3g}" if is_limit else f"\u2212{check.margin or 0:g} or better",
        "Outcome": wording.OUTCOMES[check.outcome],
    }


def _with_interval(figures: Mapping[str, Any], key: str) -> str:
    bounds = interval(figures.get(f"{key}_ci"))
    return number(figures.get(key)) + (f" ({bounds})" if bounds != UNKNOWN else "")


def _difference(found: Difference) -> str:
    if found.ci is None:
        return wording.signed(found.value)
    low, high = map(wording.signed, found.ci)
    return f"{wording.signed(found.value)} ({low} to {high})"
