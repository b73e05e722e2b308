"""How does a version come about? Images are prepared, a network learns, is calibrated, and is registered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model_store.lungs import load_lung_finder
from model_store.network import build_network
from model_store.registry import BUNDLED_FOLDER, Registry, Version
from model_store.runs import RunFolder
from model_store.weights import load_weights, save_weights, sha256_of
from training.calibration import fit_operating_point, fit_temperature
from training.config import FitConfig
from training.crops import CropSet, prepare_crops
from training.dataset import TEST_SPLIT, scan, split_by_patient
from training.evaluate import as_json_values
from training.head import HeadLearner
from training.initial import build_initial
from training.learner import CropLearner, build_predict
from training.loop import train
from training.metrics import roc_auc, sigmoid
from training.progress import console

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class TrainingData:
    """The two halves that a training works with, and what was left out.

    Attributes:
        training: crops that the network learns from.
        validation: crops of other patients, for every choice.
        refused: (path, sentence) of each image that reading would refuse.
    """

    training: CropSet
    validation: CropSet
    refused: list[tuple[str, str]]


def fit(data: Path, config: FitConfig, run: RunFolder, *, home: Path) -> Version:
    """Train a version and register it under the run's name.

    Args:
        data: a data set; its test folder is not opened.
        config: the recipe.
        run: the run's folder; where it holds a checkpoint, the training goes on from it.
        home: the app's folder, for versions and cached crops.

    Returns:
        The registered version.

    Raises:
        DatasetError: the folder cannot be trained on.
        WeightsUnavailable, ModelNotFound, ModelCorrupted: the weights to begin from cannot be had.
    """
    registry = Registry(home)
    if run.path.name in registry.names():  # Killed between registering the version and saying so.
        return _finish(run, registry)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    run.write_json("run", {"status": "running", "started": started, "data": str(data.resolve()), **config.as_json()})
    crops = load_training_data(data, config, home)
    for path, reason in crops.refused:
        run.log(f"left out {path}: {reason}")
    if crops.refused:
        line = f"{len(crops.refused)} images were left out; log.txt in {run.path} lists them with the reasons"
        console.print(line, markup=False, soft_wrap=True)  # A path stays in one piece.
    network, result = _train(crops, config, run, registry)
    weights = run.path / "weights.safetensors"
    save_weights(network, weights)
    card = as_json_values(
        {
            "created": started,
            "recipe": config.as_json(),
            "training": result,
            "data": _describe(data, crops),
            "history": run.metrics(),
            **calibrate(network, weights, crops.validation, config.batch),
            "test_readings": _inherited_readings(config.init, registry),
        }
    )
    registry.register(run.path.name, weights, card)
    return _finish(run, registry)


def load_training_data(data: Path, config: FitConfig, home: Path) -> TrainingData:
    """Prepare all images but the test folder's and divide them by patient."""
    images = scan(data, exclude={TEST_SPLIT})
    crops = prepare_crops(images, load_lung_finder(BUNDLED_FOLDER), home / "cache")
    training, validation = split_by_patient(crops.images, share=config.validation_share, seed=config.seed)
    refused = [(str(image.path), reason) for image, reason in crops.refused]
    return TrainingData(crops.subset(training), crops.subset(validation), refused)


def calibrate(network: "keras.Model", weights: Path, validation: CropSet, batch: int) -> dict[str, Any]:
    """Fit temperature and operating point on validation patients, with the weights as they will be read.

    Args:
        network: the trained network, in single precision.
        weights: its tensors in half precision, as they were saved; the network holds them afterwards.
        validation: crops that the network did not learn from.
        batch: images at a time.

    Returns:
        For the card: temperature, operating point, validation figures, and the greatest change of a probability
        that half precision makes.
    """
    predict = build_predict(network, batch)
    full = predict(validation.pixels)
    load_weights(network, weights, sha256=sha256_of(weights))
    half = predict(validation.pixels)
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


def _train(
    crops: TrainingData, config: FitConfig, run: RunFolder, registry: Registry
) -> tuple["keras.Model", dict[str, Any]]:
    """Return the network with its chosen weights, in single precision, and how the training went."""
    import keras

    keras.config.set_dtype_policy("mixed_bfloat16" if config.precision == "bfloat16" else "float32")
    try:
        trained = build_initial(config.init, seed=config.seed, registry=registry)
        learner_type = HeadLearner if config.preset == "head" else CropLearner
        result = train(learner_type(trained, crops.training, crops.validation, config), run, patience=config.patience)
    finally:
        keras.config.set_dtype_policy("float32")
    network = build_network()
    network.set_weights(trained.get_weights())
    return network, result


def _inherited_readings(init: str, registry: Registry) -> int:
    """Return how often the test split was read for the version that a training began from: that goes on counting."""
    if init not in registry.names():
        return 0
    return int(registry.version(init).card.content.get("test_readings", 0))


def _finish(run: RunFolder, registry: Registry) -> Version:
    """Write the run's result, drop what only an unfinished run needs, and return the version."""
    version = registry.version(run.path.name)
    run.write_json("result", version.card.content)
    for file in (run.path / "weights.safetensors", run.checkpoint, run.best):
        file.unlink(missing_ok=True)
    run.write_json("run", {**run.read_json("run"), "status": "finished"})
    return version


def _describe(data: Path, crops: TrainingData) -> dict[str, Any]:
    def counts(part: CropSet) -> dict[str, int]:
        labels = [image.label for image in part.images]
        patients = {(image.label, image.patient) for image in part.images}
        return {label: labels.count(label) for label in sorted(set(labels))} | {"patients": len(patients)}

    return {
        "name": data.resolve().name,
        "training": counts(crops.training),
        "validation": counts(crops.validation),
        "refused": len(crops.refused),
    }
