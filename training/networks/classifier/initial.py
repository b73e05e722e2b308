"""Where do a training's first weights come from? From chance, from ImageNet, or from a version."""

import os
from typing import TYPE_CHECKING

import numpy as np

from model_store.basics.errors import UserError
from model_store.disk.weights import load_weights
from model_store.reading.network import build_network
from model_store.versions.registry import Registry

if TYPE_CHECKING:
    import keras

_IMAGENET_FILE = "resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5"


class WeightsUnavailable(UserError, RuntimeError):
    """The weights to begin from cannot be had; the message says what to do."""


def build_initial(init: str, *, seed: int, registry: Registry) -> "keras.Model":
    """Build the network with the weights that a training begins from.

    Args:
        init: "random", "imagenet", or the name of a version.
        seed: of the random weights; with "imagenet" it decides the head alone.
        registry: where versions are found.

    Raises:
        WeightsUnavailable: ImageNet's file is neither here nor to be downloaded.
        ModelNotFound: there is no version of that name.
        ModelCorrupted: the version's files are damaged.
    """
    import keras

    keras.utils.set_random_seed(seed)
    network = build_network()
    if init == "imagenet":
        _copy_imagenet(network)
    elif init != "random":
        version = registry.version(init)
        load_weights(network, version.weights, sha256=version.card.weights_sha256)
    return network


def known_to_initial(init: str, registry: Registry) -> frozenset[str]:
    """Return the entries of the list of all radiographs that the first weights learned from.

    Args:
        init: as for `build_initial`; only a version knows radiographs.
        registry: where versions are found.

    Raises:
        ModelNotFound, ModelCorrupted: the version or its list cannot be had.
    """
    return frozenset() if init in ("random", "imagenet") else registry.version(init).learned_from()


def _copy_imagenet(network: "keras.Model") -> None:
    import keras

    try:
        pretrained = keras.applications.ResNet50V2(include_top=False, weights="imagenet")
    except Exception as error:  # Keras raises a bare Exception where the download fails.
        folder = f"{os.environ.get('KERAS_HOME', '~/.keras')}/models"
        raise WeightsUnavailable(
            f"The ImageNet weights could not be downloaded; connect to the internet, or put {_IMAGENET_FILE} "
            f"into {folder} by hand, or begin from another version with --init."
        ) from error
    for layer in pretrained.layers:
        if layer.weights:
            network.get_layer(layer.name).set_weights([np.asarray(weight) for weight in layer.weights])
