"""Drawn crops whose greys are known, and networks that see the lungs alone, or one mark beside them alone."""

import numpy as np

from model_store.reading.network import CELLS
from tests.doubles.films.drawn_lungs import box
from tests.doubles.trainings.tiny_network import tiny_network
from tests.doubles.trainings.training_doubles import labelled
from training.prepared.crops import CropSet

SIDE = 224
LUNGS = box(30, 30, 90, 190) | box(134, 30, 194, 190)
"""Two boxes of 60 by 160 pixels, each the mirror image of the other."""

MARK = (slice(0, 20), slice(0, 20))
"""A corner far from both lungs."""

HEALTHY, ILL = 60, 180


def crop(lungs=HEALTHY, mark=120, around=120):
    """A crop (224, 224), uint8: lungs, a mark in the corner, and what is round them."""
    pixels = np.full((SIDE, SIDE), around, np.uint8)
    pixels[100:110] = around // 2  # Without any contrast round the lungs there is no exposure to match.
    pixels[LUNGS], pixels[MARK] = lungs, mark
    return pixels


def crop_set(people=6, *, marks=(0, 240), lungs=(HEALTHY, ILL)):
    """Films of both classes, one a patient: their lungs and their marks tell the class alike."""
    images = [
        labelled(f"{label}-{person}.png", label=label) for label in ("NORMAL", "PNEUMONIA") for person in range(people)
    ]
    pixels = np.stack([crop(lungs[image.target], marks[image.target]) for image in images])
    return CropSet(images, pixels, np.repeat(LUNGS[None], len(images), axis=0))


def lung_network():
    """Its logit is that of the most suspicious cells of the lungs: their grey over 100, less 1.2."""
    return tiny_network([(0.01, 0)], [(1,)], [1], bias=-1.2)


def mark_network():
    """Its logit is the grey of the corner in 100, less 1.2, whatever the lungs are."""
    import keras

    radiograph, lungs = keras.Input((None, None, 3)), keras.Input((None, None))
    logit = keras.ops.mean(radiograph[:, 2:6, 2:6, :1], axis=(1, 2)) / 100 - 1.2
    return keras.Model([radiograph, lungs], logit + 0 * keras.ops.sum(lungs, axis=(1, 2))[:, None], name=CELLS)
