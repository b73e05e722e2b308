"""Which map says best what the network looks at? Parts of films are taken away, or shown alone, as a map ranks them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.classifier import Classifier
from model_store.evidence import locate
from model_store.finer_maps import build_finer_maps
from model_store.gradcam import build_gradcam, normalised
from model_store.lungs import LungFields
from model_store.preprocessing import INPUT_SIDE, to_model_input
from model_store.quality import FilmRefused
from model_store.radiograph import load_radiograph
from model_store.results import GRAD_CAM
from training.dataset import LabelledImage
from training.features import build_logits
from training.metrics import patient_mean, sigmoid
from training.progress import Progress

if TYPE_CHECKING:
    import keras

FILMS = 200
"""Suspected films on which maps are compared at most; each is read some 170 times."""

RANDOM, CENTRE = "Random", "Centre"
"""What every map has to beat: cells by chance, and the middle of the crop whatever the film shows."""

STEPS = 16
"""Into so many equal parts the pixels of a crop are divided, from those that a map ranks first."""

BLUR = 32.0
"""Standard deviation in pixels of the blur that stands for a pixel taken away; no lung marking outlives it."""

Map = NDArray[np.float32]
Crop = NDArray[np.uint8]


@dataclass(frozen=True)
class ShownFilm:
    """A film that the version suspects, as its network saw it.

    Attributes:
        patient: key of the patient.
        pixels: (224, 224), uint8, the crop.
        crop: its edges, as in `Explanation`.
        lungs: the outlined lungs on the reduced film.
    """

    patient: str
    pixels: Crop
    crop: tuple[float, float, float, float]
    lungs: LungFields


def suspected_films(
    classifier: Classifier, images: list[LabelledImage], *, seed: int, progress: Progress | None = None
) -> list[ShownFilm]:
    """Return at most `FILMS` films, chosen by chance, that a version suspects: their maps show what decided.

    Args:
        classifier: the version.
        images: of patients that it did not learn from.
        seed: of the choice.
        progress: where it is said how far the reading is.
    """
    films: list[ShownFilm] = []
    order = np.random.default_rng(seed).permutation(len(images))
    for row in (progress or Progress()).track(order.tolist(), "looking for suspected films"):
        radiograph = load_radiograph(images[row].path.read_bytes())
        try:
            reading = classifier.read(radiograph)
        except FilmRefused:
            continue
        lungs = reading.explanation.lungs
        if reading.prediction.suspected and lungs is not None and len(films) < FILMS:
            seen = to_model_input(radiograph.reduced, lungs)
            films.append(ShownFilm(images[row].patient_key, seen.pixels, seen.crop, lungs))
    return films


def compare_maps(
    network: "keras.Model",
    films: list[ShownFilm],
    *,
    temperature: float,
    seed: int,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compare the maps of each method with one another, with chance and with the middle of the crop.

    Deletion and insertion: Petsiuk, Das, Saenko 2018, arXiv 1806.07421, the pixels blurred instead of black.

    Args:
        network: of the version, as `build_network` makes it.
        films: that it suspects, of patients that it did not learn from.
        temperature: by which its logits are divided.
        seed: of the maps by chance.
        progress: where it is said how far the reading is.

    Returns:
        `methods`: for each its `deletion` (mean probability while pixels are taken away, the less the better),
        `insertion` (while they are shown, the more the better), `score` (insertion less deletion), `in_lung` (share of
        the map in the lungs less that of an even map) and, but for Grad-CAM, `gain` (its score less Grad-CAM's on the
        same films), each with a 95 % interval drawn by patient; `films` and `steps`; `best`, which is Grad-CAM unless
        another's gain lies above zero with its whole interval.
    """
    maps_of, logits_of = _build_maps(network, seed), build_logits(network)
    found: dict[str, list[tuple[float, float, float]]] = {}
    for film in (progress or Progress()).track(films, "comparing maps"):
        for method, heatmap in maps_of(film.pixels).items():
            crops = altered(film.pixels, heatmap)
            deletion, insertion = sigmoid(logits_of(crops) / temperature).reshape(2, STEPS + 1).mean(axis=1)
            found.setdefault(method, []).append((deletion, insertion, _in_lung(heatmap, film)))
    patients = [film.patient for film in films]
    methods = _figures({method: np.array(values) for method, values in found.items()}, patients)
    return {"films": len(films), "steps": STEPS, "methods": methods, "best": best_of(methods)}


def altered(crop: Crop, heatmap: Map) -> Crop:
    """Take the pixels of a crop away, those first that a map ranks highest, and show them alone.

    Args:
        crop: (224, 224), uint8.
        heatmap: (rows, columns), float32, of the crop.

    Returns:
        (2 * (`STEPS` + 1), 224, 224), uint8: the crop with 0, 1, 2 ... of `STEPS` parts blurred, then the blurred crop
        with as many parts sharp.
    """
    laid = cv2.resize(heatmap, crop.shape[::-1], interpolation=cv2.INTER_LINEAR)
    rank = np.empty(crop.size, np.int64)
    rank[np.argsort(-laid, axis=None, kind="stable")] = np.arange(crop.size)
    part = (rank * STEPS // crop.size).reshape(crop.shape)
    blurred = cv2.GaussianBlur(crop, (0, 0), BLUR)
    chosen = part < np.arange(STEPS + 1)[:, None, None]
    return np.concatenate([np.where(chosen, blurred, crop), np.where(chosen, crop, blurred)])


def best_of(methods: dict[str, dict[str, Any]]) -> str:
    """Return the method to show unless the reader chooses: Grad-CAM, or the one that is better beyond chance."""
    better = [
        name
        for name, figures in methods.items()
        if name not in (RANDOM, CENTRE, GRAD_CAM) and figures["gain_ci"][0] > 0
    ]
    return max(better, key=lambda name: float(methods[name]["gain"]), default=GRAD_CAM)


def _build_maps(network: "keras.Model", seed: int) -> Callable[[Crop], dict[str, Map]]:
    gradcam, finer, rng = build_gradcam(network), build_finer_maps(network), np.random.default_rng(seed)
    down, across = np.indices((INPUT_SIDE, INPUT_SIDE)) - (INPUT_SIDE - 1) / 2
    centre = normalised((INPUT_SIDE - np.hypot(down, across)).astype(np.float32))

    def draw(crop: Crop) -> dict[str, Map]:
        coarse = normalised(gradcam(crop)[1])
        chance = rng.random(coarse.shape, np.float32)
        return {GRAD_CAM: coarse, **finer(crop), RANDOM: chance, CENTRE: centre}

    return draw


def _in_lung(heatmap: Map, film: ShownFilm) -> float:
    evidence = locate(heatmap, film.crop, film.lungs)
    return evidence.in_lung - evidence.chance if evidence else float("nan")


def _figures(found: dict[str, NDArray[np.float64]], patients: list[str]) -> dict[str, dict[str, Any]]:
    methods: dict[str, dict[str, Any]] = {}
    for method, (deletion, insertion, in_lung) in ((name, values.T) for name, values in found.items()):
        columns: Iterable[tuple[str, NDArray[np.float64]]] = [
            ("deletion", deletion),
            ("insertion", insertion),
            ("score", insertion - deletion),
            ("in_lung", in_lung),
        ]
        if method != GRAD_CAM:
            against = found[GRAD_CAM]
            columns = [*columns, ("gain", insertion - deletion - (against[:, 1] - against[:, 0]))]
        methods[method] = {}
        for name, values in columns:
            methods[method] |= patient_mean(name, values, patients)
    return methods
