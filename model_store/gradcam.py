"""Where did the network look? The logit and its Grad-CAM map from one forward pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.network import FINER_LAYER, TARGET_LAYER, as_network_input, depths_of, head_of
from model_store.preprocessing import INPUT_SIDE

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class Seen:
    """What the network says of one crop.

    Attributes:
        logit: its output.
        heatmap: (7, 7), float32, not negative, by Grad-CAM.
        features: (3584,), float32, the pooled answers at all depths.
        finer: tensor (1, 14, 14, 1024), the answers of `FINER_LAYER`, from which the finer map is drawn.
    """

    logit: float
    heatmap: NDArray[np.float32]
    features: NDArray[np.float32]
    finer: Any


def build_gradcam(network: "keras.Model") -> Callable[[NDArray[np.uint8]], Seen]:
    """Compile the function that reads one crop.

    Grad-CAM: Selvaraju et al. 2017, arXiv 1610.02391. The gradient is that of the logit, not of the probability,
    which is exactly zero in single precision where the network is certain. It passes through the small head only.

    Args:
        network: as `build_network` makes it.

    Returns:
        A function of a crop, (224, 224), uint8.
    """
    import keras
    import tensorflow as tf

    outputs = [network.get_layer(name).output for name in (FINER_LAYER, TARGET_LAYER)]
    backbone, head = keras.Model(network.input, [*outputs, *depths_of(network).outputs]), head_of(network)

    @tf.function(input_signature=[tf.TensorSpec((1, INPUT_SIDE, INPUT_SIDE), tf.uint8)])
    def logit_and_map(crop: Any) -> Any:
        finer, features, *depths = backbone(as_network_input(crop), training=False)
        with tf.GradientTape() as tape:
            tape.watch(features)
            logit = head(tf.reduce_mean(features, (1, 2)), training=False)
        weights = tf.reduce_mean(tape.gradient(logit, features), (1, 2), keepdims=True)
        heatmap = tf.nn.relu(tf.reduce_sum(weights * features, -1))[0]
        return logit[0, 0], heatmap, tf.concat(depths, -1)[0], finer

    def read(crop: NDArray[np.uint8]) -> Seen:
        logit, heatmap, features, finer = logit_and_map(crop[None])
        return Seen(float(logit), heatmap.numpy(), features.numpy(), finer)

    return read


def normalised(heatmap: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale a map so that its greatest value is 1; a map without a positive value becomes all zero.

    Args:
        heatmap: any shape, float32, not negative.
    """
    peak = float(np.max(heatmap, initial=0.0))
    if not np.isfinite(peak) or peak <= 0:
        return np.zeros_like(heatmap)
    return np.asarray(heatmap / np.float32(peak), np.float32)
