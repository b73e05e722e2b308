"""How does the picture show a chest: which way up, in which polarity, one film or several, or none at all?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.lungs.finder import to_lung_input

if TYPE_CHECKING:
    import keras

SIDE = 64
"""Side in pixels of what the network sees: enough to tell lungs from belly, and neck from diaphragm."""

CHEST, SEVERAL, OTHER = range(3)
"""Kinds of pictures: one frontal chest radiograph, several films in one picture, anything else."""

_WIDTHS = (24, 48, 64, 96)


@dataclass(frozen=True)
class Presentation:
    """How a picture shows a chest.

    Attributes:
        turns: (4,), probabilities that 0, 1, 2 or 3 quarter turns clockwise put it upright.
        inverted: probability that black and white are exchanged, 0..1.
        kinds: (3,), probabilities of `CHEST`, `SEVERAL` and `OTHER`.
    """

    turns: tuple[float, ...]
    inverted: float
    kinds: tuple[float, ...]

    @property
    def turn(self) -> int:
        """The quarter turns clockwise that most likely put the film upright, 0..3."""
        return int(np.argmax(self.turns))


class PresentationFinder:
    """The presentation network, ready to look at one picture at a time."""

    def __init__(self, network: "keras.Model") -> None:
        import tensorflow as tf

        signature = [tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32)]
        self._logits = tf.function(lambda films: network(films, training=False), input_signature=signature)

    def find(self, film: NDArray[np.float32]) -> Presentation:
        """Say how a picture shows a chest.

        Args:
            film: (224, 224), float32 in 0..255, as `Radiograph.reduced`.
        """
        logits = self._logits(to_presentation_input(film)[None, :, :, None]).numpy()[0].astype(np.float64)
        turns, inverted, kinds = _softmax(logits[:4]), 1 / (1 + np.exp(-logits[4])), _softmax(logits[5:])
        return Presentation(tuple(turns.tolist()), float(inverted), tuple(kinds.tolist()))


def to_presentation_input(film: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shrink a film, (side, side) in 0..255, by area to (64, 64) and stretch its grey to -1..1."""
    small = np.asarray(cv2.resize(film, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    return to_lung_input(small)


def build_presentation_network() -> "keras.Model":
    """Build the network with random weights: (n, 64, 64, 1) in -1..1 to logits (n, 8).

    Four for the quarter turns, one for the polarity, three for the kind of picture.
    """
    return build_picture_network(SIDE, 8, name="presentation")


def build_picture_network(side: int, outputs: int, *, name: str) -> "keras.Model":
    """Build a small network with random weights: (n, side, side, 1) in -1..1 to logits (n, outputs)."""
    import keras
    from keras import layers

    film = x = keras.Input((side, side, 1), name="film")
    for level, width in enumerate(_WIDTHS):
        for part in "ab":
            x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"level{level}{part}_conv")(x)
            x = layers.BatchNormalization(momentum=0.9, name=f"level{level}{part}_bn")(x)
            x = layers.ReLU(name=f"level{level}{part}_relu")(x)
            if part == "a" and level == 0:
                x = layers.MaxPooling2D(name="stem_pool")(x)
        x = layers.MaxPooling2D(name=f"level{level}_pool")(x)
    # Where something lies in the picture is what tells how it is presented, so the places are kept, not averaged.
    x = layers.Flatten(name="places")(x)
    x = layers.Dense(64, activation="relu", name="dense")(layers.Dropout(0.2, name="drop")(x))
    return keras.Model(film, layers.Dense(outputs, dtype="float32", name="logits")(x), name=name)


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.exp(logits - logits.max())
    return np.asarray(shares / shares.sum(), np.float64)
