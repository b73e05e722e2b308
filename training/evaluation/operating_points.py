"""From which probability is pneumonia suspected? Three points and conformal limits, fitted on validation patients."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import roc_curve

from model_store.reading.card import ModelCard
from model_store.reading.decision.conformal import NORMAL, PNEUMONIA, fit_conformal
from model_store.reading.decision.operating_points import RULE_IN_SPECIFICITY, RULE_OUT_SENSITIVITY, OperatingPoints
from model_store.reading.decision.point_figures import Scores
from model_store.reading.decision.proportions import wilson
from training.evaluation.scored import Scored

Floats = NDArray[np.float64]

_SETS = {(NORMAL,): "normal", (PNEUMONIA,): "pneumonia", (NORMAL, PNEUMONIA): "both", (): "neither"}


def fit_decisions(targets: ArrayLike, probabilities: ArrayLike) -> dict[str, Any]:
    """Fit all by which a version decides once it gives probabilities.

    Args:
        targets: (n,), of validation films, 1 for PNEUMONIA and 0 for NORMAL; both classes present.
        probabilities: (n,), of pneumonia, 0..1.

    Returns:
        For the card: `operating_point` (the balanced one), `operating_points`, `conformal`, and `validation_scores`,
        from which the figures of any other point follow.
    """
    points = fit_operating_points(targets, probabilities)
    scores = Scores(np.asarray(targets).astype(np.int64), np.asarray(probabilities, np.float64))
    return {
        "operating_point": points.balanced,
        "operating_points": points.as_json(),
        "conformal": fit_conformal(targets, probabilities).as_json(),
        "validation_scores": scores.as_json(),
    }


def fit_operating_points(targets: ArrayLike, probabilities: ArrayLike) -> OperatingPoints:
    """Return the rule-out, the balanced and the rule-in point of validation films; arguments as in `fit_decisions`.

    Rule-out is the highest point with a sensitivity of at least `RULE_OUT_SENSITIVITY`, rule-in the lowest with a
    specificity of at least `RULE_IN_SPECIFICITY`. Where the classes are told apart so well that rule-out would lie
    above the balanced point, or rule-in below it (with few films that takes no more than one class above the other),
    it is the balanced point: that keeps what it promises, and between the points nothing is left to be unsure of.
    """
    scores, ill = np.asarray(probabilities, np.float64), np.asarray(targets) == 1
    balanced = fit_operating_point(targets, scores)
    rule_out = _usable(_midway_below(scores, _allowing(np.sort(scores[ill]), 1 - RULE_OUT_SENSITIVITY)))
    rule_in = _usable(_midway_above(scores, _allowing(np.sort(scores[~ill])[::-1], 1 - RULE_IN_SPECIFICITY)))
    return OperatingPoints(min(rule_out, balanced), balanced, max(rule_in, balanced))


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
    return _usable(_midway_below(scores, min(float(thresholds[best]), float(scores.max()))))


def judged_decisions(scored: Scored, card: ModelCard) -> dict[str, Any]:
    """Return how a version decides films at its points, by its conformal limits, and what it takes for any other point.

    Args:
        scored: the films; refused ones count as decided wrongly, but have no prediction set that could be judged.
        card: of the version that scored them.

    Returns:
        `scores` as in `Scores.as_json`; with a card that holds them, `operating_points` by name, each with its `point`
        and the figures of `two_by_two`, and `conformal` of `coverage`.
    """
    refused = np.array([image.target for image, _ in scored.refused], np.int64)
    scores = Scores(np.array([image.target for image in scored.images], np.int64), scored.probabilities, refused)
    found: dict[str, Any] = {"scores": scores.as_json()}
    if card.points is not None:
        points = card.points.as_json()
        found["operating_points"] = {name: {"point": point, **scores.at(point)} for name, point in points.items()}
    if card.conformal is not None:
        sets = [card.conformal.classes(probability) for probability in scored.probabilities.tolist()]
        found["conformal"] = {"alpha": card.conformal.alpha, **coverage(scores.targets, sets)}
    return found


def coverage(targets: NDArray[np.int64], sets: list[tuple[str, ...]]) -> dict[str, Any]:
    """Return by class in how many films the class is in the prediction set, and how often there is each set.

    Args:
        targets: (n,), of films that were read, 1 for PNEUMONIA.
        sets: n prediction sets.
    """
    found: dict[str, Any] = {}
    for target, label in enumerate((NORMAL, PNEUMONIA)):
        own = [each for each, known in zip(sets, targets.tolist(), strict=True) if known == target]
        covered = sum(label in each for each in own)
        found[label] = {
            "n": len(own),
            "coverage": covered / len(own) if own else float("nan"),
            "coverage_ci": list(wilson(covered, len(own))),
            "sets": {name: own.count(each) for each, name in _SETS.items()},
        }
    return found


def _allowing(ordered: Floats, share: float) -> float:
    """Return the first score that may not be on the wrong side, where that share of them may; wrongest come first."""
    # The small summand lets a product such as 50 * (1 - 0.98) be 1, whatever floats make of it.
    return float(ordered[math.floor(len(ordered) * share + 1e-9)])


def _midway_below(scores: Floats, score: float) -> float:
    below = scores[scores < score]
    return (score + float(below.max())) / 2 if below.size else score


def _midway_above(scores: Floats, score: float) -> float:
    above = scores[scores > score]
    return (score + (float(above.min()) if above.size else 1.0)) / 2


def _usable(point: float) -> float:
    return float(np.clip(point, 1e-6, 1 - 1e-6))
