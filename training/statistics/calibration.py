"""What do the logits mean? Where 0 lies and which probability each is, fitted on validation patients."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, minimize_scalar

from model_store.reading.decision.calibration import GREATEST_SLOPE, LEAST_SLOPE, Calibration
from training.statistics.metrics import sigmoid

if TYPE_CHECKING:
    import keras

FOR_A_BEND = 30
"""Films of each class from which a second slope is fitted; of fewer it would follow their chance."""

STEEPEST = 5.0
"""Greatest slope on either side of a knee. On the validation films of kermany-5, cross-validated, the cross-entropy is
least here (of 2, 3, 4, 5, 8, 12 and 20), and a steeper one would show differences that another decoder makes."""


def calibrated(logits: ArrayLike, calibration: Calibration) -> NDArray[np.float64]:
    """Return the probabilities of pneumonia, 0..1, at logits (n,)."""
    return np.array([calibration.probability(each) for each in np.asarray(logits, np.float64).tolist()], np.float64)


def fit_calibration(targets: ArrayLike, logits: ArrayLike) -> Calibration:
    """Return the calibration of the least cross-entropy.

    A film's logit is a mean of its most suspicious cells, so those of normal films crowd where no cell is suspicious:
    one slope for all leaves them too probable. With fewer than `FOR_A_BEND` films in a class it is one slope all the
    same, through 0.

    Args:
        targets: (n,), 1 for PNEUMONIA and 0 for NORMAL.
        logits: (n,).
    """
    target, logit = np.asarray(targets, np.float64), np.asarray(logits, np.float64)
    if min(target.sum(), len(target) - target.sum()) < FOR_A_BEND:
        return _one_slope(target, logit)
    knees = np.unique(np.quantile(logit, np.linspace(0.05, 0.95, 46)))
    return min((_bent(target, logit, knee=float(knee)) for knee in knees), key=lambda each: each[0])[1]


def _one_slope(target: NDArray[np.float64], logit: NDArray[np.float64]) -> Calibration:
    """Return temperature scaling. The slope is sought by its logarithm, in which no part of its range is flat."""

    def entropy(log_slope: float) -> float:
        odds = math.exp(log_slope) * logit
        return float(np.mean(np.logaddexp(0, odds) - target * odds))

    bounds = (math.log(LEAST_SLOPE), math.log(GREATEST_SLOPE))
    slope = math.exp(minimize_scalar(entropy, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x)
    return Calibration(knee=0.0, at_knee=0.0, below=slope, above=slope)


def _bent(target: NDArray[np.float64], logit: NDArray[np.float64], *, knee: float) -> tuple[float, Calibration]:
    """Return the least cross-entropy with a given knee, and the calibration that has it: a convex problem."""
    beyond = logit - knee
    known = np.stack([np.minimum(beyond, 0), np.maximum(beyond, 0), np.ones_like(logit)])

    def entropy(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = weights @ known
        value = np.mean(np.logaddexp(0, odds) - target * odds)
        return float(value), known @ (sigmoid(odds) - target) / len(target)

    bounds = [(LEAST_SLOPE, STEEPEST)] * 2 + [(-200.0, 200.0)]
    found = minimize(entropy, [1.0, 1.0, 0.0], jac=True, method="L-BFGS-B", bounds=bounds)
    below, above, at_knee = (float(each) for each in found.x)
    return float(found.fun), Calibration(knee=knee, at_knee=at_knee, below=below, above=above)


def fit_line(targets: ArrayLike, logits: ArrayLike) -> tuple[float, float]:
    """Return slope and intercept by which logits become those of the least cross-entropy, both classes weighing half.

    Platt scaling: Platt 1999, without his smoothing of the targets.

    Args:
        targets: (n,), 1 for PNEUMONIA and 0 for NORMAL, both present.
        logits: (n,).
    """
    target, logit = np.asarray(targets, np.float64), np.asarray(logits, np.float64)
    share = target.mean()
    weight = np.where(target > 0.5, 0.5 / share, 0.5 / (1 - share))

    def entropy(line: NDArray[np.float64]) -> float:
        placed = line[0] * logit + line[1]
        return float(np.mean(weight * (np.logaddexp(0, placed) - target * placed)))

    start = (1 / max(float(logit.std()), 1e-6), 0.0)
    # Bounded, since classes that do not overlap have no steepest line.
    slope, intercept = minimize(entropy, start, method="L-BFGS-B", bounds=[(1e-3, 50), (-200, 200)]).x
    return float(slope), float(intercept)


def centre(network: "keras.Model", targets: ArrayLike, logits: ArrayLike) -> None:
    """Move the last layer's bias so that a logit of 0 speaks as much for either class, as `fit_line` finds it.

    The steps of a training see films on other chests, which lie elsewhere. A map that is dark at 0 needs the right 0.

    Args:
        network: as `build_network` makes it.
        targets: (n,), of validation films.
        logits: (n,), what the network says of them.
    """
    slope, intercept = fit_line(targets, logits)
    kernel, bias = network.get_layer("logit").get_weights()
    network.get_layer("logit").set_weights([kernel, bias + np.float32(intercept / slope)])
