"""What does the backbone say of each film? It is asked once: features are kept by image, preparation and weights."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.lungs import LUNGS_SHA256
from model_store.network import as_network_input, backbone_of, depth_widths, depths_of
from model_store.preprocessing import PREPARATION
from training.crops import CropSet
from training.progress import Progress

if TYPE_CHECKING:
    import keras

BATCH = 32


def pooled_features(
    network: "keras.Model", crops: NDArray[np.uint8], progress: Progress | None = None
) -> NDArray[np.float32]:
    """Return the backbone's pooled features at all depths (n, 3584) of crops (n, side, side), uint8.

    The last `FEATURES` columns are what the head takes.
    """
    features = np.empty((len(crops), sum(depth_widths(network))), np.float32)
    for rows, part in _in_batches(network, crops, np.arange(len(crops)), progress or Progress()):
        features[rows] = part
    return features


def build_logits(network: "keras.Model") -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """Compile the function that reads crops which no cache shall keep: (n, side, side), uint8, to logits (n,)."""
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((None, None, None), tf.uint8)])
    def logits(batch: Any) -> Any:
        return network(as_network_input(batch), training=False)[:, 0]

    def read(crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        parts = [logits(crops[start : start + BATCH]) for start in range(0, len(crops), BATCH)]
        return np.concatenate([np.asarray(part, np.float64) for part in parts])

    return read


def cached_features(
    network: "keras.Model", crops: CropSet, cache: Path, progress: Progress | None = None
) -> NDArray[np.float32]:
    """Return the pooled features (n, 3584) of a set; only those that no earlier call has kept are computed.

    Args:
        network: whose backbone is asked.
        crops: prepared images.
        cache: folder for the features, one file an image hash in a folder for this preparation, lung network and the
            backbone's weights and arithmetic.
        progress: where it is said how far the computation is.
    """
    paths = _paths(network, crops, cache)
    if paths:
        paths[0].parent.mkdir(parents=True, exist_ok=True)
    features = np.empty((len(paths), sum(depth_widths(network))), np.float32)
    missing = np.array([row for row, path in enumerate(paths) if not _read(path, features[row])], np.int64)
    for rows, part in _in_batches(network, crops.pixels, missing, progress or Progress()):
        features[rows] = part
        for row in rows:
            _write(paths[row], features[row])
    return features


def missing_features(network: "keras.Model", crops: CropSet, cache: Path) -> int:
    """Return for how many images of a set `cached_features` would have to ask the backbone."""
    return sum(not path.is_file() for path in _paths(network, crops, cache))


def backbone_sha256(network: "keras.Model") -> str:
    """Return the hash of the backbone's tensors and of the arithmetic in which it computes."""
    backbone = backbone_of(network)
    digest = hashlib.sha256(str(backbone.output.dtype).encode())
    for variable in backbone.variables:
        digest.update(variable.path.encode())
        digest.update(np.ascontiguousarray(variable).tobytes())
    return digest.hexdigest()


def _paths(network: "keras.Model", crops: CropSet, cache: Path) -> list[Path]:
    folder = cache / f"depths-{PREPARATION}-{LUNGS_SHA256[:12]}-{backbone_sha256(network)[:16]}"
    return [folder / f"{image.sha256}.npy" for image in crops.images]


def _in_batches(
    network: "keras.Model", crops: NDArray[np.uint8], rows: NDArray[np.int64], progress: Progress
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Yield chosen rows and their features, a batch at a time."""
    if not len(rows):
        return
    import tensorflow as tf

    depths = depths_of(network)

    @tf.function(input_signature=[tf.TensorSpec((None, None, None), tf.uint8)])
    def pooled(batch: Any) -> Any:
        return tf.concat(depths(as_network_input(batch), training=False), axis=-1)

    starts = range(0, len(rows), BATCH)
    for start in progress.track(starts, "computing features"):
        chosen = rows[start : start + BATCH]
        yield chosen, np.asarray(pooled(crops[chosen]), np.float32)


def _read(path: Path, into: NDArray[np.float32]) -> bool:
    try:
        features = np.load(path, allow_pickle=False)
    except (FileNotFoundError, EOFError, ValueError):
        return False
    if features.shape != into.shape or features.dtype != into.dtype:
        return False
    into[:] = features
    return True


def _write(path: Path, features: NDArray[np.float32]) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        np.save(file, features, allow_pickle=False)
    part.replace(path)
