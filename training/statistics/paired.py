"""How far do two versions differ on the same films? Paired differences with their 95 % intervals, from arrays alone.

Films are taken as independent, as Wilson's interval takes them: several films of a patient narrow an interval a little.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest, norm, rankdata

from model_store.reading.decision.proportions import Z95, wilson
from training.statistics.metrics import Floats


@dataclass(frozen=True)
class PairedDifference:
    """What the second version has more than the first.

    Attributes:
        value: second - first, -1..1.
        low: lower bound of the 95 % interval, -1..value.
        high: upper bound, value..1.
        p: two-sided, of no difference, 0..1.
    """

    value: float
    low: float
    high: float
    p: float

    def as_json(self) -> dict[str, Any]:
        """Return the value, its interval and p."""
        return {"value": self.value, "ci": [self.low, self.high], "p": self.p}


def delong(targets: ArrayLike, first: ArrayLike, second: ArrayLike) -> PairedDifference:
    """Return the difference of two AUROCs on the same films.

    DeLong, DeLong & Clarke-Pearson 1988, with the midranks of Sun & Xu 2014. Where the films show no variance at all,
    as where both versions part the classes without a fault, that method gives an interval of no width, however few
    the films: then the bound of `_unseen` stands in for it. Only of equal scores is nothing left to be uncertain of.

    Args:
        targets: (n,), 1 for PNEUMONIA and 0 for NORMAL, both present.
        first: (n,), finite scores of the first version.
        second: (n,), finite scores of the second.

    Raises:
        ValueError: a class is missing, or a score is not finite.
    """
    positive = np.asarray(targets) == 1
    scores = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if positive.all() or not positive.any():
        raise ValueError("AUROCs need films of both classes; here there are films of one class only.")
    if not (np.isfinite(scores[0]).all() and np.isfinite(scores[1]).all()):
        raise ValueError("Scores must be finite numbers to be put in order; some are not.")
    if np.array_equal(*scores):
        return PairedDifference(0.0, 0.0, 0.0, 1.0)
    (hits_1, misses_1), (hits_2, misses_2) = (_pairs_in_order(positive, score) for score in scores)
    return _from_components(hits_2 - hits_1, misses_2 - misses_1)


def _pairs_in_order(positive: NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    """Count for each PNEUMONIA film the NORMAL films below it, and for each NORMAL film the PNEUMONIA films above.

    A tie counts half. The counts are not divided yet, because halves are exact in binary and their differences too.
    """
    ranks = rankdata(score)
    below = ranks[positive] - rankdata(score[positive])
    above = np.count_nonzero(positive) - (ranks[~positive] - rankdata(score[~positive]))
    return below, above


def _from_components(of_pneumonia: Floats, of_normal: Floats) -> PairedDifference:
    m, n = len(of_pneumonia), len(of_normal)
    value = float(of_pneumonia.sum()) / (m * n)
    if min(m, n) == 1:
        return PairedDifference(value, -1.0, 1.0, 1.0)  # One film of a class shows no variance: nothing is known.
    if not (np.ptp(of_pneumonia) or np.ptp(of_normal)):
        return _unseen(value, min(m, n))
    error = float(np.sqrt(np.var(of_pneumonia / n, ddof=1) / m + np.var(of_normal / m, ddof=1) / n))
    low, high = max(value - Z95 * error, -1.0), min(value + Z95 * error, 1.0)
    return PairedDifference(value, low, high, min(float(2 * norm.sf(abs(value) / error)), 1.0))


def _unseen(value: float, pairs: int) -> PairedDifference:
    """Bound a difference that was the same for every film: so many films of each class make as many separate pairs.

    None of these pairs differed from the others, and by Wilson's interval for none of so many, the share that would
    differ is below the bound. p is that of a sign test on the pairs.
    """
    bound = wilson(0, pairs)[1]
    p = 2.0 ** (1 - pairs) if value else 1.0
    return PairedDifference(value, max(value - bound, -1.0), min(value + bound, 1.0), p)


def mcnemar(first_correct: ArrayLike, second_correct: ArrayLike) -> float:
    """Return the two-sided exact p of McNemar's test 1947: a binomial test on the films that one version alone decided.

    Args:
        first_correct: (n,), whether the first version decided the film correctly.
        second_correct: (n,), the same of the second.
    """
    first, second = np.asarray(first_correct, bool), np.asarray(second_correct, bool)
    only_second, differing = int((second & ~first).sum()), int((first != second).sum())
    return float(binomtest(only_second, differing).pvalue) if differing else 1.0


def paired_proportion(first_correct: ArrayLike, second_correct: ArrayLike) -> PairedDifference:
    """Return the difference of two proportions on the same films, with the exact p of McNemar's test.

    The interval is method 10 of Newcombe 1998 (Statistics in Medicine 17, 2635-2650): Wilson's intervals of both
    proportions, squared and added with regard to their correlation. It keeps its coverage for few films and has a width
    even where the versions decided all films alike. It and the exact test may disagree near p .05.

    Args:
        first_correct: (n,), whether the first version decided the film correctly, n at least 1.
        second_correct: (n,), the same of the second.

    Raises:
        ValueError: there are no films.
    """
    first, second = np.asarray(first_correct, bool), np.asarray(second_correct, bool)
    if not len(first):
        raise ValueError("A difference of proportions needs films; there are none.")
    share_1, share_2 = float(first.mean()), float(second.mean())
    low_1, high_1 = wilson(int(first.sum()), len(first))
    low_2, high_2 = wilson(int(second.sum()), len(second))
    correlation, value = _correlation(first, second), float(int(second.sum()) - int(first.sum())) / len(first)
    below = _squared_and_added(share_2 - low_2, high_1 - share_1, correlation)
    above = _squared_and_added(high_2 - share_2, share_1 - low_1, correlation)
    return PairedDifference(value, max(value - below, -1.0), min(value + above, 1.0), mcnemar(first, second))


def _squared_and_added(one: float, other: float, correlation: float) -> float:
    return float(np.sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0)))


def _correlation(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Return Newcombe's phi, -1..1: a positive one is corrected towards 0, so that few films do not look alike."""
    n, hits_1, hits_2 = len(first), int(first.sum()), int(second.sum())
    margins = hits_1 * (n - hits_1) * hits_2 * (n - hits_2)
    if not margins:
        return 0.0
    both, neither = int((first & second).sum()), int((~first & ~second).sum())
    association = both * neither - (hits_1 - both) * (hits_2 - both)
    return min(association, max(association - n / 2, 0.0)) / float(np.sqrt(margins))
