"""Which map shows best what the network goes by? The methods compared on films of the version's validation patients."""

import io
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model_store.film_gate import Examined, FilmGate, load_film_gate
from model_store.gradcam import build_maps
from model_store.loading import load_classifier
from model_store.preprocessing import lungs_in_crop
from model_store.quality import FilmRefused
from model_store.radiograph import load_radiograph
from model_store.registry import BUNDLED_FOLDER, Version
from model_store.results import METHODS
from training.crops import prepare_crops
from training.dataset import DatasetError, LabelledImage
from training.evaluate import as_json_values, score_crops
from training.features import build_logits
from training.map_curves import STEPS, Logits, Map, area, curves, rank_correlation, share_inside
from training.metrics import patient_mean, sigmoid
from training.own_films import own_validation
from training.progress import Progress
from training.sanity import sanity
from training.shortcuts import shortcut_controls

if TYPE_CHECKING:
    import keras

SANITY_FILMS = 30
"""Films of them for the test with random weights."""

CENTRE, RANDOM = "centre", "random"
"""What every method has to beat: the same map for each film, greatest in the middle, and one of chance."""

REFERENCES = 8
"""Normal films whose pixels take the place of those that a map names; each film gets one of them."""

BLUR = 12.0
"""Standard deviation in pixels of the blur by which it is shown why no pixel is blurred instead."""

SHIFT = 2
"""Pixels by which a crop is moved to see whether its map stays."""

Figures = dict[str, float]
Explain = Callable[["keras.Model"], Callable[[NDArray[np.uint8]], dict[str, Map]]]


