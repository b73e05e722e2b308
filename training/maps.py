"""Which map says best what the network looks at? Parts of films are taken away, or shown alone, as a map ranks them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.classifier import Classifier
from model_store.evidence import locate
from model_store.finer_map import build_finer_map
from model_store.gradcam import build_gradcam, normalised
from model_store.lungs import LungFields
from model_store.preprocessing import INPUT_SIDE, to_model_input
from model_store.quality import FilmRefused
from model_store.results import GRAD_CAM, HIRES_CAM
from training.dataset import DatasetError, LabelledImage
from training.features import build_logits
from training.metrics import patient_mean
from training.progress import Progress

if TYPE_CHECKING:
    import keras

FILMS = 60
"""Suspected films on which maps are compared at most; each is read more than a hundred times."""

RANDOM, CENTRE = "Random", "Centre"
"""What every map has to beat: cells by chance, and the middle of the crop whatever the film shows."""

STEPS = 6
"""Into so many equal parts the pixels of a crop are divided, from those that a map ranks first."""

BLUR = 32.0
"""Standard deviation in pixels of the blur that stands for a pixel taken away; no lung marking outlives it."""

FILLS: dict[str, Callable[["Crop"], "Crop"]] = {
    "blurred": lambda crop: np.asarray(cv2.GaussianBlur(crop, (0, 0), BLUR), np.uint8),
    "grey": lambda crop: np.full_like(crop, round(float(crop.mean()))),
}
"""What stands for the pixels that are taken away. Neither is like a film, so a map has to hold with both."""

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

    Raises:
        DatasetError: it suspects none of them.
    """
    films: list[ShownFilm] = []
    order = np.random.default_rng(seed).permutation(len(images))
    for row in (progress or Progress()).track(order.tolist(), "looking for suspected films"):
        radiograph = images[row].radiograph()
        try:
            reading = classifier.read(radiograph)
        except FilmRefused:
            continue
        lungs = reading.explanation.lungs
        if reading.prediction.suspected and lungs is not None and len(films) < FILMS:
            seen = to_model_input(radiograph.reduced, lungs)
            films.append(ShownFilm(images[row].patient_key, seen.pixels, seen.crop, lungs))
    if not films:
        raise DatasetError(
            f"Version {classifier.card.version} suspects no validation film, so there is no map to test."
        )
    return films


