"""Is a film mirrored? Told by heart and arch, within the lungs' hull: letters beside it may be anything."""

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.film_check.presentation import build_picture_network
from model_store.reading.lungs.fields import LungFields

if TYPE_CHECKING:
    import keras

SIDE = 96
"""Side in pixels of what the network sees of a film."""

MARGIN = 0.05
"""Margin round the convex hull of both lungs that is seen, as a share of the greater side of their box."""

MIRRORED_FROM = 0.838
"""Probability from which a film is said to be mirrored: of 633 validation films 0.6 % reach it, of their mirror images
98 %."""

Chest = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""What is seen of a film, (96, 96): its greys, and 255 where they count."""


class MirrorFinder:
    """The network that tells a mirrored film, ready to look at one film at a time."""

    def __init__(self, network: "keras.Model") -> None:
        import tensorflow as tf

        signature = [tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32)]
        self._scores = tf.function(lambda seen: mirror_scores(network, seen), input_signature=signature)

    def find(self, film: NDArray[np.float32], lungs: LungFields) -> float:
        """Return the probability that a film is mirrored, 0..1; of its mirror image it is 1 less that.

        Args:
            film: (224, 224), float32 in 0..255, as `Radiograph.reduced`, upright.
            lungs: their outlines on it.
        """
        seen = as_seen(*chest_of(film, lungs.mask))
        return float(1 / (1 + np.exp(-float(self._scores(seen[None, :, :, None]).numpy()[0]))))


def chest_of(film: NDArray[np.float32], mask: NDArray[np.bool_]) -> Chest:
    """Return what lies between the lungs and in them, its exposure evened.

    Args:
        film: (224, 224), float32 in 0..255.
        mask: (224, 224), bool, True inside either lung.
    """
    hull = _hull(mask)
    low, high = np.percentile(film[hull > 0], (1, 99))
    left, top, width, height = cv2.boundingRect(hull)
    box = slice(top, top + height), slice(left, left + width)
    grey = np.clip((film[box] - low) * (255.0 / max(high - low, 1e-6)), 0, 255).astype(np.float32)
    grey, counts = (cv2.resize(each, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for each in (grey, hull[box]))
    return np.rint(grey).astype(np.uint8), np.asarray(counts, np.uint8)


def as_seen(grey: NDArray[np.uint8], counts: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a chest as the network sees it, (96, 96), float32 in -1..1; 0 where nothing counts."""
    return (grey.astype(np.float32) / 127.5 - 1) * (counts > 127)


def build_mirror_network() -> "keras.Model":
    """Build the network with random weights: (n, 96, 96, 1) in -1..1 to (n, 1); `mirror_scores` makes use of it."""
    return build_picture_network(SIDE, 1, name="mirroring")


def mirror_scores(network: "keras.Model", seen: "keras.KerasTensor", *, training: bool = False) -> "keras.KerasTensor":
    """Return the logit of each film that it is mirrored, (n,), by how much likelier it looks so than its mirror image.

    So a film and its mirror image get the same answer by construction, with the sign exchanged.
    """
    import tensorflow as tf

    both = network(tf.concat([seen, tf.reverse(seen, [2])], 0), training=training)[:, 0]
    film, mirrored = tf.split(both, 2)
    return film - mirrored


def _hull(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return 255 within the convex hull of both lungs and its margin."""
    points = cv2.findNonZero(mask.astype(np.uint8))
    hull = cv2.fillConvexPoly(np.zeros(mask.shape, np.uint8), cv2.convexHull(points), 255)
    margin = round(MARGIN * max(cv2.boundingRect(points)[2:]))
    return np.asarray(cv2.dilate(hull, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1,) * 2)), np.uint8)
