"""A network with the layer names of `build_network`, small enough to be calculated by hand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from model_store.reading.network import CELLS as KIND
from model_store.reading.network import DEPTHS, FEATURES, TARGET_LAYER, lung_pooling
from model_store.reading.preparation import CELL

if TYPE_CHECKING:
    import keras

UNITS = 128
CELLS = (int(KIND.rpartition("-")[2]) - 1) // CELL + 1
"""Cells on each side of what the network sees of a crop."""

BATCH_NORMALISATION_EPSILON = 1e-3


def tiny_network(
    features: Sequence[tuple[float, float]],
    dense: Sequence[Sequence[float]],
    logit: Sequence[float],
    *,
    bias: float = 0.0,
    gains: Sequence[float] = (),
) -> "keras.Model":
    """Build it: a cell is the grey of every 16th pixel, and feature k of a cell is relu(slope * grey + offset).

    The features at the depths before the last are the mean grey of all cells, three times each.

    Args:
        features: (slope, offset) of each feature; the others are zero.
        dense: for each unit its weights of a cell's features; unit j is relu of their sum.
        logit: weight of each unit in the logit.
        bias: of the logit.
        gains: factor of each feature in the first batch normalisation; 1 by default.
    """
    import keras
    from keras import layers

    radiograph = keras.Input((None, None, 3), name="radiograph")
    lungs = keras.Input((None, None), name="lungs")
    x = layers.AveragePooling2D(1, strides=16, name="cells")(radiograph)
    for name in DEPTHS[:-1]:
        x = layers.Activation("linear", name=name)(x)
    x = layers.Conv2D(FEATURES, 1, name="mix")(x)
    x = layers.ReLU(name=TARGET_LAYER)(x)
    x = layers.BatchNormalization(epsilon=BATCH_NORMALISATION_EPSILON, name="head_bn1")(x)
    x = layers.Dense(UNITS, activation="relu", name="head_dense")(x)
    x = layers.BatchNormalization(epsilon=BATCH_NORMALISATION_EPSILON, name="head_bn2")(x)
    x = layers.Dense(1, name="logit")(x)
    network = keras.Model([radiograph, lungs], lung_pooling()([x, lungs]), name=KIND)

    mix, offsets = np.zeros((1, 1, 3, FEATURES), np.float32), np.zeros(FEATURES, np.float32)
    for k, (slope, offset) in enumerate(features):
        mix[0, 0, 0, k], offsets[k] = slope, offset
    network.get_layer("mix").set_weights([mix, offsets])
    network.get_layer("head_bn1").set_weights(_scaling([*gains, *[1.0] * (FEATURES - len(gains))]))
    kernel = np.zeros((FEATURES, UNITS), np.float32)
    for j, weights in enumerate(dense):
        kernel[: len(weights), j] = weights
    network.get_layer("head_dense").set_weights([kernel, np.zeros(UNITS, np.float32)])
    network.get_layer("head_bn2").set_weights(_scaling([1.0] * UNITS))
    last = np.zeros((UNITS, 1), np.float32)
    last[: len(logit), 0] = logit
    network.get_layer("logit").set_weights([last, np.array([bias], np.float32)])
    return network


def crop_of(cells: dict[tuple[int, int], int], side: int = CELLS) -> np.ndarray:
    """Draw a crop (224, 224), uint8, of side x side cells from {(row, column): grey}; the other cells are black.

    The first and the last cells lie on the edges, so half of them is there.
    """
    grid = np.zeros((side, side), np.uint8)
    for place, grey in cells.items():
        grid[place] = grey
    nearest = np.rint(np.linspace(0, side - 1, 224)).astype(int)
    return grid[np.ix_(nearest, nearest)]


def _scaling(gains: Sequence[float]) -> list[np.ndarray]:
    """Return gamma, beta, mean and variance of a batch normalisation that only multiplies by the gains."""
    size = len(gains)
    variance = np.full(size, 1 - BATCH_NORMALISATION_EPSILON, np.float32)
    return [np.array(gains, np.float32), np.zeros(size, np.float32), np.zeros(size, np.float32), variance]