def compare_maps(
    network: "keras.Model",
    films: list[ShownFilm],
    *,
    temperature: float,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compare the maps of each method with one another, with chance and with the middle of the crop.

    Deletion and insertion: Petsiuk, Das, Saenko 2018, arXiv 1806.07421, but in log-odds: the probability of a suspected
    film is close to 1, and hardly moves while much is taken away.

    Args:
        network: of the version, as `build_network` makes it.
        films: that it suspects, of patients that it did not learn from.
        temperature: by which its logits are divided.
        progress: where it is said how far the reading is.

    Returns:
        `methods`: for each `in_lung` (share of the map in the lungs less that of an even map) and, for each of `FILLS`,
        `deletion` (mean log-odds while pixels are taken away, the less the better), `insertion` (while they are shown,
        the more the better) and, but for Grad-CAM, `gain` (insertion less deletion, less the same of Grad-CAM on the
        same films), each with a 95 % interval drawn by patient; `films` and `steps`; `best`, the method to show by
        `best_of`; and `sentences`, what that means.
    """
    maps_of, logits_of, rng = build_maps(network), build_logits(network), np.random.default_rng(0)
    areas: dict[str, list[list[tuple[float, float]]]] = {}
    shares: dict[str, list[float]] = {}
    for film in (progress or Progress()).track(films, "comparing maps"):
        drawn = maps_of(film.pixels) | {RANDOM: rng.random((7, 7), np.float32), CENTRE: _centre()}
        for method, heatmap in drawn.items():
            crops = [altered(film.pixels, heatmap, fill(film.pixels)) for fill in FILLS.values()]
            log_odds = logits_of(np.concatenate(crops)) / temperature
            areas.setdefault(method, []).append(log_odds.reshape(len(FILLS), 2, STEPS + 1).mean(axis=2).tolist())
            shares.setdefault(method, []).append(_in_lung(heatmap, film))
    patients = [film.patient for film in films]
    methods = {method: patient_mean("in_lung", values, patients) for method, values in shares.items()}
    for row, fill in enumerate(FILLS):
        of_fill = {method: np.array(values)[:, row] for method, values in areas.items()}
        for method in methods:
            methods[method][fill] = _figures(of_fill[method], of_fill[GRAD_CAM], patients)
        del methods[GRAD_CAM][fill]["gain"], methods[GRAD_CAM][fill]["gain_ci"]
    head = {"films": len(films), "steps": STEPS, "best": best_of(methods)}
    return head | {"sentences": claims(methods), "methods": methods}


def altered(crop: Crop, heatmap: Map, filled: Crop) -> Crop:
    """Take the pixels of a crop away, those first that a map ranks highest, and show them alone.

    Args:
        crop: (224, 224), uint8.
        heatmap: (rows, columns), float32, of the crop.
        filled: (224, 224), uint8, what stands for the pixels that are taken away.

    Returns:
        (2 * (`STEPS` + 1), 224, 224), uint8: the crop with 0, 1, 2 ... of `STEPS` parts filled, then the filled one
        with as many parts of the crop.
    """
    laid = cv2.resize(heatmap, crop.shape[::-1], interpolation=cv2.INTER_LINEAR)
    rank = np.empty(crop.size, np.int64)
    rank[np.argsort(-laid, axis=None, kind="stable")] = np.arange(crop.size)
    part = (rank * STEPS // crop.size).reshape(crop.shape)
    chosen = part < np.arange(STEPS + 1)[:, None, None]
    return np.concatenate([np.where(chosen, filled, crop), np.where(chosen, crop, filled)])


def best_of(methods: dict[str, dict[str, Any]]) -> str:
    """Return the method to show unless the reader chooses: Grad-CAM, or one that is better beyond chance.

    That is where the whole interval of its gain lies above zero, whatever stands for the pixels taken away.
    """
    better = {
        name: sum(float(figures[fill]["gain"]) for fill in FILLS)
        for name, figures in methods.items()
        if name not in (RANDOM, CENTRE, GRAD_CAM) and all(figures[fill]["gain_ci"][0] > 0 for fill in FILLS)
    }
    return max(better, key=lambda name: better[name], default=GRAD_CAM)


def claims(methods: dict[str, dict[str, Any]]) -> list[str]:
    """Return in words how Grad-CAM stands against chance and against the middle of the crop."""
    found = []
    for words, name in (("cells by chance", RANDOM), ("the middle of the part that was read", CENTRE)):
        intervals = [methods[name][fill]["gain_ci"] for fill in FILLS]
        if all(high < 0 for _, high in intervals):
            found.append(f"Grad-CAM tells better than {words} on what the probability hangs.")
        elif any(low > 0 for low, _ in intervals):
            found.append(f"Grad-CAM tells less than {words} on what the probability hangs: do not lean on it.")
        else:
            found.append(f"Grad-CAM tells no better than {words} on what the probability hangs: do not lean on it.")
    return found


def build_maps(network: "keras.Model") -> Callable[[Crop], dict[str, Map]]:
    """Compile the function from a crop to its maps, in 0..1, by each method that the app has."""
    read, finer = build_gradcam(network), build_finer_map(network)

    def draw(crop: Crop) -> dict[str, Map]:
        seen = read(crop)
        return {GRAD_CAM: normalised(seen.heatmap), HIRES_CAM: finer(seen)}

    return draw


def _centre() -> Map:
    down, across = np.indices((INPUT_SIDE, INPUT_SIDE)) - (INPUT_SIDE - 1) / 2
    return normalised((INPUT_SIDE - np.hypot(down, across)).astype(np.float32))


def _in_lung(heatmap: Map, film: ShownFilm) -> float:
    evidence = locate(heatmap, film.crop, film.lungs)
    return evidence.in_lung - evidence.chance if evidence else float("nan")


def _figures(
    areas: NDArray[np.float64], of_grad_cam: NDArray[np.float64], patients: list[str]
) -> dict[str, float | list[float]]:
    """Return the figures of a method from its areas and Grad-CAM's, (films, 2): deletion, insertion."""
    score, reference = (each[:, 1] - each[:, 0] for each in (areas, of_grad_cam))
    columns = {"deletion": areas[:, 0], "insertion": areas[:, 1], "gain": score - reference}
    figures: dict[str, float | list[float]] = {}
    for name, values in columns.items():
        figures |= patient_mean(name, values, patients)
    return figures
