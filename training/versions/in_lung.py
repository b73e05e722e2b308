"""What do a version's maps show as a rule? What on normal films, what is drawn brightest, and below what it warns."""

from typing import TYPE_CHECKING, Any

import numpy as np

from model_store.reading.card_record import FARTHEST
from model_store.reading.classifier import Classifier
from model_store.reading.film_check.verdict import FilmRefused
from model_store.reading.maps.evidence import locate
from model_store.reading.maps.gradcam import build_gradcam, on_scale
from model_store.reading.network import is_pooled, side_of
from model_store.reading.preparation import lung_cells
from model_store.reading.results import GRAD_CAM, Explanation
from model_store.trainings.cost import MAP_FILMS, NORMAL_FILMS
from training.prepared.crops import CropSet
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras

LEAST_NORMAL_FILMS = 20
"""Normal films of which the median is the baseline of maps: of fewer it is chance."""

PERCENTILE = 1.0
"""Of the suspected films' shares: who is below is warned of."""

FULL_PERCENTILE = 95.0
"""Of the suspected films' greatest cells: a map has its full brightness from there on."""


def fit_map_limits(
    classifier: Classifier, validation: CropSet, *, seed: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Return for the card what maps and outlines have to show so that nobody need be warned.

    Args:
        classifier: the version, with calibration and operating point; only films that it suspects count, since
            only on these the map shows what decided.
        validation: films of patients that it did not learn from.
        seed: of the choice of films.
        progress: where it is said how far the reading is.

    Returns:
        "in_lung": the least share of each method's map inside the lungs as `limits` (0..1; none where no film is
        suspected), the `percentile` and the number of `films`. Of a network that answers cell by cell also
        "heatmap_full", the logit at which its map is brightest, where cells of suspected films speak for pneumonia at
        all, and "lung_cells", what `lung_cells_of` returns.
    """
    chosen = np.random.default_rng(seed).permutation(len(validation.images))[:MAP_FILMS]
    suspected: list[tuple[Explanation, ...]] = []
    for row in (progress or Progress()).track(chosen.tolist(), "looking at maps"):
        try:
            reading = classifier.read(validation.images[row].radiograph())
        except FilmRefused:  # By the version itself, as unlike what it knows.
            continue
        if reading.prediction.suspected:
            suspected.append(reading.explanations)
    full = _full_brightness([each.cells for film in suspected for each in film if each.cells is not None])
    limits = {"limits": _least_shares(suspected, full), "percentile": PERCENTILE, "films": len(suspected)}
    found: dict[str, Any] = {"in_lung": limits}
    if not is_pooled(classifier.network):
        found |= {"lung_cells": lung_cells_of(validation, side_of(classifier.network))}
    return found if full is None else found | {"heatmap_full": full}


def fit_baseline(
    network: "keras.Model", training: CropSet, *, seed: int, progress: Progress | None = None
) -> list[list[float]] | None:
    """Return for the card what the logit of each cell is on normal films: the median over films of the training.

    Of those in which the cell is lung; where these are fewer than `LEAST_NORMAL_FILMS`, the median of all lung cells.

    Args:
        network: with the weights as they will be read.
        training: films that it learned from, of both classes.
        seed: of the choice of films, of which `NORMAL_FILMS` are read.
        progress: where it is said how far the reading is.

    Returns:
        Rows of the cells; None of a pooled network, of fewer than `LEAST_NORMAL_FILMS`, whose median is chance, and
        where logits are such as no card takes.
    """
    normal = np.flatnonzero(training.targets < 0.5)
    if is_pooled(network) or len(normal) < LEAST_NORMAL_FILMS:
        return None
    chosen = np.random.default_rng(seed).permutation(normal)[:NORMAL_FILMS]
    # Of a film without outlines all cells count, each with its own logit.
    see, nowhere = build_gradcam(network), np.zeros_like(training.lungs[0])
    films = (progress or Progress()).track(chosen.tolist(), "looking at normal films")
    logits = np.stack([see(training.pixels[row], nowhere).maps[GRAD_CAM] for row in films])
    lung = np.stack([lung_cells(training.lungs[row], side_of(network)) > 0 for row in chosen])
    usual = float(np.median(logits[lung])) if lung.any() else 0.0
    baseline = [
        [
            float(np.median(logits[lung[:, row, column], row, column])) if count >= LEAST_NORMAL_FILMS else usual
            for column, count in enumerate(counts)
        ]
        for row, counts in enumerate(lung.sum(axis=0))
    ]
    return baseline if np.abs(baseline).max() < FARTHEST else None  # A training may have gone astray.


def lung_cells_of(validation: CropSet, side: int) -> dict[str, float]:
    """Return for the card how much lung the network sees of a film, in cells: the `least` of all validation films.

    Args:
        validation: films whose outlines are as good as outlines are.
        side: at which the network reads, in pixels.
    """
    return {"least": min(float(lung_cells(inside, side).sum()) for inside in validation.lungs)}


def _full_brightness(cells: list[Any]) -> float | None:
    """Return the logit from which a cell is drawn brightest; None where no suspected film has one that is positive."""
    if not cells:
        return None
    full = float(np.percentile([each.max() for each in cells], FULL_PERCENTILE))
    return full if 0 < full < FARTHEST else None


def _least_shares(films: list[tuple[Explanation, ...]], full: float | None) -> dict[str, float]:
    """Return by method the share of the map inside the lungs below which few films lie, of maps as they are drawn."""
    shares: dict[str, list[float]] = {}
    for explanation in (each for film in films for each in film):
        evidence = explanation.evidence
        if explanation.cells is not None:  # It was drawn without knowing where its brightness ends.
            evidence = locate(on_scale(explanation.cells, full), explanation.crop, explanation.lungs)
        if evidence:
            shares.setdefault(explanation.method, []).append(evidence.in_lung)
    return {method: float(np.percentile(each, PERCENTILE)) for method, each in shares.items()}
