"""How good is a set of probabilities? Figures and their 95 % intervals, from targets and scores alone."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from scipy.stats import rankdata
from sklearn.utils.class_weight import compute_sample_weight

from model_store.reading.decision.proportions import Interval

Floats = NDArray[np.float64]

BOOTSTRAPS = 2000
ECE_BINS = 15
CHANCE_DRAWS, CHANCE_SHARE = 4999, 0.99
"""How often outcomes are drawn for `ece_by_chance`, and how many of a hundred calibrated versions stay below it."""

_AT_ONCE = 500_000
"""Outcomes that are drawn at once: 8 MB, where all of a large set would take gigabytes."""


def sigmoid(logits: ArrayLike) -> Floats:
    """Return 1 / (1 + exp(-x)), in double precision and without overflow."""
    return np.asarray(expit(np.asarray(logits, np.float64)))


def balanced_log_loss(targets: ArrayLike, logits: ArrayLike) -> float:
    """Return the mean cross-entropy in nats with both classes weighing half."""
    target, logit = np.asarray(targets, np.float64), np.asarray(logits, np.float64)
    losses = np.logaddexp(0, logit) - target * logit
    return float(np.average(losses, weights=compute_sample_weight("balanced", target)))


def roc_auc(targets: ArrayLike, scores: ArrayLike) -> float:
    """Return the area under the ROC curve; NaN where a class is missing.

    It is the share of pairs of a PNEUMONIA and a NORMAL film in which the first has the higher score, a tie counting
    half: Mann-Whitney's U over the number of pairs (Hanley & McNeil 1982). Ranks take a tenth of the time that
    scikit-learn's curve takes, and a bootstrap asks for thousands of areas.

    Raises:
        ValueError: a score is not finite.
    """
    positive, score = np.asarray(targets) == 1, _finite(scores)
    hits = int(positive.sum())
    pairs = hits * (len(positive) - hits)
    if not pairs:
        return float("nan")
    return float((rankdata(score)[positive].sum() - hits * (hits + 1) / 2) / pairs)


def pr_auc(targets: ArrayLike, scores: ArrayLike) -> float:
    """Return the average precision, the area under the precision-recall curve; NaN where PNEUMONIA is missing.

    It is the precision at each score, weighted by the rise of the recall there, without interpolation.

    Raises:
        ValueError: a score is not finite.
    """
    positive, score = np.asarray(targets) == 1, _finite(scores)
    if not positive.any():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)  # Tied films are decided together.
    hits = np.cumsum(positive[order])[last]
    return float(np.sum(np.diff(hits, prepend=0) * hits / (last + 1)) / hits[-1])


def _finite(scores: ArrayLike) -> Floats:
    score = np.asarray(scores, np.float64)
    if not np.isfinite(score).all():
        raise ValueError("Scores must be finite numbers to be put in order; some are not.")
    return score


def brier(targets: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean squared difference between probability and outcome, 0..1.

    A bootstrap asks for thousands of them, and scikit-learn's looks at its arguments each time.
    """
    return float(np.mean((np.asarray(probabilities, np.float64) - np.asarray(targets, np.float64)) ** 2))


def reliability(targets: ArrayLike, probabilities: ArrayLike, bins: int = ECE_BINS) -> list[tuple[float, float, int]]:
    """Return (mean probability, share of PNEUMONIA, images) of the bins of `ece`, by rising probability."""
    target, probability = np.asarray(targets, np.float64), np.asarray(probabilities, np.float64)
    order, starts = _equal_mass(probability, bins)
    parts = np.split(order, starts[1:])
    return [(float(probability[rows].mean()), float(target[rows].mean()), len(rows)) for rows in parts]


def ece(targets: ArrayLike, probabilities: ArrayLike, bins: int = ECE_BINS) -> float:
    """Return the expected calibration error over bins of equal mass, 0..1 (Naeini 2015; Nixon 2019 for the bins).

    Films of one score share a bin, so that their order in the set changes nothing.
    """
    target, probability = np.asarray(targets, np.float64), np.asarray(probabilities, np.float64)
    order, starts = _equal_mass(probability, bins)
    return float(np.abs(np.add.reduceat((probability - target)[order], starts)).sum() / len(order))


