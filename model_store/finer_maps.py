"""Where did the network look, in finer cells than Grad-CAM's? Maps that join two of the network's stages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.gradcam import normalised
from model_store.network import FINER_LAYER, TARGET_LAYER, as_network_input, head_of
from model_store.preprocessing import INPUT_SIDE
from model_store.results import HIRES_CAM, LAYER_CAM

if TYPE_CHECKING:
    import keras

Maps = dict[str, NDArray[np.float32]]


def build_finer_maps(network: "keras.Model") -> Callable[[NDArray[np.uint8]], Maps]:
    """Compile the function that draws the finer maps of one crop.

    HiResCAM multiplies each answer of a layer by its own gradient (Draelos, Carin 2020, arXiv 2011.08891), LayerCAM by
    the positive part of its gradient (Jiang et al. 2021, doi 10.1109/TIP.2021.3089943). The gradient is that of the
    logit, at `FINER_LAYER` and at `TARGET_LAYER`; both maps are scaled to a peak of 1 and their mean is taken, the
    coarse one laid on the cells of the fine one: the fine layer knows where, the coarse one what.

    Args:
        network: as `build_network` makes it.

    Returns:
        A function of a crop, (224, 224), uint8, to the maps by method, each (14, 14), float32 in 0..1.
    """
    import keras
    import tensorflow as tf

    fine = network.get_layer(FINER_LAYER).output
    stem = keras.Model(network.input, fine)
    stage, head = keras.Model(fine, network.get_layer(TARGET_LAYER).output), head_of(network)

    @tf.function(input_signature=[tf.TensorSpec((1, INPUT_SIDE, INPUT_SIDE), tf.uint8)])
    def layers_and_gradients(crop: Any) -> Any:
        finer = stem(as_network_input(crop), training=False)
        with tf.GradientTape() as tape:
            tape.watch(finer)
            coarse = stage(finer, training=False)
            logit = head(tf.reduce_mean(coarse, (1, 2)), training=False)
        gradients = tape.gradient(logit, (finer, coarse))
        return [(layer[0], gradient[0]) for layer, gradient in zip((finer, coarse), gradients, strict=True)]

    def draw(crop: NDArray[np.uint8]) -> Maps:
        stages = [(layer.numpy(), gradient.numpy()) for layer, gradient in layers_and_gradients(crop[None])]
        return {
            HIRES_CAM: _joined([np.sum(layer * gradient, -1) for layer, gradient in stages]),
            LAYER_CAM: _joined([np.sum(layer * np.maximum(gradient, 0), -1) for layer, gradient in stages]),
        }

    return draw


def _joined(maps: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    fine, coarse = (normalised(np.maximum(each, 0)) for each in maps)
    return normalised(fine + cv2.resize(coarse, fine.shape[::-1], interpolation=cv2.INTER_LINEAR))
