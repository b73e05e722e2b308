"""Is a finding seen where it is put? A disc of a suspected film's lung is laid into the lung of a normal film."""

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from model_store.reading.network import build_logits
from training.evaluation.composites import faded, laid
from training.evaluation.maps.films import Crop, Draw, Drawn, MapFilm, Mask
from training.evaluation.maps.place import hottest, pixel
from training.run.progress import Progress
from training.statistics import metrics

if TYPE_CHECKING:
    import keras

RADIUS = 0.15
"""Of a disc, as a share of the crop's side."""

IN_LUNGS = 0.7
"""Least share of a disc that is lung in all films concerned, where there is such a place."""


def planted_figures(
    network: "keras.Model",
    draw: Draw,
    films: list[MapFilm],
    normal: list[MapFilm],
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> dict[str, dict[str, Any]]:
    """Lay discs of suspected lungs into normal ones, at the same place of the crop, which the lungs' box bounds.

    Args:
        network: of the version.
        draw: of the same network.
        films: that it suspects.
        normal: films without pneumonia; each gets one disc of a suspected film and one of another normal film.
        rng: where the chance comes from; the place of a disc is drawn without looking at a map.
        progress: where it is said how far the reading is.

    Returns:
        By method, each with its 95 % interval: `rise`, by how much the logit rises with the suspected disc more than
        with the normal one; `peak`, the share of films whose map's hottest cell lies in the suspected disc;
        `change_peak`, the same of the change of the map; `chance`, the share of the lungs that the discs are; `dark`,
        the share of maps that say nothing for pneumonia, which have no peak and so miss; and `most`, the share of films
        whose most suspicious cell of the lungs lies in it, whether or not it is drawn.
    """
    read = build_logits(network)
    values: dict[str, list[dict[str, float]]] = {}
    for number, film in enumerate((progress or Progress()).track(normal, "planting discs")):
        suspected = films[int(rng.integers(len(films)))]
        another = normal[(number + int(rng.integers(1, max(len(normal), 2)))) % len(normal)]
        disc, tissue = drawn_disc([film.lungs, suspected.lungs, another.lungs], rng)
        planted, harmless = (planted_in(film.pixels, each.pixels, tissue) for each in (suspected, another))
        before, after = draw(film.pixels, film.lungs), draw(planted, film.lungs)
        (control,) = read(harmless[None], film.lungs[None])
        common = {"rise": after.logit - float(control), "chance": float((disc & film.lungs).sum() / film.lungs.sum())}
        for method in after.maps:
            values.setdefault(method, []).append(common | found_in(disc, before, after, method))
    patients = [film.patient for film in normal]
    return {method: _means(each, patients) for method, each in values.items()}


def drawn_disc(lungs: list[Mask], rng: np.random.Generator) -> tuple[Mask, Mask]:
    """Draw a disc, (side, side), whose middle and greater part are lung in all films, and return it and that part.

    Where no place has `IN_LUNGS`, that with the most is taken.
    """
    common = np.logical_and.reduce(lungs)
    side = len(common)
    reach = round(RADIUS * side)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)).astype(np.float32)
    share = cv2.filter2D(common.astype(np.float32), -1, kernel / kernel.sum(), borderType=cv2.BORDER_CONSTANT)
    share = np.where(common, share, 0)
    places = np.argwhere(share >= min(IN_LUNGS, float(share.max())))
    middle = places[rng.integers(len(places))]
    disc = np.hypot(*(np.indices(common.shape) - middle[:, None, None])) <= RADIUS * side
    return disc, disc & common


def planted_in(film: Crop, other: Crop, tissue: Mask) -> Crop:
    """Return a film, (side, side), uint8, with `tissue` of another one laid in at its place; it fades out beyond."""
    return laid(film, other, faded(tissue))


def found_in(disc: Mask, before: Drawn, after: Drawn, method: str) -> dict[str, float]:
    """Return 1 or 0 for `peak`, `change_peak`, `dark` and `most`, as in `planted_figures`, of one film."""
    drawn, change = after.maps[method], after.maps[method] - before.maps[method]
    dark = not drawn.max() > 0
    cells = after.in_lungs(method)
    return {
        "peak": 0.0 if dark else _lies_in(disc, drawn),
        "change_peak": _lies_in(disc, change) if change.max() > 0 else 0.0,
        "dark": float(dark),
        "most": 0.0 if np.isnan(cells).all() else _lies_in(disc, cells),
    }


def _lies_in(disc: Mask, heatmap: Any) -> float:
    row, column = hottest(heatmap)
    return float(disc[pixel(row, len(heatmap), len(disc)), pixel(column, len(heatmap), len(disc))])


def _means(values: list[dict[str, float]], patients: list[str]) -> dict[str, Any]:
    figures: dict[str, Any] = {"n": len(values)}
    for name in values[0]:
        figures |= metrics.patient_mean(name, [each[name] for each in values], patients)
    return figures
