"""Does the answer hang on what a map highlights? It is replaced by normal lung, and so are other parts of the lungs."""

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.network import build_logits
from model_store.reading.preparation import enlarged
from model_store.reading.results import GRAD_CAM
from training.evaluation.composites import aligned, laid, two_lungs
from training.evaluation.maps.claims import WANTED, failed_tests
from training.evaluation.maps.films import Crop, Draw, Map, MapFilm, Mask, build_draw, suspected_and_normal
from training.evaluation.maps.place import place_figures
from training.evaluation.maps.planted import planted_figures
from training.prepared.crops import CropSet
from training.run.progress import Progress
from training.statistics import metrics

if TYPE_CHECKING:
    import keras

RANDOM, CENTRE = "Random", "Centre"
"""What every map has to beat: connected parts of the lungs by chance, and their middle whatever the film shows."""

HIGHLIGHTED = 0.3
"""Share of the lungs' area that is replaced."""

REGIONS = 4
"""Random regions for each film."""

SOFT_EDGE = 0.01
"""Standard deviation, as a share of the side, over which the replaced part passes into the film."""


def map_tests(
    network: "keras.Model",
    crops: CropSet,
    *,
    threshold: float,
    baseline: Map | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Test the maps of a version: where they lie, whether they follow the film, and whether the answer hangs on them.

    Args:
        network: of the version, as `build_network` makes it.
        crops: films of both classes, of patients that it did not learn from.
        threshold: the logit from which the version suspects pneumonia.
        baseline: of its heatmaps, as its card has it.
        seed: of what is drawn by chance.
        progress: where it is said how far the reading is.

    Returns:
        `films` and `normal_films`, their numbers; `methods`: by method the figures of `place_figures` and, for `RANDOM`
        and `CENTRE` too, those of `deletion_figures`; `discs`, as `planted_figures`, by method; `wanted`, the limits of
        the tests; `failed`, the names of those that the map that is shown, Grad-CAM, does not pass.

    Raises:
        DatasetError: the version suspects no film with pneumonia, or every one without.
    """
    films, normal = suspected_and_normal(network, crops, threshold=threshold, seed=seed, progress=progress)
    draw, rng = build_draw(network, baseline), np.random.default_rng(seed)
    methods: dict[str, dict[str, Any]] = place_figures(draw, films, progress)
    for name, figures in deletion_figures(network, draw, films, normal, rng, progress).items():
        methods[name] = methods.get(name, {}) | figures
    discs = planted_figures(network, draw, films, normal, rng, progress)
    return {
        "films": len(films),
        "normal_films": len(normal),
        "wanted": WANTED,
        "failed": failed_tests(methods[GRAD_CAM], discs[GRAD_CAM]),
        "methods": methods,
        "discs": discs,
    }


def deletion_figures(
    network: "keras.Model",
    draw: Draw,
    films: list[MapFilm],
    normal: list[MapFilm],
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> dict[str, dict[str, Any]]:
    """Replace parts of suspected lungs by the same place of normal ones, and say by how much the logit falls.

    Deletion as a test of a map: Petsiuk, Das, Saenko 2018, arXiv 1806.07421. Blur or grey would not do: they make haze,
    which is what pneumonia looks like, while normal lung takes it away.

    Args:
        network: of the version.
        draw: of the same network.
        films: that it suspects.
        normal: films without pneumonia, of which one is drawn for each.
        rng: where the chance comes from.
        progress: where it is said how far the reading is.

    Returns:
        By method, and for `RANDOM` and `CENTRE`: `drop`, the fall of the logit where the highlighted `HIGHLIGHTED` of
        the lungs, a random connected part of them as large, or their middle is replaced; by method also `over_random`
        and `over_centre`, that less those of the same film. Each with its 95 % interval.
    """
    read = build_logits(network)
    drops: dict[str, list[float]] = {}
    for film in (progress or Progress()).track(films, "replacing parts of lungs"):
        donor = normal[int(rng.integers(len(normal)))]
        healthy = aligned(donor.pixels, donor.lungs, film.lungs)
        ranks = {name: enlarged(drawn, film.lungs.shape) for name, drawn in draw(film.pixels, film.lungs).maps.items()}
        ranks[CENTRE] = _middle(film.lungs)
        chosen = [highest(rank, film.lungs) for rank in ranks.values()]
        chosen += [connected(film.lungs, rng) for _ in range(REGIONS)]
        crops = np.stack([film.pixels, *(_replaced(film.pixels, healthy, each & film.lungs) for each in chosen)])
        before, *after = read(crops, np.repeat(film.lungs[None], len(crops), axis=0))
        for name, logit in zip(ranks, after, strict=False):
            drops.setdefault(name, []).append(float(before - logit))
        drops.setdefault(RANDOM, []).append(float(before - np.mean(after[len(ranks) :])))
    return _drop_figures(drops, [film.patient for film in films])


def highest(rank: NDArray[np.float32], lungs: Mask) -> Mask:
    """Return the `HIGHLIGHTED` share of the lungs' pixels in which a map, (side, side), is greatest."""
    values = np.where(lungs, rank, -np.inf).ravel()
    chosen = np.zeros(lungs.size, bool)
    chosen[np.argsort(-values, kind="stable")[: _size(lungs)]] = True
    return chosen.reshape(lungs.shape)


def connected(lungs: Mask, rng: np.random.Generator) -> Mask:
    """Return a part of the lungs as large as `highest`, round a place of chance.

    It is all in one lung, but for what that one may lack.
    """
    places = np.argwhere(lungs)
    centre = places[rng.integers(len(places))]
    one, _ = two_lungs(lungs)
    distance = np.hypot(*(np.indices(lungs.shape) - centre[:, None, None]))
    elsewhere = one != one[tuple(centre)]
    return highest(-(distance + 2 * len(lungs) * elsewhere).astype(np.float32), lungs)


def _size(lungs: Mask) -> int:
    return max(round(HIGHLIGHTED * int(lungs.sum())), 1)


def _middle(lungs: Mask) -> NDArray[np.float32]:
    middle = (np.array(lungs.shape) - 1) / 2
    return np.asarray(-np.hypot(*(np.indices(lungs.shape) - middle[:, None, None])), np.float32)


def _replaced(film: Crop, healthy: Crop, region: Mask) -> Crop:
    """Return the film with another one's grey in a region, whose edge is soft but stays inside of it."""
    share = cv2.GaussianBlur(region.astype(np.float32), (0, 0), SOFT_EDGE * len(film))
    return laid(film, healthy, np.where(region, share, np.float32(0)))


def _drop_figures(drops: dict[str, list[float]], patients: list[str]) -> dict[str, dict[str, Any]]:
    found = {name: metrics.patient_mean("drop", values, patients) for name, values in drops.items()}
    for name in drops.keys() - {RANDOM, CENTRE}:
        for key, other in (("over_random", RANDOM), ("over_centre", CENTRE)):
            found[name] |= metrics.patient_mean(key, np.subtract(drops[name], drops[other]), patients)
    return found
