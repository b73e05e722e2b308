"""What does the backbone say of each film? It is asked once: features are kept by image, preparation and weights."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.network import (
    BATCH,
    FEATURES,
    SUSPICIOUS_SHARE,
    TARGET_LAYER,
    as_network_input,
    backbone_of,
    counted_cells,
    depths_of,
    head_of,
    inputs_of,
    is_pooled,
)
from model_store.reading.preparation import PREPARATION
from model_store.versions.bundled import LUNGS_SHA256
from training.prepared.arrays import keep, kept
from training.prepared.crops import CropSet
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class FilmFeatures:
    """What the backbone says of one film.

    Attributes:
        depths: (3584,), float32, its pooled answers at all depths.
        cells: (m, 2048), float16, its last answers in those cells that are lung; none of a pooled network.
        lungs: (m,), float32, how far each of these is lung.
    """

    depths: NDArray[np.float32]
    cells: NDArray[np.float16]
    lungs: NDArray[np.float32]


def depths_in(features: list[FilmFeatures]) -> NDArray[np.float32]:
    """Return the pooled answers of films at all depths, (n, 3584)."""
    return np.stack([each.depths for each in features])


def cells_in(features: list[FilmFeatures]) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """Return the cells of films, (n, m, 2048), and how far they are lung, (n, m); 0 where a film has fewer."""
    most = max(len(each.lungs) for each in features)
    cells = np.zeros((len(features), most, FEATURES), np.float16)
    lungs = np.zeros((len(features), most), np.float32)
    for row, each in enumerate(features):
        cells[row, : len(each.lungs)], lungs[row, : len(each.lungs)] = each.cells, each.lungs
    return cells, lungs


def logits_from(network: "keras.Model", features: list[FilmFeatures]) -> NDArray[np.float64]:
    """Return the logits (n,) that follow from features, by the network's head."""
    if not features:
        return np.zeros(0)
    head = head_of(network)
    if is_pooled(network):
        return np.asarray(head(depths_in(features)[:, -FEATURES:], training=False), np.float64)[:, 0]
    parts = []
    for start in range(0, len(features), BATCH):
        cells, lungs = cells_in(features[start : start + BATCH])
        logits = head(cells.reshape(-1, FEATURES).astype(np.float32), training=False)
        by_cell = np.asarray(logits).reshape(lungs.shape)
        counted = np.asarray(counted_cells(np.where(lungs > 0, by_cell, -np.inf), lungs, SUSPICIOUS_SHARE))
        parts.append((counted * by_cell).sum(axis=1, dtype=np.float64))
    return np.concatenate(parts)


def film_features(network: "keras.Model", crops: CropSet, progress: Progress | None = None) -> list[FilmFeatures]:
    """Return what the backbone says of prepared images; nothing is kept."""
    rows = np.arange(len(crops.images))
    return [each for _, each in _computed(network, crops, rows, progress or Progress())]


def cached_features(
    network: "keras.Model", crops: CropSet, cache: Path, progress: Progress | None = None
) -> list[FilmFeatures]:
    """Return the features of a set; only those that no earlier call has kept are computed.

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
    features = [_read(path) for path in paths]
    missing = np.array([row for row, each in enumerate(features) if each is None], np.int64)
    for row, each in _computed(network, crops, missing, progress or Progress()):
        features[row] = each
        keep(paths[row], depths=each.depths, cells=each.cells, lungs=each.lungs)
    return [each for each in features if each is not None]


def missing_features(network: "keras.Model", crops: CropSet, cache: Path) -> int:
    """Return for how many images of a set `cached_features` would have to ask the backbone."""
    return sum(not path.is_file() for path in _paths(network, crops, cache))


def backbone_sha256(network: "keras.Model") -> str:
    """Return the hash of the backbone's tensors, of its kind and of the arithmetic in which it computes."""
    backbone = backbone_of(network)
    digest = hashlib.sha256(f"{backbone.output.dtype} {network.name}".encode())
    for variable in backbone.variables:
        digest.update(variable.path.encode())
        digest.update(np.ascontiguousarray(variable).tobytes())
    return digest.hexdigest()


def _paths(network: "keras.Model", crops: CropSet, cache: Path) -> list[Path]:
    folder = cache / f"features-{PREPARATION}-{LUNGS_SHA256[:12]}-{backbone_sha256(network)[:16]}"
    return [folder / f"{image.sha256}.npz" for image in crops.images]


def _computed(
    network: "keras.Model", crops: CropSet, rows: NDArray[np.int64], progress: Progress
) -> Iterator[tuple[int, FilmFeatures]]:
    """Yield chosen rows and their features; they are computed in batches."""
    if not len(rows):
        return
    import keras
    import tensorflow as tf

    last = network.get_layer(TARGET_LAYER).output
    backbone = keras.Model(network.inputs[0], [last, *depths_of(network).outputs])

    @tf.function(reduce_retracing=True)
    def answers(pixels: Any) -> Any:
        features, *depths = backbone(as_network_input(pixels), training=False)
        return tf.cast(features, tf.float32), tf.concat(depths, axis=-1)

    for start in progress.track(range(0, len(rows), BATCH), "computing features"):
        chosen = rows[start : start + BATCH]
        pixels, *lungs = inputs_of(network, crops.pixels[chosen], crops.lungs[chosen])
        features, depths = (np.asarray(each, np.float32) for each in answers(tf.constant(pixels)))
        for place, row in enumerate(chosen):
            counted = lungs[0][place] if lungs else np.zeros((0, 0), np.float32)
            inside = np.nonzero(counted if counted.any() or not lungs else np.ones_like(counted))
            weights = counted[inside] if counted.any() else np.ones(len(inside[0]), np.float32)
            yield int(row), FilmFeatures(depths[place], features[place][inside].astype(np.float16), weights)


def _read(path: Path) -> FilmFeatures | None:
    arrays = kept(path, "depths", "cells", "lungs")
    return FilmFeatures(*arrays) if arrays else None
