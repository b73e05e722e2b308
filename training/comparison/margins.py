"""May the new version take the place of the active one? Margins that are set before the run, and what came of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from model_store.basics.errors import UserError
from model_store.versions.comparison.record import ECE, MET, Check, FilmSet, Outcome
from training.statistics.paired import PairedDifference

_FIGURES = ("auroc", "sensitivity", "specificity")


class UnusableMargins(UserError, ValueError):
    """Margins are missing, unknown or not numbers from 0 to 1."""


@dataclass(frozen=True)
class Margins:
    """By how much a new version may be worse; all 0..1.

    Attributes:
        auroc: margin of the AUROC.
        sensitivity: margin of the sensitivity.
        specificity: margin of the specificity.
        ece: limit of the new version's own expected calibration error, on films enough that chance stays below it.

    Raises:
        UnusableMargins: a value is not a number from 0 to 1.
    """

    auroc: float = 0.02
    sensitivity: float = 0.05
    specificity: float = 0.05
    ece: float = 0.10

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise UnusableMargins(f"The gate's {name} must be a number from 0 to 1, not {value!r}.")

    def as_json(self) -> dict[str, float]:
        """Return the margins by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Margins":
        """Return the gate that `as_json` wrote.

        Raises:
            UnusableMargins: a margin is missing, unknown or not a number from 0 to 1.
        """
        names = [field.name for field in fields(cls)]
        if set(content) != set(names):
            raise UnusableMargins(f"A gate has the margins {', '.join(names)}; found {', '.join(content) or 'none'}.")
        return cls(**content)


def checks(
    differences: Mapping[str, PairedDifference], *, ece: float, by_chance: float, margins: Margins
) -> tuple[Check, ...]:
    """Judge a new version on one set of films.

    It is not worse where the whole 95 % interval of its difference lies above the margin (non-inferiority: Piaggio
    et al. 2012, JAMA 308, 2594), and worse where the difference itself lies below it; else it is not shown. Its
    calibration error is beyond the limit where it exceeds both the gate's and what chance gives on so few films, so
    that a perfectly calibrated version is refused in one of a hundred cases at most.

    Args:
        differences: challenger - active, of auroc, sensitivity and specificity.
        ece: expected calibration error of the challenger, 0..1.
        by_chance: what `ece_by_chance` says of its probabilities on these films, 0..1.
        margins: the margins.
    """
    limit = max(margins.ece, by_chance)
    return (
        *(_check(figure, differences[figure], getattr(margins, figure)) for figure in _FIGURES),
        Check(figure=ECE, outcome="within" if ece <= limit else "beyond", value=ece, limit=limit, by_chance=by_chance),
    )


def _check(figure: str, found: PairedDifference, margin: float) -> Check:
    return Check(
        figure=figure, outcome=_outcome(found, margin), value=_known(found.value), margin=margin, low=_known(found.low)
    )


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _outcome(difference: PairedDifference, margin: float) -> Outcome:
    if difference.low >= -margin:
        return "not worse"
    return "worse" if difference.value < -margin else "not shown"


def is_passed(sets: Sequence[FilmSet]) -> bool:
    """Return whether all checks of at least one compared set were passed, and none failed."""
    compared = [each for each in sets if not each.not_compared]
    return bool(compared) and all(check.outcome in MET for each in compared for check in each.checks)
