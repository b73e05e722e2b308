"""How good is a set of probabilities? Figures and their 95 % intervals, from targets and scores alone."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from scipy.stats import norm, rankdata

Floats = NDArray[np.float64]
Interval = tuple[float, float]

Z95 = float(norm.ppf(0.975))
BOOTSTRAPS = 2000
ECE_BINS = 15


def sigmoid(logits: ArrayLike) -> Floats:
    """Return 1 / (1 + exp(-x)), in double precision and without overflow."""
    return np.asarray(expit(np.asarray(logits, np.float64)))


def class_weights(targets: ArrayLike) -> tuple[float, float]:
    """Return the weights of NORMAL and PNEUMONIA that give both classes half of the loss and a mean of 1."""
    positive = float(np.mean(np.asarray(targets)))
    return 0.5 / max(1 - positive, 1e-9), 0.5 / max(positive, 1e-9)


def balanced_log_loss(targets: ArrayLike, logits: ArrayLike) -> float:
    """Return the mean cross-entropy in nats with both classes weighing half."""
    target, logit = np.asarray(targets, np.float64), np.asarray(logits, np.float64)
    losses = np.logaddexp(0, logit) - target * logit
    weights = np.array(class_weights(target))[target.astype(int)]
    return float(np.mean(weights * losses))


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
    """Return the mean squared difference between probability and outcome, 0..1."""
    return float(np.mean((np.asarray(probabilities, np.float64) - np.asarray(targets, np.float64)) ** 2))


def reliability(targets: ArrayLike, probabilities: ArrayLike, bins: int = ECE_BINS) -> list[tuple[float, float, int]]:
    """Return (mean probability, share of PNEUMONIA, images) of bins of equal mass, by rising probability."""
    target, probability = np.asarray(targets, np.float64), np.asarray(probabilities, np.float64)
    parts = _equal_mass(probability, bins)
    return [(float(probability[rows].mean()), float(target[rows].mean()), len(rows)) for rows in parts]


def ece(targets: ArrayLike, probabilities: ArrayLike, bins: int = ECE_BINS) -> float:
    """Return the expected calibration error over bins of equal mass, 0..1 (Naeini 2015; Nixon 2019 for the bins)."""
    target, probability = np.asarray(targets, np.float64), np.asarray(probabilities, np.float64)
    gaps = probability - target
    return float(sum(abs(gaps[rows].sum()) for rows in _equal_mass(probability, bins)) / len(gaps))


def _equal_mass(probability: Floats, bins: int) -> list[NDArray[np.int64]]:
    order = np.argsort(probability, kind="stable")
    return np.array_split(order, min(bins, len(order)))


def wilson(successes: int, count: int) -> Interval:
    """Return the 95 % interval of a proportion (Wilson 1927); NaN where nothing was counted."""
    if not count:
        return float("nan"), float("nan")
    share, z2 = successes / count, Z95**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 / (1 + z2 / count) * np.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return max(float(centre - half), 0.0), min(float(centre + half), 1.0)


def ratio_interval(a: int, n_a: int, b: int, n_b: int) -> Interval:
    """Return the 95 % interval of the ratio (a / n_a) / (b / n_b) by its logarithm (Simel 1991); NaN at a zero."""
    if not (a and b):
        return float("nan"), float("nan")
    half = Z95 * np.sqrt(1 / a - 1 / n_a + 1 / b - 1 / n_b)
    ratio = (a / n_a) / (b / n_b)
    return float(ratio * np.exp(-half)), float(ratio * np.exp(half))


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
