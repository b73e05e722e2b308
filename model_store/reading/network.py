"""What is the network? A flat ResNet50V2 with a small head, built in code; no file ever describes it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.preparation import CELL, at_side, lung_cells

if TYPE_CHECKING:
    import keras

TARGET_LAYER = "post_relu"
"""The last feature map of ResNet50V2, which Grad-CAM looks at; recorded in every card."""

FEATURES = 2048
"""Channels of that feature map."""

DEPTHS = ("conv3_block4_out", "conv4_block6_out", TARGET_LAYER)
"""Layers whose pooled answers tell whether a film is like those of the training; the head takes the last one's."""

HEAD = ("head_bn1", "head_dense", "head_bn2", "logit")
"""Layers behind the last feature map, in their order."""

SUSPICIOUS_SHARE = 1 / 3
"""Part of the lungs, the most suspicious one, whose mean is the film's logit: an infiltrate rarely fills both."""

CELLS, POOLED = "cells-113", "pooled-224"
"""Kinds of network, with the side at which each reads, in pixels: the first answers for every cell of the lungs, the
other is that of the versions up to kermany-4. A card names its version's kind."""

BATCH = 32


def build_network(kind: str = CELLS) -> "keras.Model":
    """Build the classifier with random weights; the model is named after its kind.

    ResNet50V2: He et al. 2016, arXiv 1603.05027. The graph is flat, since a backbone nested as one layer cannot be cut
    at its last feature map. Both kinds have the same tensors by the same names, so weights of either load into both.

    Args:
        kind: `CELLS`: ([(n, side, side, 3) in 0..255, (n, cells, cells) in 0..1]) to logits (n, 1), where the second
            input is that of `preprocessing.lung_cells`, the side is 16 k + 1 and there are k + 1 cells a side. The last
            stride of conv4 is taken out, so that cell i sees around pixel 16 i, whatever the direction, and the head
            answers for each cell. `POOLED`: (n, side, side, 3) to logits (n, 1), with the stride, and a mean over the
            crop before the head.
    """
    import keras
    from keras import layers

    radiograph = keras.Input((None, None, 3), name="radiograph")
    scaled = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(radiograph)
    whole = keras.applications.ResNet50V2(include_top=False, weights=None, input_tensor=scaled)
    backbone = keras.Model(radiograph, whole.get_layer(TARGET_LAYER).output)
    if kind == POOLED:
        pooled = layers.GlobalAveragePooling2D(name="pool")(backbone.output)
        return keras.Model(radiograph, _head(pooled), name=kind)
    backbone = _without_last_stride(backbone)
    lungs = keras.Input((None, None), name="lungs")
    logit = lung_pooling()([_head(backbone.output), lungs])
    return keras.Model([backbone.input, lungs], logit, name=kind)


def is_pooled(network: "keras.Model") -> bool:
    """Return whether a network takes the mean over the whole crop before its head, as those up to kermany-4 do."""
    return len(network.inputs) == 1


def side_of(network: "keras.Model") -> int:
    """Return the side in pixels at which a network reads."""
    return int(network.name.rpartition("-")[2])


def cells_of(kind: str) -> int:
    """Return how many cells a network of a kind that answers for cells has on a side."""
    return (int(kind.rpartition("-")[2]) - 1) // CELL + 1


def _head(features: "keras.KerasTensor") -> "keras.KerasTensor":
    from keras import layers

    # In single precision: its small differences are the map.
    x = layers.BatchNormalization(dtype="float32", name="head_bn1")(features)
    x = layers.Dense(128, activation="relu", dtype="float32", name="head_dense")(x)
    x = layers.BatchNormalization(dtype="float32", name="head_bn2")(x)
    return layers.Dense(1, dtype="float32", name="logit")(x)


def _without_last_stride(backbone: "keras.Model") -> "keras.Model":
    """Return the same backbone with cells half as wide: conv4's stride is one, and so is that of its shortcut."""
    import keras

    shortcut = [layer for layer in backbone.layers if isinstance(layer, keras.layers.MaxPooling2D)][-1]

    def clone(layer: "keras.Layer") -> "keras.Layer":
        strides = {"strides": (1, 1)} if layer.name in ("conv4_block6_2_conv", shortcut.name) else {}
        return layer.__class__.from_config(layer.get_config() | strides)

    return keras.models.clone_model(backbone, clone_function=clone)


def lung_pooling(share: float = SUSPICIOUS_SHARE) -> "keras.Layer":
    """Return the layer from cells' logits (n, r, c, 1) and their lung weights (n, r, c) to films' logits (n, 1)."""
    import keras

    class LungPooling(keras.Layer):  # type: ignore[misc]  # Keras is untyped; the class is made here to load it late.
        def call(self, inputs: "list[keras.KerasTensor]") -> "keras.KerasTensor":
            logits, lungs = inputs
            weights = counted_cells(logits[..., 0], lungs, share)
            return keras.ops.sum(weights * logits[..., 0], axis=(1, 2))[:, None]

    return LungPooling(dtype="float32", name="pool")


