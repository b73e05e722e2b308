"""What are the means and variances of batch normalisation, for the weights as they are now?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from model_store.reading.network import as_network_input
from model_store.reading.preparation import at_side
from training.prepared.crops import CropSet
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras

BATCHES = 100
"""Of films as they are read, over which the statistics are averaged."""


def reestimate_norms(
    network: "keras.Model", crops: CropSet, side: int, *, batch: int, progress: Progress | None = None
) -> None:
    """Give every batch normalisation the mean of its batches' statistics, on films as reading shows them.

    The running means of a training lag behind its weights, and are those of varied films. Statistics anew for given
    weights: Izmailov et al. 2018, arXiv 1803.05407, section 3.

    Args:
        network: from radiographs (n, side, side, 3) to whatever.
        crops: that it learned from; the same ones each time, both classes as often as they occur.
        side: at which it reads, in pixels.
        batch: films in each batch.
        progress: whom is asked whether to go on.
    """
    import keras
    import tensorflow as tf

    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in norms]

    @tf.function(reduce_retracing=True)
    def show(pixels: Any) -> None:
        network(as_network_input(pixels), training=True)

    statistics = [variable for layer in norms for variable in (layer.moving_mean, layer.moving_variance)]
    sums = [np.zeros(variable.shape, np.float64) for variable in statistics]
    order = np.random.default_rng(0).permutation(len(crops.images))
    starts = range(0, max(len(order) - batch + 1, 1), batch)[:BATCHES]
    try:
        for layer in norms:
            layer.momentum = 0.0  # What a batch leaves behind is then its own mean and variance.
        for start in starts:
            show(np.stack([at_side(crops.pixels[row], side) for row in order[start : start + batch]]))
            for total, variable in zip(sums, statistics, strict=True):
                total += np.asarray(variable)
            if progress is not None:
                progress.check()
    finally:
        for layer, momentum in zip(norms, momenta, strict=True):
            layer.momentum = momentum
    for total, variable in zip(sums, statistics, strict=True):
        variable.assign(total / len(starts))