def compare_maps(
    data: Path, version: Version, *, home: Path, films: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Judge the maps of a version on films of its validation patients on which it suspects pneumonia.

    Args:
        data: the data that it learned from.
        version: whose maps are judged.
        home: the app's folder, for cached crops.
        films: how many, at most.
        progress: where it is said how far it is.

    Returns:
        For the card, as JSON values: the methods' figures with intervals, the differences to the first method, the
        test with random weights, and the controls for shortcuts on all validation films.

    Raises:
        DatasetError: these are not the films that the version learned from, or it suspects pneumonia on none.
        ModelCorrupted: the version's files are damaged.
    """
    progress, gate, card = progress or Progress(), load_film_gate(BUNDLED_FOLDER), version.card
    network = load_classifier(version).network
    images = own_validation(data, card, gate, home=home, progress=progress)
    crops = prepare_crops(images, gate, home / "cache", progress)
    scored = score_crops(network, crops, temperature=card.temperature, cache=home / "cache", progress=progress)
    decided = list(zip(scored.images, scored.probabilities >= card.operating_point, strict=True))
    suspected = sample([image for image, is_suspected in decided if is_suspected], films)
    normal = sample([image for image, is_suspected in decided if not is_suspected and not image.target], REFERENCES)
    if not suspected or not normal:
        raise DatasetError(
            f"To judge the heatmaps of version {card.version}, it has to suspect pneumonia on some of its validation "
            "films and on some normal ones not."
        )
    found = judge(
        network, suspected, crops.subset(normal).pixels, gate, temperature=card.temperature, progress=progress
    )
    head = {"version": card.version, "weights_sha256": card.weights_sha256, "split": "validation"}
    shortcuts = {"n": len(crops.images), **shortcut_controls(network, crops.images, gate, progress=progress)}
    values: dict[str, Any] = as_json_values(head | found | {"controls": shortcuts})
    return values


def judge(
    network: "keras.Model",
    images: list[LabelledImage],
    normal: NDArray[np.uint8],
    gate: FilmGate,
    *,
    temperature: float,
    explain: Explain = build_maps,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compare the maps that methods make of the same films.

    Args:
        network: as `build_network` makes it.
        images: films on which it suspects pneumonia; those that the gate refuses are left out.
        normal: (k, 224, 224), uint8, crops of normal films on which it does not.
        gate: finds their lungs.
        temperature: by which logits are divided.
        explain: makes of a network a function of a crop to the maps of all methods.
        progress: where it is said how far it is.

    Returns:
        As `compare_maps`, without the version and the controls; "blurred" holds the median probability of pneumonia of
        the same films and of the normal ones when they are blurred all over.
    """
    progress, maps_of, logits = progress or Progress(), explain(network), build_logits(network)
    rows: dict[str, list[Figures]] = defaultdict(list)
    kept, crops = [], []
    for image in progress.track(images, "judging heatmaps"):
        try:
            examined = gate.examine(load_radiograph(image.path.read_bytes()))
        except FilmRefused:
            continue
        kept.append(image)
        crops.append(examined.seen.pixels)
        rng = np.random.default_rng(list(image.sha256.encode()))
        other = normal[rng.integers(len(normal))]
        for name, figures in _figures(examined, other, logits, maps_of, rng, temperature).items():
            rows[name].append(figures)
    patients = [image.patient_key for image in kept]
    few = min(SANITY_FILMS, len(crops))
    return {
        "n": len(kept),
        "patients": len(set(patients)),
        "steps": STEPS,
        "references": len(normal),
        "blurred": {
            kind: float(np.median(sigmoid(logits(np.stack([_blurred(crop) for crop in some])) / temperature)))
            for kind, some in (("suspected", crops), ("normal", normal))
        },
        "methods": {name: _means(figures, patients) for name, figures in rows.items()},
        "differences": _differences(rows, patients),
        "sanity": sanity(network, crops[:few], patients[:few], explain=explain, progress=progress),
    }


def sample(images: list[LabelledImage], count: int) -> list[LabelledImage]:
    """Choose films by hash, so that a second time the same ones are chosen; each kind keeps its share.

    Args:
        images: films; a kind is a class and, where it is known, a pathogen.
        count: how many, at most.
    """
    kinds: dict[tuple[str, str], list[LabelledImage]] = defaultdict(list)
    for image in sorted(images, key=lambda image: image.sha256):
        kinds[image.label, image.pathogen].append(image)
    # Each film's place within its kind, 0..1: the first of all together are the first of each kind.
    places = [((row + 0.5) / len(kind), kind[row]) for kind in kinds.values() for row in range(len(kind))]
    return [image for _, image in sorted(places, key=lambda place: (place[0], place[1].sha256))[:count]]


def _figures(
    examined: Examined,
    normal: NDArray[np.uint8],
    logits: Logits,
    maps_of: Callable[[NDArray[np.uint8]], dict[str, Map]],
    rng: np.random.Generator,
    temperature: float,
) -> dict[str, Figures]:
    """Return the figures of each method's map, and of the two that look at no film, on one film."""
    crop = examined.seen.pixels
    inside = lungs_in_crop(examined.lungs, examined.seen.crop) if examined.lungs else np.ones(crop.shape, bool)

    def judged(heatmap: Map) -> Figures:
        deletion, insertion = curves(crop, normal, heatmap, logits, rng)
        return {
            "deletion": area(sigmoid(deletion / temperature)),
            "insertion": area(sigmoid(insertion / temperature)),
            "deletion_logit": area(deletion),
            "insertion_logit": area(insertion),
            "in_lung": share_inside(heatmap, inside),
            "chance": float(inside.mean()),
        }

    maps = maps_of(crop)
    stable = {"shift": _shifted(crop), "jpeg": _compressed(crop)}
    others = {name: maps_of(changed) for name, changed in stable.items()}
    found = {
        name: judged(heatmap)
        | {f"{change}_correlation": rank_correlation(heatmap, other[name]) for change, other in others.items()}
        for name, heatmap in maps.items()
    }
    return found | {CENTRE: judged(_centred()), RANDOM: judged(rng.random((7, 7)).astype(np.float32))}


def _means(figures: list[Figures], patients: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in figures[0]:
        found |= patient_mean(name, [each[name] for each in figures], patients)
    return found


def _differences(rows: dict[str, list[Figures]], patients: list[str]) -> dict[str, Any]:
    """Return the first method's figures minus each other's, film by film, with intervals."""
    first = METHODS[0]
    return {
        name: _means(
            [
                {key: one[key] - other[key] for key in one if key in other and key != "chance"}
                for one, other in zip(rows[first], figures, strict=True)
            ],
            patients,
        )
        for name, figures in rows.items()
        if name != first
    }


def _centred() -> Map:
    rows, columns = np.mgrid[-6:7, -6:7]
    return np.exp(-(rows**2 + columns**2) / 32).astype(np.float32)


def _blurred(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), BLUR), np.uint8)


def _shifted(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    moved = np.float32([[1, 0, SHIFT], [0, 1, SHIFT]])
    return np.asarray(cv2.warpAffine(crop, moved, crop.shape[::-1], borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _compressed(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    file = io.BytesIO()
    Image.fromarray(crop).save(file, "JPEG", quality=90)
    return np.asarray(Image.open(file, formats=["JPEG"]))
