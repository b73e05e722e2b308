"""Where did the network look? The logit and its Grad-CAM maps from one forward pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.network import (
    SUSPICIOUS_SHARE,
    TARGET_LAYER,
    as_network_input,
    counted_cells,
    depths_of,
    head_of,
    inputs_of,
    is_pooled,
)
from model_store.reading.results import GRAD_CAM, LAST_MAP, Prediction

if TYPE_CHECKING:
    import keras

Map = NDArray[np.float32]

DIMMED = 0.5
"""Peak at most of a map without a scale of its version on a film that is not suspected."""

_FAINTEST = 0.01
"""Peak at least: what was found is not to vanish from what is said of it."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What the network says of one crop.

    Attributes:
        logit: its output.
        maps: by method, each (rows, columns), float32, with its first and last cells on the edges of the crop. By
            `GRAD_CAM` each cell's logit, less what normal films have there, times how far it is lung: above 0 for
            pneumonia and below against it; by `LAST_MAP`, and of a pooled network, not negative.
        features: (3584,), float32, the pooled answers at all depths.
    """

    logit: float
    maps: dict[str, Map]
    features: NDArray[np.float32]


See = Callable[[NDArray[np.uint8], NDArray[np.bool_]], Seen]


def build_gradcam(network: "keras.Model", baseline: NDArray[np.float32] | None = None) -> See:
    """Compile the function that reads one crop.

    Grad-CAM: Selvaraju et al. 2017, arXiv 1610.02391. The gradient is that of the logit, not of the probability,
    which is exactly zero in single precision where the network is certain. It passes through the small head only.

    Behind the head's hidden layer everything is linear: there the pooled gradients are the weights of the last layer
    but for a factor, and Grad-CAM is each cell's own logit less a constant. The map is that logit, with the constant,
    less the baseline: a network finds some places more suspicious than others on every film, as beside the heart, and
    a map that shows this too is hottest there whatever the film shows.

    Args:
        network: as `build_network` makes it.
        baseline: (cells, cells), float32, what each cell's logit is on normal films; None, as of a pooled network, for
            logits as they are.

    Returns:
        A function of a crop, (224, 224), uint8, and where the lungs are in it, (224, 224), bool; nowhere for a film
        without outlines, all of whose cells count.
    """
    read = _pooled(network) if is_pooled(network) else _by_cells(network, 0 if baseline is None else baseline)

    def see(crop: NDArray[np.uint8], inside: NDArray[np.bool_]) -> Seen:
        logit, maps, features = read(*inputs_of(network, crop[None], inside[None]))
        return Seen(float(logit), {method: drawn.numpy() for method, drawn in maps.items()}, features.numpy())

    return see


def _by_cells(network: "keras.Model", baseline: Any) -> Any:
    import tensorflow as tf

    backbone, head = _backbone(network), head_of(network)

    @tf.function
    def read(pixels: Any, lungs: Any) -> Any:
        features, *depths = backbone(as_network_input(pixels), training=False)
        features = tf.cast(features, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(features)
            shape = tf.shape(features)
            cells = tf.reshape(head(tf.reshape(features, (-1, shape[3])), training=False), shape[:3])
            logit = tf.reduce_sum(counted_cells(cells, lungs, SUSPICIOUS_SHARE) * cells)
        maps = {
            GRAD_CAM: ((cells - baseline) * lung_weights(lungs))[0],
            LAST_MAP: _weighed(features, tape.gradient(logit, features)),
        }
        return logit, maps, tf.concat(depths, -1)[0]

    return read


def _pooled(network: "keras.Model") -> Any:
    import tensorflow as tf

    backbone, head = _backbone(network), head_of(network)

    @tf.function
    def read(pixels: Any) -> Any:
        features, *depths = backbone(as_network_input(pixels), training=False)
        with tf.GradientTape() as tape:
            tape.watch(features)
            logit = head(tf.reduce_mean(features, (1, 2)), training=False)[0, 0]
        drawn = _weighed(features, tape.gradient(logit, features))
        # On an even side the first cell lies on the first pixel and the last one a cell before the end.
        return logit, {GRAD_CAM: tf.pad(drawn, ((0, 1), (0, 1)), "SYMMETRIC")}, tf.concat(depths, -1)[0]

    return read


def _backbone(network: "keras.Model") -> "keras.Model":
    import keras

    features = network.get_layer(TARGET_LAYER).output
    return keras.Model(network.inputs[0], [features, *depths_of(network).outputs])


def lung_weights(lungs: Any) -> Any:
    """Return how far each cell (n, r, c) is lung; of a film without outlines, all cells count alike."""
    import tensorflow as tf

    return tf.where(tf.reduce_sum(lungs, (1, 2), keepdims=True) > 0, lungs, tf.ones_like(lungs))


def _weighed(features: Any, gradient: Any) -> Any:
    """Return Grad-CAM's map, (r, c): the channels weighed by their mean gradients, where the sum is positive."""
    import tensorflow as tf

    weights = tf.reduce_mean(gradient, (1, 2), keepdims=True)
    return tf.nn.relu(tf.reduce_sum(weights * features, -1))[0]


def normalised(heatmap: Map) -> Map:
    """Scale a map so that its greatest value is 1; a map without a positive value becomes all zero.

    Args:
        heatmap: any shape, float32, not negative.
    """
    peak = float(np.max(heatmap, initial=0.0))
    if not np.isfinite(peak) or peak <= 0:
        return np.zeros_like(heatmap)
    return np.asarray(heatmap / np.float32(peak), np.float32)


def on_scale(cells: Map, full: float | None) -> Map:
    """Return what of the cells' logits speaks for pneumonia, 0..1.

    Args:
        cells: (rows, columns), float32.
        full: the logit that is 1, the same for all films of a version; None where it is not known yet: then it is the
            greatest one of the cells.
    """
    if full is None:
        return normalised(np.maximum(cells, 0))
    return np.asarray(np.clip(cells / np.float32(full), 0, 1), np.float32)


def strength(prediction: Prediction) -> float:
    """Return how bright the peak of a map is drawn that has no scale of its version, above 0 and at most 1.

    Such a map, as that at the last feature map, is as great on a normal film as on any other. So from the version's
    operating point on it is 1, and below it `DIMMED` at most, the less the lower the probability is.
    """
    if prediction.suspected:
        return 1.0
    return max(DIMMED * prediction.probability / prediction.operating_point, _FAINTEST)
