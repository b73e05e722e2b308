"""Does a map depend on what the network has learned? The weights are made random, block by block from the head down."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from training.map_curves import Map, rank_correlation
from training.metrics import patient_mean
from training.progress import Progress

if TYPE_CHECKING:
    import keras

BLOCKS = {
    "head": ("head_", "logit"),
    "conv5": ("conv5_", "post_"),
    "conv4": ("conv4_",),
    "conv3": ("conv3_",),
    "conv2": ("conv2_",),
    "conv1": ("conv1_",),
}
"""From the head down; beginnings of the names of the layers in each."""

DRAWS = 3
"""Random networks; a film's figure is the mean over them, since one draw may by chance make a similar map."""

MapsOf = Callable[[NDArray[np.uint8]], dict[str, Map]]


def sanity(
    network: "keras.Model",
    crops: Sequence[NDArray[np.uint8]],
    patients: list[str],
    *,
    explain: Callable[["keras.Model"], MapsOf],
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compare the maps of a network with those of its copies in which ever more blocks are random.

    The cascading randomisation of Adebayo et al. 2018, arXiv 1810.03292. A map that stays alike shows the picture,
    not the network.

    Args:
        network: as `build_network` makes it; it is not changed.
        crops: each (224, 224), uint8.
        patients: whose they are.
        explain: makes of a network a function of a crop to the maps of all methods.
        seed: of the random weights.
        progress: where it is said how far it is.

    Returns:
        "n", "draws", and in "methods" for each method a list, one entry a depth: "depth", the block that was made
        random last, and "spearman", Spearman's correlation with the map of the network itself, with its interval.
        A map without any value has no order and counts as 0; "empty" is the share of such maps.
    """
    import keras

    progress, copy = progress or Progress(), keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    maps_of = explain(copy)
    originals = [maps_of(crop) for crop in crops]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in originals[0]}
    likeness: dict[tuple[str, str], list[list[float]]] = {}
    empty: dict[tuple[str, str], int] = {}
    blocks = [name for name in BLOCKS if _layers(copy, name)]
    for draw in progress.track(range(DRAWS), "making weights random"):
        rng = np.random.default_rng([seed, draw])
        copy.set_weights(network.get_weights())
        for block in blocks:
            make_random(copy, block, rng)
            for row, crop in enumerate(crops):
                for name, heatmap in maps_of(crop).items():
                    rows = likeness.setdefault((name, block), [[] for _ in crops])
                    rows[row].append(rank_correlation(originals[row][name], heatmap))
                    empty[name, block] = empty.get((name, block), 0) + (not heatmap.any())
    for (name, block), rows in likeness.items():
        entry = {"depth": block, **patient_mean("spearman", [float(np.mean(each)) for each in rows], patients)}
        found[name].append(entry | {"empty": empty[name, block] / (DRAWS * len(crops))})
    return {"n": len(crops), "draws": DRAWS, "methods": found}


def make_random(network: "keras.Model", block: str, rng: np.random.Generator) -> None:
    """Give the layers of a block the weights of a network that has learned nothing.

    Kernels are drawn as Keras draws them (Glorot & Bengio 2010, uniform); a batch normalisation changes nothing.

    Args:
        network: whose weights are changed.
        block: a key of `BLOCKS`.
        rng: where the chance comes from.
    """
    for layer in _layers(network, block):
        for variable in layer.variables:
            variable.assign(_unlearned(variable.path.rsplit("/", 1)[-1], tuple(variable.shape), rng))


def _layers(network: "keras.Model", block: str) -> list[Any]:
    return [layer for layer in network.layers if layer.name.startswith(BLOCKS[block]) and layer.variables]


def _unlearned(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    if len(shape) > 1:
        field = int(np.prod(shape[:-2]))
        limit = np.sqrt(6 / (field * (shape[-2] + shape[-1])))
        return rng.uniform(-limit, limit, shape).astype(np.float32)
    return np.full(shape, 1 if name in ("gamma", "moving_variance") else 0, np.float32)
