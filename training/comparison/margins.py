"""May the new version take the place of the active one? Margins that are set before the run, and what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from model_store.errors import UserError
from training.statistics.paired import PairedDifference

_NOT_WORSE, _NOT_SHOWN, _WORSE, _WITHIN, _BEYOND = "not worse", "not shown", "worse", "within", "beyond"
_PASSES = (_NOT_WORSE, _WITHIN)
_FIGURES = {"auroc": "AUROC", "sensitivity": "sensitivity", "specificity": "specificity"}


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
) -> list[dict[str, Any]]:
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
    judged: list[dict[str, Any]] = []
    for key, figure in _FIGURES.items():
        margin, found = getattr(margins, key), differences[key]
        outcome = _outcome(found, margin)
        judged.append(
            {"figure": figure, "margin": margin, "value": found.value, "low": found.low, "outcome": outcome},
        )
    limit = max(margins.ece, by_chance)
    found_ece = {"figure": "calibration error", "limit": limit, "value": ece, "by_chance": by_chance}
    return [*judged, {**found_ece, "outcome": _WITHIN if ece <= limit else _BEYOND}]


def _outcome(difference: PairedDifference, margin: float) -> str:
    if difference.low >= -margin:
        return _NOT_WORSE
    return _WORSE if difference.value < -margin else _NOT_SHOWN


def verdict(sets: Sequence[Mapping[str, Any]]) -> tuple[bool, list[str]]:
    """Say whether a new version passes, and why.

    Args:
        sets: of `training.comparison.comparison.compare_set` or `not_compared`.

    Returns:
        Whether all checks of at least one compared set were passed and none failed; sentences, the result first.
    """
    compared = [each for each in sets if "checks" in each]
    passed = bool(compared) and all(check["outcome"] in _PASSES for each in compared for check in each["checks"])
    sentences = ["The new version passes the gate." if passed else "The new version does not pass the gate."]
    if not compared:
        sentences = ["The versions were not compared on any films, so the new version does not pass the gate."]
    for each in sets:
        sentences += _set_sentences(each)
    return passed, sentences


def _set_sentences(each: Mapping[str, Any]) -> list[str]:
    if "not_compared" in each:
        return [f"{each['name']}: {each['not_compared']}"]
    sentences = [_check_sentence(each, check) for check in each["checks"]]
    if each["n_refused"]:
        active, challenger = each["active"]["n_refused"], each["challenger"]["n_refused"]
        sentences.append(
            f"Of {_films(each, each['n'])}, the active version refused {active} and the new version {challenger}; a "
            "film counts as decided wrongly by each version that refused it."
        )
    return sentences


def _check_sentence(each: Mapping[str, Any], check: Mapping[str, Any]) -> str:
    figure, outcome = check["figure"], check["outcome"]
    key = figure.lower()
    read = each["n"] - each["n_refused"]
    if "limit" in check:
        is_of_chance = check["limit"] == check["by_chance"]
        chance = ", which chance gives a perfectly calibrated version on so few films" if is_of_chance else ""
        return (
            f"On {_films(each, read)} the {figure} of the new version is {check['value']:.3f}, "
            f"{outcome} the limit of {check['limit']:.3g}{chance}."
        )
    films = {
        "auroc": _films(each, read),
        "sensitivity": _films(each, each["n_pneumonia"], " with pneumonia"),
        "specificity": _films(each, each["n_normal"], " without pneumonia"),
    }[key]
    low, high = each["difference"][key]["ci"]
    figures = (
        f"{each['challenger'][key]:.3f} against {each['active'][key]:.3f} (difference {_signed(check['value'])}, "
        f"95 % interval {_signed(low)} to {_signed(high)})"
    )
    worse = f"worse by more than {check['margin']:g}"
    return {
        _NOT_WORSE: f"On {films} the new version is not {worse}: {figure} {figures}.",
        _NOT_SHOWN: f"On {films}, too few to show that the new version is not {worse}, its {figure} is {figures}.",
        _WORSE: f"On {films} the new version is {worse}: {figure} {figures}.",
    }[outcome]


def _films(each: Mapping[str, Any], count: int, which: str = "") -> str:
    """Return for example "390 reference test films with pneumonia"."""
    name = each["name"][:1].lower() + each["name"][1:]
    return f"{count} {name.replace('films', ('film' if count == 1 else 'films') + which, 1)}"


def _signed(value: float) -> str:
    return f"{round(value, 3) + 0.0:+.3f}"  # Adding zero turns -0.0 into 0.0.
