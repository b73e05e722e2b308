"""How long will a training take on this machine, and how much disk? Measured on a few steps, before it is begun."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model_store.reading.network import build_logits
from model_store.reading.preparation import INPUT_SIDE
from model_store.trainings.cost import FAMILIAR_FILMS, learning
from model_store.versions.registry import Registry
from training.data.labelled import LabelledImage
from training.networks.classifier.head import HeadLearner
from training.networks.classifier.initial import build_initial
from training.networks.classifier.learner import CropLearner, steps_for
from training.networks.classifier.norms import BATCHES as NORM_BATCHES
from training.prepared.crops import CropSet
from training.prepared.features import film_features, missing_features
from training.run.progress import Progress
from training.run.recipes import FitConfig

if TYPE_CHECKING:
    import keras

MEASURED_STEPS = 2
"""Steps that are timed at each size of image, after one that compiles."""

USUAL_HEAD_EPOCHS = 20
"""Epochs of the head after which its patience is usually at its end; an epoch takes a second or two."""

START_SECONDS = 20.0
"""What every training needs for loading TensorFlow, building networks and registering."""


def seconds_for(
    config: FitConfig, crops: CropSet, *, held_out: int, home: Path, progress: Progress | None = None
) -> tuple[float, int]:
    """Return the seconds that a training will take on this machine, and how many steps were timed for it.

    What was measured is noted in the progress as this machine's pace.

    Args:
        config: the recipe.
        crops: the prepared films of training and validation.
        held_out: how many films both versions will read for the comparison, those of a reference set among them.
        home: the app's folder, for the version to begin from and cached features.
        progress: where it is said how far the measuring is.
    """
    progress = progress or Progress()
    network = build_initial(config.init, seed=config.seed, registry=Registry(home))
    if config.preset == "head":
        return _head(network, config, crops, held_out=held_out, cache=home / "cache", progress=progress)
    return _whole(network, config, crops, held_out=held_out, progress=progress)


def _head(
    network: "keras.Model", config: FitConfig, crops: CropSet, *, held_out: int, cache: Path, progress: Progress
) -> tuple[float, int]:
    progress.enter("measuring", steps=2)
    films = _noise(config.batch)
    learner = HeadLearner(network, films, _noise(2), config)  # It validates nothing here.
    batch = next(iter(learner.batches(0, 0)))
    learner.step(batch, 0.0)
    progress.advance()
    forward = _seconds(lambda: film_features(network, films), warm_up=False) / len(films.images)
    step = _seconds(lambda: learner.step(batch, 0.0), warm_up=False)
    progress.advance()
    computed = missing_features(network, crops, cache)
    steps = USUAL_HEAD_EPOCHS * len(crops.images) / config.batch
    progress.paced("computing features", 1, forward)
    progress.paced("learning head", len(crops.images), step * steps)
    return START_SECONDS + forward * (computed + held_out) + step * steps, MEASURED_STEPS


def _whole(
    network: "keras.Model", config: FitConfig, crops: CropSet, *, held_out: int, progress: Progress
) -> tuple[float, int]:
    sides = sorted({side for side, _ in config.phases})
    progress.enter("measuring", steps=2 * len(sides))
    films, learned = _noise(config.batch), 1 - config.validation_share
    validation = config.validation_share * len(crops.images)
    steps = steps_for(int(learned * min(np.bincount(crops.targets.astype(int), minlength=2))), config)
    norms = min(max(int(learned * len(crops.images)) // config.batch, 1), NORM_BATCHES)
    total, forward = START_SECONDS, 0.0
    for side in sides:
        epochs = sum(count for size, count in config.phases if size == side)
        learner = CropLearner(network, films, films, replace(config, phases=((side, 1),)), progress=progress)
        step = _seconds(partial(_one_epoch, learner)) / learner.steps(0)
        progress.advance()
        forward = _seconds(partial(build_logits(network, side=side), films.pixels, films.lungs)) / len(films.images)
        # A validation shows films once more to learn the statistics of batch normalisation: that is a reading of each.
        total += epochs * (steps * step + (norms * config.batch + validation) * forward)
        progress.advance()
    progress.paced("computing features", 1, forward)
    progress.paced(learning(config.preset, config.init), len(crops.images), total - START_SECONDS)
    # At the end the version's own features are computed, of validation twice, and both versions read what is held out.
    fitted = min(learned * len(crops.images), FAMILIAR_FILMS) + 2 * validation
    return total + (fitted + 2 * held_out) * forward, MEASURED_STEPS * len(sides)


def _one_epoch(learner: CropLearner) -> None:
    """Train on the batches of an epoch; their views are made on the same processor, so that counts too."""
    for batch in learner.batches(0, 0):
        learner.step(batch, 0.5)


def _seconds(work: Callable[[], object], *, warm_up: bool = True) -> float:
    """Return the seconds that one call takes, as a mean."""
    if warm_up:
        work()
    started = time.perf_counter()
    for _ in range(MEASURED_STEPS):
        work()
    return (time.perf_counter() - started) / MEASURED_STEPS


def _noise(count: int) -> CropSet:
    """Return crops of noise with labels by turns: arithmetic does not care what it sees."""
    images = [
        LabelledImage(Path(f"{n}.png"), "train", ("NORMAL", "PNEUMONIA")[n % 2], str(n), "", str(n))
        for n in range(count)
    ]
    pixels = np.random.default_rng(0).integers(0, 256, (count, INPUT_SIDE, INPUT_SIDE), dtype=np.uint8)
    return CropSet(images, pixels, np.ones(pixels.shape, bool))
