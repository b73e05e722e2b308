"""What does a result mean where pneumonia is rarer or commoner? Bayes' rule with the likelihood ratios of a point."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from model_store.reading.decision.point_figures import Scores
from xray_ui.basics.rows import part

Films = Literal["test", "validation"]


@dataclass(frozen=True)
class LikelihoodRatio:
    """How much a result changes the odds of pneumonia.

    Attributes:
        value: above 1 speaks for pneumonia, below 1 against it; not negative.
        interval: the 95 % interval, or None where the card has none.
    """

    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class PointFigures:
    """How well a version decides at one point.

    Attributes:
        films: on which films that was counted.
        values: of `two_by_two`: `sensitivity`, `specificity` and their likelihood ratios, with intervals under `_ci`;
            `n` films.
    """

    films: Films
    values: dict[str, Any]


def figures_at(card: Mapping[str, Any], point: float) -> PointFigures | None:
    """Return what a card knows of the decisions at a point, the same figures wherever they are shown.

    The stored figures of a point are exact and those from scores rounded, so the stored ones are taken where there are
    any; test films are taken before validation films, by which the points were chosen.

    Args:
        card: its content.
        point: probability from which pneumonia is suspected, 0..1.

    Returns:
        None where the card does not know.
    """
    test = part(card, "test")
    if point == card.get("operating_point") and test.get("sensitivity") is not None:
        return PointFigures("test", test)
    for stored in part(test, "operating_points").values():
        if isinstance(stored, Mapping) and stored.get("point") == point:
            return PointFigures("test", dict(stored))
    kept: tuple[tuple[Films, object], ...] = (
        ("test", test.get("scores")),
        ("validation", card.get("validation_scores")),
    )
    for films, scores in kept:
        try:
            return PointFigures(films, Scores.from_json(scores).at(point))
        except ValueError:
            continue
    return None


def likelihood_ratio(figures: Mapping[str, Any], *, suspected: bool) -> LikelihoodRatio | None:
    """Take the likelihood ratio of a result from the figures of a point.

    LR+ is sensitivity / (1 - specificity), LR- is (1 - sensitivity) / specificity.

    Args:
        figures: of the point, or a card's test part for its operating point.
        suspected: which side of the point the result is on.

    Returns:
        None where there is no sensitivity and specificity, or where the ratio is not finite.
    """
    try:
        sensitivity, specificity = float(figures["sensitivity"]), float(figures["specificity"])
        value = sensitivity / (1 - specificity) if suspected else (1 - sensitivity) / specificity
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    bounds = figures.get("lr_positive_ci" if suspected else "lr_negative_ci")
    usable = isinstance(bounds, list) and len(bounds) == 2 and all(_is_number(bound) for bound in bounds)
    return LikelihoodRatio(value, (float(bounds[0]), float(bounds[1])) if usable and bounds else None)


def post_test_probability(pre_test: float, ratio: float) -> float:
    """Return the probability after a result: odds after = odds before x likelihood ratio.

    Args:
        pre_test: probability before the film was read, above 0 and below 1.
        ratio: likelihood ratio of the result, not negative.

    Returns:
        0..1.
    """
    odds = pre_test / (1 - pre_test) * ratio
    return odds / (1 + odds)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
