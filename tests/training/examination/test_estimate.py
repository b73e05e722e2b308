"""Is a training's time reckoned from its steps, its validations and what follows them? By hand, on a fake clock."""

from dataclasses import replace

import numpy as np
import pytest

from model_store.trainings.cost import FAMILIAR_FILMS
from tests.doubles.trainings.training_doubles import crops_of, labelled, tiny_network
from training.examination import estimate as module
from training.examination.estimate import START_SECONDS, USUAL_HEAD_EPOCHS, seconds_for
from training.networks.classifier.norms import BATCHES
from training.run.recipes import PRESETS

STEP, FILM = 3.0, 0.5
"""Seconds of a training step, and of reading one film."""


def films(normal, pneumonia):
    images = [labelled(f"{n}.png", label="PNEUMONIA" if n >= normal else "NORMAL") for n in range(normal + pneumonia)]
    return crops_of(images, np.zeros((len(images), 224, 224)))


class Clock:
    """Stands for `time`, and for the learners, each of whose works takes a time of its own."""

    def __init__(self):
        self.now = 0.0
        self.steps, self.read = 0, 0

    def perf_counter(self):
        return self.now

    def stepped(self, *_):
        self.now += STEP
        self.steps += 1
        return 0.0

    def reading(self, network, *, side):
        def read(pixels, lungs):
            self.now += FILM * len(pixels)
            self.read += len(pixels)
            return np.zeros(len(pixels))

        return read

    def features(self, network, crops, progress=None):
        self.reading(network, side=0)(crops.pixels, crops.lungs)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "build_initial", lambda init, *, seed, registry: tiny_network())
    monkeypatch.setattr(module, "build_logits", clock.reading)
    monkeypatch.setattr(module.CropLearner, "step", clock.stepped)
    return clock


@pytest.fixture
def head_clock(clock, monkeypatch):
    monkeypatch.setattr(module, "film_features", clock.features)
    monkeypatch.setattr(module.HeadLearner, "step", clock.stepped)
    monkeypatch.setattr(module, "missing_features", lambda network, crops, cache: 7)
    return clock


def full(**changes):
    return replace(PRESETS["full"], batch=4, validation_share=0.2, phases=((33, 2), (49, 1)), **changes)


def test_a_training_of_the_whole_network_by_hand(clock, xray_home):
    """Of 40 and 60 films 32 and 48 are learned from: 16 steps of two and two an epoch, and 20 are for validation."""
    seconds, timed = seconds_for(full(), films(40, 60), held_out=10, home=xray_home)
    # Each of three epochs also reads 20 whole batches of four, all that there are, for the norms' statistics.
    epochs = 3 * (16 * STEP + (20 * 4 + 20) * FILM)
    afterwards = (80 + 2 * 20 + 2 * 10) * FILM
    assert seconds == pytest.approx(START_SECONDS + epochs + afterwards)
    assert timed == 2 * module.MEASURED_STEPS


def test_of_many_films_a_part_is_read_for_norms_and_for_what_the_version_knows(clock, xray_home):
    seconds, _ = seconds_for(full(steps_per_epoch=5), films(5000, 5000), held_out=0, home=xray_home)
    epochs = 3 * (5 * STEP + (BATCHES * 4 + 2000) * FILM)
    assert seconds == pytest.approx(START_SECONDS + epochs + (FAMILIAR_FILMS + 2 * 2000) * FILM)


def test_the_views_of_a_step_are_made_while_it_is_timed(clock, xray_home, monkeypatch):
    """With two processors nothing is left over for them while a step is computed."""
    make = module.CropLearner._batch

    def slowly(learner, rows, epoch, number):
        clock.now += 1.0
        return make(learner, rows, epoch, number)

    plain, _ = seconds_for(full(), films(40, 60), held_out=0, home=xray_home)
    monkeypatch.setattr(module.CropLearner, "_batch", slowly)
    seconds, _ = seconds_for(full(), films(40, 60), held_out=0, home=xray_home)
    assert seconds == pytest.approx(plain + 3 * 16 * 1.0)


def test_a_training_of_the_head_by_hand(head_clock, xray_home):
    config = replace(PRESETS["head"], batch=4)
    seconds, timed = seconds_for(config, films(30, 70), held_out=10, home=xray_home)
    assert seconds == pytest.approx(START_SECONDS + (7 + 10) * FILM + USUAL_HEAD_EPOCHS * 100 / 4 * STEP)
    assert timed == module.MEASURED_STEPS


@pytest.mark.parametrize("preset", ["head", "finetune", "full"])
def test_it_is_measured_on_the_network(monkeypatch, xray_home, preset):
    """Nothing stands for anything here but the network: a positive time comes out, and the films are not needed."""
    monkeypatch.setattr(module, "build_initial", lambda init, *, seed, registry: tiny_network())
    config = replace(PRESETS[preset], batch=2, phases=((33, 1),))
    seconds, timed = seconds_for(config, films(3, 3), held_out=2, home=xray_home)
    assert seconds > START_SECONDS
    assert timed == module.MEASURED_STEPS