def counted_cells(logits: Any, lungs: Any, share: float) -> Any:
    """Return by how much each cell counts: weights (n, ...) that sum to 1, those of the most suspicious cells.

    Cells are taken from the highest logit down until they hold `share` of the lungs, the last one in part.

    Args:
        logits: (n, ...), float32.
        lungs: (n, ...), how far each cell is lung; of a film without any, all cells count.
        share: 0..1; at 1 this is the mean over the lungs.
    """
    from keras import ops

    shape = ops.shape(logits)
    flat = ops.reshape(logits, (shape[0], -1))
    lung = ops.reshape(lungs, (shape[0], -1))
    lung = ops.where(ops.sum(lung, axis=1, keepdims=True) > 0, lung, ops.ones_like(lung))
    order = ops.argsort(-flat, axis=1)
    ranked = ops.take_along_axis(lung, order, axis=1)
    wanted = share * ops.sum(lung, axis=1, keepdims=True)
    taken = ops.clip(wanted - (ops.cumsum(ranked, axis=1) - ranked), 0.0, ranked)
    weights = ops.take_along_axis(taken / wanted, ops.argsort(order, axis=1), axis=1)
    return ops.stop_gradient(ops.reshape(weights, shape))


def backbone_of(network: "keras.Model") -> "keras.Model":
    """Return the part up to the last feature map: radiographs to (n, rows, columns, 2048), sharing the weights."""
    import keras

    return keras.Model(network.inputs[0], network.get_layer(TARGET_LAYER).output, name="backbone")


def depths_of(network: "keras.Model") -> "keras.Model":
    """Return the part up to the pooled answers of all `DEPTHS`: radiographs to one (n, channels) for each depth."""
    import keras

    pooled = [keras.layers.GlobalAveragePooling2D(dtype="float32")(network.get_layer(name).output) for name in DEPTHS]
    return keras.Model(network.inputs[0], pooled, name="depths")


def depth_widths(network: "keras.Model") -> list[int]:
    """Return the number of channels at each depth, in the order of the columns of the features."""
    return [int(each.shape[-1]) for each in depths_of(network).outputs]


def head_of(network: "keras.Model") -> "keras.Model":
    """Return the head: features (n, 2048), of cells or pooled ones, to their logits (n, 1), sharing the weights."""
    import keras

    features = keras.Input((FEATURES,), name="features")
    # Where the head answers for cells, its layers take maps alone: each cell is a map of its own.
    x = features if is_pooled(network) else keras.layers.Reshape((1, 1, FEATURES), dtype="float32")(features)
    for name in HEAD:
        x = network.get_layer(name)(x)
    return keras.Model(features, keras.layers.Reshape((1,), dtype="float32")(x), name="head")


def as_network_input(crops: "object") -> "object":
    """Return crops (n, side, side), uint8, as the network's batch (n, side, side, 3), float32."""
    import tensorflow as tf

    return tf.repeat(tf.cast(crops, tf.float32)[..., None], 3, axis=-1)


def inputs_of(
    network: "keras.Model", crops: NDArray[np.uint8], lungs: NDArray[np.bool_], *, side: int | None = None
) -> list[NDArray[Any]]:
    """Return what a network is given of crops: the pixels, and but for a pooled one the cells of the lungs.

    Args:
        network: as `build_network` makes it.
        crops: (n, 224, 224), uint8.
        lungs: (n, 224, 224), bool, where the lungs are in them; nowhere where a film is read without outlines.
        side: in pixels; None for that at which the network reads.
    """
    side = side or side_of(network)
    pixels = np.stack([at_side(crop, side) for crop in crops])
    return [pixels] if is_pooled(network) else [pixels, np.stack([lung_cells(inside, side) for inside in lungs])]


Logits = Callable[[NDArray[np.uint8], NDArray[np.bool_]], NDArray[np.float64]]


def build_logits(network: "keras.Model", *, side: int | None = None) -> Logits:
    """Compile the function from crops and where the lungs are in them, as for `inputs_of`, to logits (n,)."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def logits(pixels: Any, *lungs: Any) -> Any:
        seen = as_network_input(pixels)
        return network([seen, *lungs] if lungs else seen, training=False)[:, 0]

    def read(crops: NDArray[np.uint8], lungs: NDArray[np.bool_]) -> NDArray[np.float64]:
        parts = []
        for start in range(0, len(crops), BATCH):
            rows = slice(start, start + BATCH)
            given = inputs_of(network, crops[rows], lungs[rows], side=side)
            parts.append(np.asarray(logits(*(tf.constant(each) for each in given)), np.float64))
        return np.concatenate(parts)

    return read
