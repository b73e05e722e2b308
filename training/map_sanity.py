"""Does the map show what the network has learned? Its weights are made random again, block by block."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from model_store.gradcam import build_gradcam
from model_store.network import build_network
from training.maps import ShownFilm
from training.metrics import patient_mean
from training.progress import Progress

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


def randomised_maps(
    network: "keras.Model", films: list[ShownFilm], *, progress: Progress | None = None
) -> dict[str, Any]:
    """Compare the Grad-CAM maps of a network with those of one whose last blocks are random.

    Cascading randomisation: Adebayo et al. 2018, arXiv 1810.03292. A map that stays as it was does not show what the
    network has learned.

    Args:
        network: of the version, as `build_network` makes it; it holds its own weights again afterwards.
        films: as for `compare_maps`.
        progress: where it is said how far the reading is.

    Returns:
        For each of `BLOCKS`, with all blocks behind it random too, `similarity`: Spearman's rank correlation with the
        trained network's map, the mean over films and `SEEDS`, with its 95 % interval drawn by patient; 0 where the
        random network's map is the same everywhere.
    """
    import keras

    read = build_gradcam(network)
    trained = network.get_weights()
    crops, patients = [film.pixels for film in films], [film.patient for film in films]
    original = [read(crop)[1] for crop in crops]
    found: dict[str, list[list[float]]] = {block: [] for block in BLOCKS}
    try:
        for seed in (progress or Progress()).track(SEEDS, "testing maps with random weights"):
            network.set_weights(trained)
            keras.utils.set_random_seed(seed)
            untrained = build_network()
            for block in BLOCKS:
                randomise(network, untrained, block)
                pairs = zip(original, (read(crop)[1] for crop in crops), strict=True)
                found[block].append([similarity(before, after) for before, after in pairs])
    finally:
        network.set_weights(trained)
    return {
        block: patient_mean("similarity", np.mean(found_by_seed, axis=0), patients)
        for block, found_by_seed in found.items()
    }


def randomise(network: "keras.Model", untrained: "keras.Model", block: str) -> None:
    """Give the layers of one of `BLOCKS` the weights of a network that has learned nothing."""
    for layer in network.layers:
        if layer.name.startswith(BLOCKS[block]):
            layer.set_weights(untrained.get_layer(layer.name).get_weights())


def similarity(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """Return Spearman's rank correlation of two maps of the same shape, -1..1; 0 where one is the same everywhere."""
    if np.ptp(before) == 0 or np.ptp(after) == 0:
        return 0.0
    return float(spearmanr(before.ravel(), after.ravel()).statistic)
