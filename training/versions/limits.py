"""What is fitted once the weights are there? Everything by which a version decides, on validation patients."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model_store.disk.weights import load_weights, sha256_of
from model_store.reading.card import ModelCard
from model_store.reading.classifier import Classifier
from model_store.reading.decision.calibration import Calibration
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.loading import load_film_check
from training.evaluation.evaluate import logits_of
from training.evaluation.operating_points import fit_decisions
from training.prepared.crops import CropSet
from training.run.progress import Progress
from training.statistics.calibration import calibrated, fit_calibration
from training.statistics.metrics import roc_auc
from training.versions.familiarity import fit_familiarity
from training.versions.in_lung import fit_baseline, fit_map_limits

if TYPE_CHECKING:
    import keras


def fit_limits(
    network: "keras.Model",
    weights: Path,
    training: CropSet,
    validation: CropSet,
    *,
    cache: Path,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """Fit calibration, operating point, what the version knows, and what maps and outlines show as a rule.

    Args:
        network: the trained network, in single precision; it holds the weights of the file afterwards.
        weights: its tensors in half precision, as they were saved.
        training: crops that it learned from.
        validation: crops of other patients.
        cache: folder of the cached features.
        seed: of what is chosen by chance.
        progress: where it is said how far the computation is.

    Returns:
        For the card: the values of `calibrate`, "familiarity", and those of `fit_maps`.
    """
    card = calibrate(network, weights, validation, cache, progress)
    card["familiarity"] = fit_familiarity(network, training, validation, cache, seed=seed, progress=progress)
    fitted = ModelCard("fitted", sha256_of(weights), Calibration.from_json(card), card["operating_point"], card)
    return card | fit_maps(network, fitted, training, validation, seed=seed, progress=progress)


def fit_maps(
    network: "keras.Model", card: ModelCard, training: CropSet, validation: CropSet, *, seed: int, progress: Progress
) -> dict[str, Any]:
    """Fit what a version's maps and outlines show as a rule.

    Args:
        network: of the version, with its weights as they will be read.
        card: all by which the version answers.
        training: crops that it learned from.
        validation: crops of other patients.
        seed: of what is chosen by chance.
        progress: where it is said how far the computation is.

    Returns:
        For the card: "heatmap_baseline" where `fit_baseline` returns one, and the values of `fit_map_limits`.
    """
    baseline = fit_baseline(network, training, seed=seed, progress=progress)
    fitted: dict[str, Any] = {"heatmap_baseline": baseline} if baseline else {}
    unlimited = {key: value for key, value in card.content.items() if key not in ("heatmap_baseline", "heatmap_full")}
    content = unlimited | fitted | {"network": network.name}
    classifier = Classifier(network, replace(card, content=content), load_film_check(BUNDLED_FOLDER))
    return fitted | fit_map_limits(classifier, validation, seed=seed, progress=progress)


def calibrate(
    network: "keras.Model", weights: Path, validation: CropSet, cache: Path, progress: Progress | None = None
) -> dict[str, Any]:
    """Fit calibration and operating points on validation patients, with the weights as they will be read.

    Args:
        network: the trained network, in single precision.
        weights: its tensors in half precision, as they were saved; the network holds them afterwards.
        validation: crops that the network did not learn from.
        cache: folder of the cached features.
        progress: where it is said how far the reading is.

    Returns:
        For the card: calibration, what `fit_decisions` returns, validation figures, and the greatest change of a
        probability that half precision makes.
    """
    full = logits_of(network, validation, cache, progress)
    load_weights(network, weights, sha256=sha256_of(weights))
    half = logits_of(network, validation, cache, progress)
    calibration = fit_calibration(validation.targets, half)
    probabilities = calibrated(half, calibration)
    decisions = fit_decisions(validation.targets, probabilities)
    suspected, positive = probabilities >= decisions["operating_point"], validation.targets > 0.5
    return {
        "calibration": calibration.as_json(),
        **decisions,
        "half_precision_shift": float(np.abs(calibrated(full, calibration) - probabilities).max()),
        "validation": {
            "n": len(half),
            "auroc": roc_auc(validation.targets, half),
            "accuracy": float((suspected == positive).mean()),
            "sensitivity": float(suspected[positive].mean()),
            "specificity": float((~suspected[~positive]).mean()),
        },
    }
