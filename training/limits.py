"""What is fitted once the weights are there? Everything by which a version decides, on validation patients."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model_store.card import ModelCard
from model_store.classifier import Classifier
from model_store.film_gate import load_film_gate
from model_store.registry import BUNDLED_FOLDER
from model_store.weights import load_weights, sha256_of
from training.calibration import fit_operating_point, fit_temperature
from training.crops import CropSet
from training.evaluate import logits_of
from training.familiarity import fit_familiarity
from training.in_lung import fit_in_lung_limits
from training.metrics import roc_auc, sigmoid
from training.progress import Progress

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
    """Fit temperature, operating point, what the version knows, and how much of a map has to lie in the lungs.

    Args:
        network: the trained network, in single precision; it holds the weights of the file afterwards.
        weights: its tensors in half precision, as they were saved.
        training: crops that it learned from.
        validation: crops of other patients.
        cache: folder of the cached features.
        seed: of what is chosen by chance.
        progress: where it is said how far the computation is.

    Returns:
        For the card: the values of `calibrate`, "familiarity" and "in_lung".
    """
    card = calibrate(network, weights, validation, cache, progress)
    card["familiarity"] = fit_familiarity(network, training, validation, cache, seed=seed, progress=progress)
    fitted = ModelCard("fitted", sha256_of(weights), card["temperature"], card["operating_point"], card)
    classifier = Classifier(network, fitted, load_film_gate(BUNDLED_FOLDER))
    return card | {"in_lung": fit_in_lung_limits(classifier, validation, seed=seed, progress=progress)}


def calibrate(
    network: "keras.Model", weights: Path, validation: CropSet, cache: Path, progress: Progress | None = None
) -> dict[str, Any]:
    """Fit temperature and operating point on validation patients, with the weights as they will be read.

    Args:
        network: the trained network, in single precision.
        weights: its tensors in half precision, as they were saved; the network holds them afterwards.
        validation: crops that the network did not learn from.
        cache: folder of the cached features.
        progress: where it is said how far the reading is.

    Returns:
        For the card: temperature, operating point, validation figures, and the greatest change of a probability
        that half precision makes.
    """
    full = logits_of(network, validation, cache, progress)
    load_weights(network, weights, sha256=sha256_of(weights))
    half = logits_of(network, validation, cache, progress)
    temperature = fit_temperature(validation.targets, half)
    probabilities = sigmoid(half / temperature)
    point = fit_operating_point(validation.targets, probabilities)
    suspected, positive = probabilities >= point, validation.targets > 0.5
    return {
        "temperature": temperature,
        "operating_point": point,
        "half_precision_shift": float(np.abs(sigmoid(full / temperature) - probabilities).max()),
        "validation": {
            "n": len(half),
            "auroc": roc_auc(validation.targets, half),
            "accuracy": float((suspected == positive).mean()),
            "sensitivity": float(suspected[positive].mean()),
            "specificity": float((~suspected[~positive]).mean()),
        },
    }
