"""Small stand-ins for the tests of `training`: a drawn data set, a tiny network, a toy learner, a watch on files."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from model_store.reading.network import CELLS, DEPTHS, FEATURES, POOLED, TARGET_LAYER, lung_pooling
from tests.doubles.films.drawn_lungs import drawn_check, lungs_of_the_phantom
from tests.doubles.films.phantom import Chest, chest_film, told_apart
from training.data.labelled import CLASSES, LabelledImage
from training.prepared.crops import CropSet


@cache
def _base(label, number):
    opacity = 0.9 if label == "PNEUMONIA" else 0.0
    return chest_film(Chest(width=224, height=224, seed=number, opacity=opacity))


@cache
def film(label, number):
    """A drawn chest (224, 224), uint8; each number another one."""
    rng = np.random.default_rng([number, CLASSES.index(label)])
    varied = _base(label, number % 2).astype(np.float32) * rng.uniform(0.85, 1.0) + rng.normal(0, 3, (224, 224))
    return told_apart(varied, number, CLASSES.index(label))


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def name_of(label, person):
    """A file's name as Kermany's set has it; odd people have a virus."""
    if label == "NORMAL":
        return f"IM-{person:04d}-0001.png"
    return f"person{person}_{'virus' if person % 2 else 'bacteria'}_{person + 100}.png"


def draw_dataset(folder, **people):
    """Draw `<split>/<class>/` with that many people a class, one film each; no person is in two splits."""
    first = 1
    for split, count in people.items():
        for label in CLASSES:
            (folder / split / label).mkdir(parents=True)
            for person in range(first, first + count):
                (folder / split / label / name_of(label, person)).write_bytes(png(film(label, person)))
        first += count
    return folder


def labelled(path="a.png", *, label="NORMAL", patient=None, pathogen="", sha256=None, split="train"):
    """A `LabelledImage` that need not lie on the disk."""
    path = Path(path)
    return LabelledImage(
        path=path,
        split=split,
        label=label,
        patient=patient or path.stem,
        pathogen=pathogen,
        sha256=sha256 or path.as_posix(),
    )


def crops_of(images, pixels, inside=None):
    """Prepared images, all with the lungs of the phantom or with those given, (224, 224), bool."""
    inside = lungs_of_the_phantom().mask if inside is None else inside
    return CropSet(images, np.array(pixels, np.uint8), np.repeat(inside[None], len(images), axis=0))


def tiny_network(kind=CELLS):
    """A network of either kind with the names and ends of `build_network` and two layers: milliseconds a step."""
    import keras
    from keras import layers

    radiograph = keras.Input((None, None, 3), name="radiograph")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(radiograph)
    x = layers.Activation("linear", name=DEPTHS[0])(x)
    x = layers.Conv2D(4, 17, strides=16, padding="same", name="conv4_conv")(x)
    x = layers.BatchNormalization(name="conv4_bn")(x)
    x = layers.Activation("linear", name=DEPTHS[1])(x)
    x = layers.Conv2D(FEATURES, 1, name="conv5_conv")(x)
    x = layers.BatchNormalization(name="conv5_bn")(x)
    x = layers.Activation("relu", name=TARGET_LAYER)(x)
    if kind == POOLED:
        x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.BatchNormalization(name="head_bn1")(x)
    x = layers.Dense(128, activation="relu", name="head_dense")(x)
    x = layers.BatchNormalization(name="head_bn2")(x)
    x = layers.Dense(1, dtype="float32", name="logit")(x)
    if kind == POOLED:
        return keras.Model(radiograph, x, name=kind)
    lungs = keras.Input((None, None), name="lungs")
    return keras.Model([radiograph, lungs], lung_pooling()([x, lungs]), name=kind)


DEPTH_CHANNELS = (3, 4, FEATURES)
"""Channels of the tiny network at each of `DEPTHS`."""


def use_tiny_network(patch):
    """Let every part of the program build the tiny network, and outline lungs without one."""
    builders = ("versions.fit", "networks.classifier.initial", "versions.recalibrate", "evaluation.maps.sanity")
    for module in (*(f"training.{builder}" for builder in builders), "model_store.versions.loading"):
        patch.setattr(f"{module}.build_network", tiny_network)
    versions = ("versions.fit", "versions.limits", "versions.recalibrate")
    users = (*versions, "evaluation.evaluate", "comparison.challenge", "examination.examine", "__main__")
    for module in (*(f"training.{user}" for user in users), "model_store.versions.loading"):
        patch.setattr(f"{module}.load_film_check", lambda folder: drawn_check())


def values(model):
    """All of a model's variables by path, as arrays of their own."""
    return {variable.path: np.asarray(variable).copy() for variable in model.variables}


class Cell:
    """As much of a `keras.Variable` as the loop uses, without loading TensorFlow."""

    def __init__(self, value):
        self.value = np.asarray(value, np.float32)

    def assign(self, value):
        assert value.shape == self.value.shape
        self.value = np.array(value, np.float32)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype)


def write_files(folder, *names):
    """Write files whose bytes are their own names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


class Killed(BaseException):
    """Stands for a kill; no `except Exception` sees it."""


class ToyLearner:
    """Momentum descent on a bowl with noisy batches: every variable, number and order matters to the result."""

    def __init__(self, *, epochs=4, steps=3, variable=Cell, losses=None, candidates=None, kill_at=None):
        self.epochs = epochs
        self.variables = [variable(np.full(3, 5.0, "float32")), variable(np.zeros(3, "float32"))]
        self._steps, self._losses, self._candidates = steps, losses, candidates
        self._kill_at, self.steps_made, self.progress = kill_at, 0, []

    def steps(self, epoch):
        return self._steps

    def batches(self, epoch, start):
        for number in range(start, self._steps):
            yield np.random.default_rng([epoch, number]).normal(1, 0.5, 3).astype(np.float32)

    def step(self, batch, progress):
        if self.steps_made == self._kill_at:
            raise Killed
        self.steps_made += 1
        self.progress.append(progress)
        weight, speed = (np.asarray(each) for each in self.variables)
        speed = np.float32(0.8) * speed - np.float32(0.1 * (1 - progress)) * (weight - batch)
        self.variables[1].assign(speed)
        self.variables[0].assign(weight + speed)
        return float(np.square(weight - batch).sum())

    def cost(self, epoch):
        return 1.0

    def validate(self, epoch):
        loss = float(np.square(np.asarray(self.variables[0]) - 1).sum())
        return {"val_loss": self._losses[epoch] if self._losses else loss}

    def is_candidate(self, epoch):
        return self._candidates is None or epoch in self._candidates

    def state(self):
        return [np.asarray(variable).tolist() for variable in self.variables]


_watched: list[list[str]] = []
_hooked = False


def _on_audit(event, arguments):
    if _watched and event in ("open", "os.listdir", "os.scandir"):
        for opened in _watched:
            opened.append(str(arguments[0]))


@contextmanager
def opened_paths() -> Iterator[list[str]]:
    """Collect every file and folder that this process opens or lists, by whatever function."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_on_audit)
        _hooked = True
    opened: list[str] = []
    _watched.append(opened)
    try:
        yield opened
    finally:
        _watched.remove(opened)
