"""How good is a version on a split? Everything that is reported, with intervals, refused films counted as wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store import reasons
from model_store.card import ModelCard
from model_store.classifier import familiarity_of
from model_store.film_gate import FilmGate, load_film_gate
from model_store.loading import load_classifier
from model_store.network import FEATURES, head_of
from model_store.registry import BUNDLED_FOLDER, Version
from training import metrics
from training.crops import CropSet, prepare_crops
from training.dataset import CLASSES, DatasetError, LabelledImage, scan
from training.features import cached_features
from training.progress import Progress
from training.scored import Scored, as_json_values, report
from training.shortcuts import shortcut_controls

if TYPE_CHECKING:
    import keras


def evaluate(data: Path, split: str, version: Version, *, home: Path) -> dict[str, Any]:
    """Read a split with a version and report on it.

    Args:
        data: a data set.
        split: name of the split's folder.
        version: whose weights, temperature and operating point are judged.
        home: the app's folder, for cached crops.

    Returns:
        The report as JSON values; figures end in `_ci` where they are 95 % intervals.

    Raises:
        DatasetError: the split is not there or lacks a class.
        ModelCorrupted: the version's files are damaged.
    """
    gate, network, card = load_film_gate(BUNDLED_FOLDER), load_classifier(version).network, version.card
    scored = score(network, scan(data, splits={split}), card, gate, home=home)
    head = {
        "version": card.version,
        "weights_sha256": card.weights_sha256,
        "split": split,
        "operating_point": card.operating_point,
        "temperature": card.temperature,
    }
    found: dict[str, Any] = head | report(scored, operating_point=card.operating_point)
    found["controls"] |= shortcut_controls(network, scored.images, gate)
    values: dict[str, Any] = as_json_values(found)
    return values


def score(
    network: "keras.Model", images: list[LabelledImage], card: ModelCard, gate: FilmGate, *, home: Path
) -> Scored:
    """Read images in batches, as the app reads them one by one.

    Raises:
        DatasetError: of a class, no image can be read.
    """
    crops = prepare_crops(images, gate, home / "cache")
    known = without_unlike(crops, network, card, home / "cache") if crops.images else crops
    if len({image.label for image in known.images}) < len(CLASSES):
        raise DatasetError(f"Of one class no image could be read; the first reason: {known.refused[0][1]}")
    return score_crops(network, known, temperature=card.temperature, cache=home / "cache")


def without_unlike(crops: CropSet, network: "keras.Model", card: ModelCard, cache: Path) -> CropSet:
    """Return the set with those films refused that the version would refuse as unlike all that it knows."""
    familiarity = familiarity_of(card)
    if familiarity is None:
        return crops
    unlike = familiarity.distances(cached_features(network, crops, cache)) > familiarity.refuse_above
    refused = [
        (image, reasons.UNLIKE.sentence) for image, is_unlike in zip(crops.images, unlike, strict=True) if is_unlike
    ]
    kept = [image for image, is_unlike in zip(crops.images, unlike, strict=True) if not is_unlike]
    return CropSet(kept, crops.pixels[~unlike], [*crops.refused, *refused])


def score_crops(
    network: "keras.Model", crops: CropSet, *, temperature: float, cache: Path, progress: Progress | None = None
) -> Scored:
    """Return what a network says of prepared images; the backbone is asked only where no cached feature answers.

    Args:
        network: as `build_network` makes it.
        crops: prepared images.
        temperature: by which logits are divided.
        cache: folder of the cached features.
        progress: where it is said how far the reading is.
    """
    logits = logits_of(network, crops, cache, progress)
    return Scored(crops.images, metrics.sigmoid(logits / temperature), crops.refused)


def logits_of(
    network: "keras.Model", crops: CropSet, cache: Path, progress: Progress | None = None
) -> NDArray[np.float64]:
    """Return the logits (n,) of prepared images; arguments as in `score_crops`."""
    features = cached_features(network, crops, cache, progress)[:, -FEATURES:]
    return np.asarray(head_of(network)(features, training=False), np.float64)[:, 0]
