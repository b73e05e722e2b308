"""What does training cost beside the arithmetic? `fit` against a bare step, and the head against one pass."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from model_store.reading.network import build_network
from tests.benchmarks.measure import alternate, ratio, show
from training.data.labelled import LabelledImage
from training.networks.classifier.head import HeadLearner
from training.networks.classifier.learner import CropLearner
from training.prepared.crops import CropSet
from training.prepared.features import film_features
from training.run.recipes import configure

SIDE, STEPS, HEAD_IMAGES, HEAD_EPOCHS = 81, 4, 128, 10


def random_crops(count: int) -> CropSet:
    """Return crops of noise with labels by turns: arithmetic does not care what it sees."""
    rng = np.random.default_rng(0)
    images = [
        LabelledImage(Path(f"{n}.png"), "train", ("NORMAL", "PNEUMONIA")[n % 2], str(n), "", str(n))
        for n in range(count)
    ]
    pixels = rng.integers(0, 256, (count, 224, 224), dtype=np.uint8)
    return CropSet(images, pixels, np.ones(pixels.shape, bool))


def main() -> None:
    """Print both ratios."""
    config = configure("full", epochs=1, steps_per_epoch=STEPS)
    config = type(config)(**{**config.as_json(), "phases": ((SIDE, 1),)})
    crops = random_crops(config.batch * STEPS)
    learner = CropLearner(build_network(), crops, crops.subset(crops.images[:2]), config)
    views, *columns = next(iter(learner.batches(0, 0)))
    batch = [type(views)(*map(tf.constant, views)), *map(tf.constant, columns)]

    def fit() -> None:
        for ready in learner.batches(0, 0):
            learner.step(ready, 0.5)

    def bare() -> None:
        for _ in range(STEPS):
            learner.step(batch, 0.5)

    seconds = alternate({"bare": bare, "fit": fit})
    show(ratio("images a second in fit, against a bare step", seconds, over=("bare", "fit"), limit=0.85, at_least=True))

    network, images = build_network(), random_crops(HEAD_IMAGES)
    head = configure("head", epochs=HEAD_EPOCHS, init="random")

    def ten_epochs() -> None:
        trained = HeadLearner(network, images, images.subset(images.images[:2]), head)
        for epoch in range(HEAD_EPOCHS):
            for ready in trained.batches(epoch, 0):
                trained.step(ready, 0.0)

    seconds = alternate({"head": ten_epochs, "backbone": lambda: film_features(network, images)})
    show(ratio("ten epochs of the head, against one pass", seconds, over=("head", "backbone"), limit=1.3))


if __name__ == "__main__":
    main()