def ece_by_chance(
    probabilities: ArrayLike,
    *,
    share: float = CHANCE_SHARE,
    bins: int = ECE_BINS,
    seed: int = 0,
    draws: int = CHANCE_DRAWS,
) -> float:
    """Return the calibration error below which perfectly calibrated probabilities stay in a share of all cases.

    The fewer films, the greater is `ece` by chance alone. By consistency resampling (Bröcker and Smith 2007, Weather
    and Forecasting 22, 651) outcomes are drawn from the probabilities themselves, for which these are calibrated by
    construction, and the error of each draw is taken over the same bins. Of `draws` errors the one in place
    share * (draws + 1) is returned: a further draw lies above it with a chance of 1 - share, however few draws there
    are. Films count as independent, though some are of one patient.

    Args:
        probabilities: (n,), 0..1, n from 1 up.
        share: of the cases, above 0 and below 1.
        bins: of `ece`.
        seed: of the draws.
        draws: how many.
    """
    probability = np.asarray(probabilities, np.float64)
    order, starts = _equal_mass(probability, bins)
    ordered, rng = probability[order], np.random.default_rng(seed)
    rows = max(_AT_ONCE // len(ordered), 1)
    errors = []
    for first in range(0, draws, rows):
        drawn = rng.random((min(rows, draws - first), len(ordered))) < ordered
        errors.append(np.abs(np.add.reduceat(ordered - drawn, starts, axis=1)).sum(axis=1) / len(ordered))
    place = min(math.ceil(share * (draws + 1)), draws) - 1
    return float(np.partition(np.concatenate(errors), place)[place])


def _equal_mass(probability: Floats, bins: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows by rising probability, and where among them each bin begins; one score is never parted.

    A bound that falls among films of one score moves to the nearer end of these, and bounds that meet are one.
    """
    order = np.argsort(probability, kind="stable")
    ordered, count = probability[order], len(order)
    bounds = np.cumsum([len(part) for part in np.array_split(order, min(bins, count))])[:-1]
    first, last = (np.searchsorted(ordered, ordered[bounds], side) for side in ("left", "right"))
    moved = np.where(bounds - first <= last - bounds, first, last)
    return order, np.unique(np.append(0, moved[moved < count]))


def predictive_values(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """Return PPV and NPV at a prevalence, by Bayes; all 0..1."""
    suspected = sensitivity * prevalence + (1 - specificity) * (1 - prevalence)
    cleared = specificity * (1 - prevalence) + (1 - sensitivity) * prevalence
    ppv = sensitivity * prevalence / suspected if suspected else float("nan")
    return ppv, specificity * (1 - prevalence) / cleared if cleared else float("nan")


def patient_bootstrap(
    statistics: Mapping[str, Callable[[ArrayLike, ArrayLike], float]],
    targets: ArrayLike,
    scores: ArrayLike,
    patients: list[str],
    *,
    seed: int = 0,
    draws: int = BOOTSTRAPS,
) -> dict[str, Interval]:
    """Return 95 % intervals of statistics by drawing patients, not images, with replacement.

    Args:
        statistics: functions of (targets, scores).
        targets: (n,), 1 for PNEUMONIA.
        scores: (n,).
        patients: n keys.
        seed: of the draws.
        draws: how many.
    """
    target, score = np.asarray(targets), np.asarray(scores, np.float64)
    _, owner = np.unique(np.asarray(patients), return_inverse=True)
    rows_of = [np.flatnonzero(owner == patient) for patient in range(owner.max() + 1)]
    rng = np.random.default_rng(seed)
    values: dict[str, list[float]] = {name: [] for name in statistics}
    for _ in range(draws):
        rows = np.concatenate([rows_of[patient] for patient in rng.integers(0, len(rows_of), len(rows_of))])
        for name, statistic in statistics.items():
            values[name].append(statistic(target[rows], score[rows]))
    return {name: _middle95(np.array(drawn)) for name, drawn in values.items()}


def _middle95(values: Floats) -> Interval:
    # A draw in which a class is missing has no area; it says nothing about the interval.
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    return float(np.percentile(known, 2.5)), float(np.percentile(known, 97.5))


def patient_mean(name: str, values: ArrayLike, patients: list[str]) -> dict[str, Any]:
    """Return the mean of a figure over films with its 95 % interval, drawn by patient.

    Args:
        name: of the figure.
        values: (n,); NaN where a film has none.
        patients: n keys.

    Returns:
        The mean under the name, and the interval under the name with `_ci`; NaN where no film has the figure.
    """
    value = np.asarray(values, np.float64)

    def mean(_: ArrayLike, drawn: ArrayLike) -> float:
        known = np.asarray(drawn)[~np.isnan(drawn)]
        return float(known.mean()) if known.size else float("nan")

    interval = patient_bootstrap({"mean": mean}, np.zeros(len(value)), value, patients)["mean"]
    return {name: mean(value, value), f"{name}_ci": list(interval)}


def as_json_values(value: Any) -> Any:
    """Return nested values with None for NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: as_json_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json_values(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
