"""Where did the network look, in finer cells than Grad-CAM's? A map that joins two of the network's stages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.gradcam import Seen, normalised
from model_store.network import FINER_LAYER, TARGET_LAYER, head_of

if TYPE_CHECKING:
    import keras


def build_finer_map(network: "keras.Model") -> Callable[[Seen], NDArray[np.float32]]:
    """Compile the function that draws the finer map of a crop that the network has seen.

    HiResCAM (Draelos, Carin 2020, arXiv 2011.08891) multiplies each answer of a layer by its own gradient, here that of
    the logit, at `FINER_LAYER` and at `TARGET_LAYER`, where it is Grad-CAM since all that follows is a mean. Each is
    scaled to a peak of 1 and both are added, the coarse map laid on the cells of the fine one: the fine layer knows
    where, the coarse one what. `training.maps` compares the result with Grad-CAM alone.

    Args:
        network: as `build_network` makes it.

    Returns:
        A function of what `build_gradcam` gives to the map, (14, 14), float32 in 0..1.
    """
    import keras
    import tensorflow as tf

    layer, head = network.get_layer(FINER_LAYER).output, head_of(network)
    stage = keras.Model(layer, network.get_layer(TARGET_LAYER).output)

    @tf.function(input_signature=[tf.TensorSpec((1, *layer.shape[1:]), layer.dtype)])
    def fine_map(answers: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(answers)
            logit = head(tf.reduce_mean(stage(answers, training=False), (1, 2)), training=False)
        return tf.nn.relu(tf.reduce_sum(answers * tape.gradient(logit, answers), -1))[0]

    def draw(seen: Seen) -> NDArray[np.float32]:
        fine, coarse = normalised(fine_map(seen.finer).numpy()), normalised(seen.heatmap)
        return normalised(fine + cv2.resize(coarse, fine.shape[::-1], interpolation=cv2.INTER_LINEAR))

    return draw
