"""Does the map show what the network has learned? Its weights are made random again, block by block."""

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import spearmanr

from model_store.reading.network import build_network
from training.evaluation.maps.films import Map, MapFilm, build_draw
from training.run.progress import Progress
from training.statistics.metrics import patient_mean

if TYPE_CHECKING:
    import keras

BLOCKS: dict[str, tuple[str, ...]] = {
    "head": ("head_", "logit"),
    "conv5": ("conv5_", "post_"),
    "conv4": ("conv4_",),
    "conv3": ("conv3_",),
    "conv2": ("conv2_",),
    "conv1": ("conv1_",),
}
"""Beginnings of the names of each block's layers, from the last block to the first."""

SEEDS = (0, 1, 2)
"""Of the random weights: what a random head happens to weigh decides much of one map."""

FILMS = 30
"""Films whose maps are drawn again for each seed and block, at most."""


def randomised_maps(
    network: "keras.Model", films: list[MapFilm], *, progress: Progress | None = None
) -> dict[str, Any]:
    """Compare the maps of a network with those of one whose last blocks are random.

    Cascading randomisation: Adebayo et al. 2018, arXiv 1810.03292. A map that stays as it was does not show what the
    network has learned. The maps are without the version's baseline, which would stay as it was in both.

    Args:
        network: of the version, as `build_network` makes it; it holds its own weights again afterwards.
        films: that it suspects; of `FILMS` at most the maps are drawn.
        progress: where it is said how far the reading is.

    Returns:
        For each method and each of `BLOCKS`, with all blocks behind it random too, `similarity`: Spearman's rank
        correlation with the trained network's map in the cells of the lungs, the mean over films and `SEEDS`, with its
        95 % interval drawn by patient; 0 where the random network's map is the same everywhere.
    """
    import keras

    films, draw, trained = films[:FILMS], build_draw(network), network.get_weights()
    original = [draw(film.pixels, film.lungs) for film in films]
    methods = list(original[0].maps)
    found: dict[tuple[str, str], list[list[float]]] = {}
    try:
        for seed in (progress or Progress()).track(SEEDS, "testing maps with random weights"):
            network.set_weights(trained)
            keras.utils.set_random_seed(seed)
            untrained = build_network(network.name)
            for block in BLOCKS:
                randomise(network, untrained, block)
                pairs = [(before, draw(film.pixels, film.lungs)) for before, film in zip(original, films, strict=True)]
                for method in methods:
                    similar = [similarity(before.in_lungs(method), after.in_lungs(method)) for before, after in pairs]
                    found.setdefault((method, block), []).append(similar)
    finally:
        network.set_weights(trained)
    patients = [film.patient for film in films]
    return {
        method: {block: patient_mean("similarity", np.mean(found[method, block], axis=0), patients) for block in BLOCKS}
        for method in methods
    }


def randomise(network: "keras.Model", untrained: "keras.Model", block: str) -> None:
    """Give the layers of one of `BLOCKS` the weights of a network that has learned nothing."""
    for layer in network.layers:
        if layer.name.startswith(BLOCKS[block]):
            layer.set_weights(untrained.get_layer(layer.name).get_weights())


def similarity(before: Map, after: Map) -> float:
    """Return Spearman's rank correlation of two maps where both have a value, -1..1; 0 where one is even."""
    known = ~(np.isnan(before) | np.isnan(after))
    one, other = before[known], after[known]
    if known.sum() < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(one, other).statistic)
