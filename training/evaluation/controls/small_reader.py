"""What do films without lungs tell at all? What a small network that is trained on such films reaches on others."""

from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_sample_weight

from training.evaluation.controls.shortcuts import FILLS, without_lungs
from training.prepared.crops import CropSet
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras

SIDE = 64
"""Of what it reads, in pixels."""

FILMS = 800
"""Films of each class that it learns from at most, as many as there are of the rarer one."""

EPOCHS, BATCH, LEARNING_RATE = 8, 64, 3e-3
"""Not tuned: what a short training reaches, so that the floor it gives is a low one."""


def floor_logits(
    training: CropSet, judged: CropSet, *, seed: int = 0, progress: Progress | None = None
) -> dict[str, NDArray[np.float64]]:
    """Train a small network on films whose lungs are filled, and let it read others.

    The mediastinum, the diaphragm and the way in which films were taken carry some of the label, so no network that
    sees them can be asked to tell nothing. This is what there is to be told.

    Args:
        training: films that it learns from, of both classes.
        judged: films of other patients.
        seed: of its weights and of the order of the films.
        progress: where it is said how far it is.

    Returns:
        By each of `FILLS`, its logits (n,) of the judged films.
    """
    import keras

    progress, rng = progress or Progress(), np.random.default_rng(seed)
    chosen = _balanced(training, rng)
    known = _reduced(training, chosen)
    targets = np.tile(training.targets[chosen], len(FILLS))
    weights = compute_sample_weight("balanced", targets).astype(np.float32)
    keras.utils.set_random_seed(seed)
    network = small_network()
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    network.compile(optimizer, keras.losses.BinaryCrossentropy(from_logits=True))
    pictures = np.concatenate([known[name] for name in FILLS])
    for _ in progress.track(range(EPOCHS), "training a small network"):
        order = rng.permutation(len(targets))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            network.train_on_batch(_mirrored(pictures[rows], rng), targets[rows], sample_weight=weights[rows])
    shown = _reduced(judged, np.arange(len(judged.images)))
    read = partial(network.predict, batch_size=256, verbose=0)
    return {name: np.asarray(read(pixels)[:, 0], np.float64) for name, pixels in shown.items()}


def small_network() -> "keras.Model":
    """Build it: pictures (n, 64, 64), uint8, to logits (n, 1); about six thousand weights."""
    import keras
    from keras import layers

    pixels = keras.Input((SIDE, SIDE))
    x: Any = layers.Rescaling(1 / 64, offset=-2)(pixels[..., None])
    for channels in (8, 12, 16, 20):
        x = layers.Conv2D(channels, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    return keras.Model(pixels, layers.Dense(1)(x))


def _balanced(crops: CropSet, rng: np.random.Generator) -> NDArray[np.int64]:
    classes = [np.flatnonzero(crops.targets == label) for label in (0, 1)]
    count = min(FILMS, *(len(rows) for rows in classes))
    return np.concatenate([rng.permutation(rows)[:count] for rows in classes])


def _reduced(crops: CropSet, rows: NDArray[np.int64]) -> dict[str, NDArray[np.uint8]]:
    """Return the chosen films without lungs as the small network sees them: (n, 64, 64), uint8, by each of `FILLS`."""
    chosen = CropSet([crops.images[row] for row in rows], crops.pixels[rows], crops.lungs[rows])
    shown = [
        {name: cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for name, picture in each.items()}
        for each in without_lungs(chosen)
    ]
    return {name: np.stack([each[name] for each in shown]) for name in FILLS}


def _mirrored(pictures: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a batch with half of its pictures mirrored: there are few of them to learn from."""
    turned = rng.random(len(pictures)) < 0.5
    return np.where(turned[:, None, None], pictures[:, :, ::-1], pictures)
