"""How good is a version on a split? Everything that is reported, with intervals, refused films counted as wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.card import ModelCard, familiarity_of
from model_store.reading.decision.calibration import Calibration
from model_store.reading.film_check import reasons
from model_store.reading.film_check.check import FilmCheck
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.learned_from import are_learned
from model_store.versions.loading import load_classifier, load_film_check
from model_store.versions.registry import Version
from training.data.dataset import scan
from training.data.labelled import CLASSES, DatasetError, LabelledImage, shared_images
from training.evaluation.controls.controls import controls
from training.evaluation.controls.small_reader import FILMS
from training.evaluation.maps.films import MapsUntested
from training.evaluation.maps.map_tests import map_tests
from training.evaluation.operating_points import judged_decisions
from training.evaluation.scored import Scored, report
from training.prepared.crops import CropSet, prepare_crops
from training.prepared.features import cached_features, depths_in, logits_from
from training.prepared.own_films import own_parts
from training.run.progress import Progress
from training.statistics.calibration import calibrated
from training.statistics.metrics import as_json_values

if TYPE_CHECKING:
    import keras


def evaluate(data: Path, split: str, version: Version, *, home: Path) -> dict[str, Any]:
    """Read a split with a version and report on it.

    Args:
        data: a data set.
        split: name of the split's folder.
        version: whose weights, calibration and operating point are judged.
        home: the app's folder, for cached crops.

    Returns:
        The report as JSON values; figures end in `_ci` where they are 95 % intervals. `learned_from` counts the films
        that the version learned from, refused ones too; None where it is not known what it learned from.

    Raises:
        DatasetError: the split is not there or lacks a class.
        ModelCorrupted: the version's files are damaged.
    """
    film_check, network, card = load_film_check(BUNDLED_FOLDER), load_classifier(version).network, version.card
    images = scan(data, splits={split})
    scored = score(network, images, card, film_check, home=home)
    head = {
        "version": card.version,
        "weights_sha256": card.weights_sha256,
        "split": split,
        "learned_from": shared_images(images, version.learned_from()) if version.knows_its_images else None,
        "operating_point": card.operating_point,
        "calibration": card.calibration.as_json(),
    }
    found: dict[str, Any] = head | report(scored, operating_point=card.operating_point)
    found |= judged_decisions(scored, card)
    crops = prepare_crops(scored.images, film_check, home / "cache")
    threshold = threshold_of(card)
    learned = learned_crops(data, card, film_check, {image.entry for image in scored.images}, home=home)
    found["controls"] |= controls(network, crops, threshold=threshold, training=learned)
    found["maps"] = tested_maps(network, crops, card)
    values: dict[str, Any] = as_json_values(found)
    return values


def threshold_of(card: ModelCard) -> float:
    """Return the logit from which a version suspects pneumonia."""
    return card.calibration.logit(card.operating_point)


def learned_crops(
    data: Path, card: ModelCard, film_check: FilmCheck, judged: set[str], *, home: Path
) -> CropSet | None:
    """Return films that a version learned from, less those that are judged, `FILMS` of a class at most.

    Returns:
        None where the data does not hold them, as on a set of another hospital, or of one class there are none.
    """
    try:
        images = own_parts(data, card, film_check, home=home).training
    except DatasetError:
        return None
    both = are_learned([(image.sha256, image.fingerprint) for image in images], judged)
    known = [image for image, is_judged in zip(images, both, strict=True) if not is_judged]
    order = [known[row] for row in np.random.default_rng(0).permutation(len(known))]
    chosen = [[image for image in order if image.label == label][:FILMS] for label in CLASSES]
    if not all(chosen):
        return None
    return prepare_crops([image for images in chosen for image in images], film_check, home / "cache")


def tested_maps(network: "keras.Model", crops: CropSet, card: ModelCard) -> dict[str, Any]:
    """Return what `map_tests` does; where they cannot be made, why not, as the card has it."""
    try:
        return map_tests(network, crops, threshold=threshold_of(card), baseline=card.heatmap_baseline)
    except MapsUntested as untested:
        return {"films": 0, "untested": untested.why}


def score(
    network: "keras.Model", images: list[LabelledImage], card: ModelCard, film_check: FilmCheck, *, home: Path
) -> Scored:
    """Read images in batches, as the app reads them one by one.

    Raises:
        DatasetError: of a class, no image can be read.
    """
    crops = prepare_crops(images, film_check, home / "cache")
    known = without_unlike(crops, network, card, home / "cache")
    if len({image.label for image in known.images}) < len(CLASSES):
        raise DatasetError(f"Of one class no image could be read; the first reason: {known.refused[0][1]}")
    return score_crops(network, known, calibration=card.calibration, cache=home / "cache")


def without_unlike(
    crops: CropSet, network: "keras.Model", card: ModelCard, cache: Path, progress: Progress | None = None
) -> CropSet:
    """Return the set with those films refused that the version would refuse as unlike all that it knows."""
    familiarity = familiarity_of(card)
    if familiarity is None or not crops.images:
        return crops
    features = cached_features(network, crops, cache, progress)
    unlike = familiarity.distances(depths_in(features)) > familiarity.refuse_above
    refused = [
        (image, reasons.UNLIKE.sentence) for image, is_unlike in zip(crops.images, unlike, strict=True) if is_unlike
    ]
    kept = [image for image, is_unlike in zip(crops.images, unlike, strict=True) if not is_unlike]
    return CropSet(kept, crops.pixels[~unlike], crops.lungs[~unlike], [*crops.refused, *refused])


def score_crops(
    network: "keras.Model", crops: CropSet, *, calibration: Calibration, cache: Path, progress: Progress | None = None
) -> Scored:
    """Return what a network says of prepared images; the backbone is asked only where no cached feature answers.

    Args:
        network: as `build_network` makes it.
        crops: prepared images.
        calibration: from logits to probabilities.
        cache: folder of the cached features.
        progress: where it is said how far the reading is.
    """
    logits = logits_of(network, crops, cache, progress)
    return Scored(crops.images, calibrated(logits, calibration), crops.refused)


def logits_of(
    network: "keras.Model", crops: CropSet, cache: Path, progress: Progress | None = None
) -> NDArray[np.float64]:
    """Return the logits (n,) of prepared images; arguments as in `score_crops`."""
    return logits_from(network, cached_features(network, crops, cache, progress))
