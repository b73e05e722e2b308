"""What does a result mean where pneumonia is rarer or commoner? Bayes' rule with the likelihood ratios of a point."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LikelihoodRatio:
    """How much a result changes the odds of pneumonia.

    Attributes:
        value: above 1 speaks for pneumonia, below 1 against it; not negative.
        interval: the 95 % interval, or None where the card has none.
    """

    value: float
    interval: tuple[float, float] | None


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
