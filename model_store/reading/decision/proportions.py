"""How sure is a share that was counted? Wilson's interval, and those of ratios of two shares."""

import math
from statistics import NormalDist
from typing import Any

Interval = tuple[float, float]

Z95 = NormalDist().inv_cdf(0.975)


def wilson(successes: int, count: int) -> Interval:
    """Return the 95 % interval of a proportion (Wilson 1927); NaN where nothing was counted.

    As scipy's `binomtest(...).proportion_ci(method="wilson")`, whose import would hold up the first result.
    """
    if not count:
        return float("nan"), float("nan")
    share, z2 = successes / count, Z95**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def ratio_interval(a: int, n_a: int, b: int, n_b: int) -> Interval:
    """Return the 95 % interval of the ratio (a / n_a) / (b / n_b) by its logarithm (Simel 1991); NaN at a zero."""
    if not (a and b):
        return float("nan"), float("nan")
    half = Z95 * math.sqrt(1 / a - 1 / n_a + 1 / b - 1 / n_b)
    ratio = (a / n_a) / (b / n_b)
    return ratio * math.exp(-half), ratio * math.exp(half)


def two_by_two(tn: int, fp: int, fn: int, tp: int) -> dict[str, Any]:
    """Return what a table of two by two says whatever the prevalence, each figure with its 95 % interval.

    Args:
        tn: NORMAL films that are not suspected.
        fp: NORMAL films that are suspected.
        fn: PNEUMONIA films that are not suspected.
        tp: PNEUMONIA films that are suspected.

    Returns:
        `sensitivity`, `specificity`, `lr_positive` (sensitivity / (1 - specificity)) and `lr_negative`
        ((1 - sensitivity) / specificity), with the intervals under the same names and `_ci`. NaN where a class has no
        film and for an interval of a ratio with a zero; None for a ratio without end.
    """
    sensitivity = tp / (tp + fn) if tp + fn else float("nan")
    specificity = tn / (tn + fp) if tn + fp else float("nan")
    return {
        "sensitivity": sensitivity,
        "sensitivity_ci": list(wilson(tp, tp + fn)),
        "specificity": specificity,
        "specificity_ci": list(wilson(tn, tn + fp)),
        "lr_positive": sensitivity / (1 - specificity) if fp else None,
        "lr_positive_ci": list(ratio_interval(tp, tp + fn, fp, tn + fp)),
        "lr_negative": (1 - sensitivity) / specificity if tn else None,
        "lr_negative_ci": list(ratio_interval(fn, tp + fn, tn, tn + fp)),
    }
