"""What is the network? A flat ResNet50V2 with a small head, built in code; no file ever describes it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

TARGET_LAYER = "post_relu"
"""The last feature map of ResNet50V2, which Grad-CAM looks at; recorded in every card."""

FEATURES = 2048
"""Channels of that feature map."""

FINER_LAYER = "conv4_block5_out"
"""The last feature map of ResNet50V2 with cells half as wide, which finer maps look at too."""

DEPTHS = ("conv3_block4_out", "conv4_block6_out", TARGET_LAYER)
"""Layers whose pooled answers tell whether a film is like those of the training; the head takes the last one's."""


def build_network() -> "keras.Model":
    """Build the classifier with random weights: (n, height, width, 3) in 0..255 to logits (n, 1).

    The sides may be any from 32 up; reading uses 224. ResNet50V2: He et al. 2016, arXiv 1603.05027. The graph is
    flat, since a backbone nested as one layer cannot be cut at its last feature map.
    """
    import keras
    from keras import layers

    radiograph = keras.Input((None, None, 3), name="radiograph")
    scaled = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(radiograph)
    backbone = keras.applications.ResNet50V2(include_top=False, weights=None, input_tensor=scaled)
    x = layers.GlobalAveragePooling2D(name="pool")(backbone.get_layer(TARGET_LAYER).output)
    x = layers.BatchNormalization(name="head_bn1")(x)
    x = layers.Dense(128, activation="relu", name="head_dense")(x)
    x = layers.BatchNormalization(name="head_bn2")(x)
    return keras.Model(radiograph, layers.Dense(1, dtype="float32", name="logit")(x), name="pneumonia")


def backbone_of(network: "keras.Model") -> "keras.Model":
    """Return the part up to the last feature map: radiographs to (n, rows, columns, 2048), sharing the weights."""
    import keras

    return keras.Model(network.input, network.get_layer(TARGET_LAYER).output, name="backbone")


def depths_of(network: "keras.Model") -> "keras.Model":
    """Return the part up to the pooled answers of all `DEPTHS`: radiographs to one (n, channels) for each depth."""
    import keras

    pooled = [keras.layers.GlobalAveragePooling2D(dtype="float32")(network.get_layer(name).output) for name in DEPTHS]
    return keras.Model(network.input, pooled, name="depths")


def depth_widths(network: "keras.Model") -> list[int]:
    """Return the number of channels at each depth, in the order of the columns of the features."""
    return [int(each.shape[-1]) for each in depths_of(network).outputs]


def head_of(network: "keras.Model") -> "keras.Model":
    """Return the part behind the pooling: pooled features (n, 2048) to logits (n, 1), sharing the weights."""
    import keras

    x = pooled = keras.Input((FEATURES,), name="pooled")
    for name in ("head_bn1", "head_dense", "head_bn2", "logit"):
        x = network.get_layer(name)(x)
    return keras.Model(pooled, x, name="head")


def as_network_input(crops: "object") -> "object":
    """Return crops (n, side, side), uint8, as the network's batch (n, side, side, 3), float32."""
    import tensorflow as tf

    return tf.repeat(tf.cast(crops, tf.float32)[..., None], 3, axis=-1)
