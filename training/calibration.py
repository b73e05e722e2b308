"""What do the logits mean? A temperature and an operating point, fitted on validation patients."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from sklearn.metrics import roc_curve


def fit_temperature(targets: ArrayLike, logits: ArrayLike) -> float:
    """Return the temperature, 0.05..20, by which the logits are divided for the least cross-entropy.

    Temperature scaling: Guo et al. 2017, arXiv 1706.04599.

    Args:
        targets: (n,), 1 for PNEUMONIA and 0 for NORMAL.
        logits: (n,).
    """
    target, logit = np.asarray(targets, np.float64), np.asarray(logits, np.float64)

    def entropy(log_temperature: float) -> float:
        scaled = logit / np.exp(log_temperature)
        return float(np.mean(np.logaddexp(0, scaled) - target * scaled))

    bounds = (np.log(0.05), np.log(20.0))
    return float(np.exp(minimize_scalar(entropy, bounds=bounds, method="bounded", options={"xatol": 1e-6}).x))


def fit_operating_point(targets: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the probability at which sensitivity and specificity are equal, or as near as the images allow.

    It lies midway between two neighbouring probabilities of the sample, so that no image sits on the point.

    Args:
        targets: (n,), both classes present.
        probabilities: (n,), 0..1.
    """
    scores = np.asarray(probabilities, np.float64)
    false_positive, sensitivity, thresholds = roc_curve(targets, scores, drop_intermediate=False)
    best = int(np.argmin(np.abs(sensitivity - (1 - false_positive))))
    threshold = min(float(thresholds[best]), float(scores.max()))
    below = scores[scores < threshold]
    midway = (threshold + float(below.max())) / 2 if below.size else threshold
    return float(np.clip(midway, 1e-6, 1 - 1e-6))
