"""Where are the two lungs on this film? A small U-Net outlines them; the outline gives the crop that is read."""

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.film.radiograph import FILM_SIDE
from model_store.reading.lungs.fields import LungFields, NoLungsFound

if TYPE_CHECKING:
    import keras

MIN_LUNG_SHARE = 0.02
"""Smallest share of the film that one lung may cover; the smallest human outline of the training set covers 0.03."""

_WIDTHS = (16, 32, 64, 96, 128)


class LungFinder:
    """The lung network, ready to outline one film at a time."""

    def __init__(self, network: "keras.Model") -> None:
        import tensorflow as tf

        signature = [tf.TensorSpec((None, FILM_SIDE, FILM_SIDE, 1), tf.float32)]
        self._shares = tf.function(lambda f: tf.nn.softmax(network(f, training=False)), input_signature=signature)

    def find(self, film: NDArray[np.float32]) -> LungFields:
        """Outline both lungs.

        Args:
            film: (224, 224), float32 in 0..255, as `Radiograph.reduced`.

        Raises:
            NoLungsFound: there is no right or no left lung of a lung's size.
        """
        return lung_fields(self._shares(to_lung_input(film)[None, :, :, None]).numpy()[0])


def to_lung_input(film: NDArray[np.float32]) -> NDArray[np.float32]:
    """Stretch a film's 1st to 99th percentile to -1..1, so that its exposure does not matter; keeps the shape."""
    low, high = np.percentile(film, (1, 99))
    return np.asarray(np.clip((film - low) / max(high - low, 1e-6), 0, 1) * 2 - 1, np.float32)


def lung_fields(shares: NDArray[np.float32]) -> LungFields:
    """Draw one outline for each lung: the largest part where it is likelier than not, its holes closed.

    Args:
        shares: (224, 224, 3), float32 in 0..1: what a pixel is, background, right lung or left lung.

    Raises:
        NoLungsFound: a lung covers less than `MIN_LUNG_SHARE` of the film.
    """
    inside = shares[..., 0] < 0.5
    on_the_right = shares[..., 1] >= shares[..., 2]
    right, left = _largest_part(inside & on_the_right), _largest_part(inside & ~on_the_right)
    return LungFields(
        right=right,
        left=left,
        confidence=(_expected_dice(shares[..., 1], right), _expected_dice(shares[..., 2], left)),
    )


def _largest_part(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea, default=None)
    if largest is None or cv2.contourArea(largest) < MIN_LUNG_SHARE * mask.size:
        raise NoLungsFound(
            "No two lungs were found on this picture, so it was not read; "
            "please use a frontal chest radiograph that shows both lungs."
        )
    filled = np.zeros(mask.shape, np.uint8)
    # Filling the outer contour closes the holes; the area of a part is counted with its holes closed.
    cv2.drawContours(filled, [largest], -1, 1, cv2.FILLED)
    return filled.astype(bool)


def _expected_dice(share: NDArray[np.float32], outline: NDArray[np.bool_]) -> float:
    """Return the Dice coefficient of an outline with a truth whose pixels are drawn from the shares, about, 0..1."""
    return float(2 * share[outline].sum() / (outline.sum() + share.sum()))


def build_lung_network() -> "keras.Model":
    """Build the U-Net with random weights: (n, side, side, 1) in -1..1 to logits (n, side, side, 3).

    The three are background, right lung and left lung; the side is a multiple of 32. It works at half size inside.
    U-Net: Ronneberger, Fischer, Brox 2015, arXiv 1505.04597.
    """
    import keras
    from keras import layers

    def convolve(x: keras.KerasTensor, width: int, name: str) -> keras.KerasTensor:
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    film = keras.Input((None, None, 1), name="film")
    x = layers.Conv2D(_WIDTHS[0], 4, strides=2, padding="same", name="stem")(film)
    skips = []
    for level, width in enumerate(_WIDTHS):
        if level:
            skips.append(x)
            x = layers.MaxPooling2D(name=f"down{level}_pool")(x)
            x = convolve(x, width, f"down{level}a")
        x = convolve(x, width, f"down{level}b")
    for level, skip in reversed(list(enumerate(skips))):
        x = layers.UpSampling2D(interpolation="bilinear", name=f"up{level}_resize")(x)
        x = layers.Concatenate(name=f"up{level}_join")([x, skip])
        x = convolve(x, _WIDTHS[level], f"up{level}")
    logits = layers.Conv2DTranspose(3, 4, strides=2, padding="same", dtype="float32", name="logits")
    return keras.Model(film, logits(x))
