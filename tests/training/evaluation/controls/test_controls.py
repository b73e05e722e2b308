"""Is each control run on the films that are meant, and said what it means?"""

from functools import partial

import numpy as np
import pytest

from model_store.export.wording.claims import control_claim
from tests.doubles.trainings.crop_doubles import crop_set, mark_network
from training.evaluation.controls import controls as module
from training.evaluation.controls import exchange
from training.evaluation.controls.controls import controls, filled_control
from training.evaluation.controls.exchange import exchange_controls
from training.evaluation.controls.shortcuts import FILLS, PARTS
from training.statistics import metrics

TARGETS = crop_set(20).targets.astype(np.float64)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=60))


@pytest.fixture
def rings(monkeypatch):
    """No files lie behind the drawn crops."""
    monkeypatch.setattr(module, "ring_logits", lambda network, images, progress: np.zeros(len(images)))


def test_all_of_them_on_films_drawn_evenly(rings, monkeypatch):
    monkeypatch.setattr(exchange, "FILMS", 8)
    shown = []

    def floor(training, judged, *, progress):
        shown.append((training, [image.path.name for image in judged.images]))
        return {name: np.zeros(len(judged.images)) for name in FILLS}

    monkeypatch.setattr(module, "floor_logits", floor)
    crops, training = crop_set(10), crop_set(2)
    found = controls(mark_network(), crops, threshold=0.0, training=training)
    alone = exchange_controls(mark_network(), crops, threshold=0.0)
    assert list(found) == [*alone, *PARTS, *FILLS, "outer_ring_only"]
    assert {name: found[name] for name in alone} == alone
    assert {figures["n"] for figures in found.values()} == {8}
    assert [name.startswith("NORMAL") for name in shown[0][1]] == [True] * 4 + [False] * 4
    assert shown[0][0] is training
    assert (found["filled_grey"]["auroc"], found["filled_grey"]["floor"]) == (1, 0.5)


def test_without_films_to_learn_from_the_floor_is_not_known(rings):
    found = controls(mark_network(), crop_set(3), threshold=0.0)
    assert found["filled_mean"]["floor"] is None
    assert "filled with the mean of their surround" in control_claim("filled_mean", found["filled_mean"])
    assert "AUROC 1.000; how much of that such films hold is not known" in control_claim(
        "filled_mean", found["filled_mean"]
    )


class TestFilled:
    crops = crop_set(20)

    def test_what_a_small_network_reaches_too_is_not_held_against_a_version(self):
        found = filled_control("filled_noise", self.crops, TARGETS, TARGETS)
        assert (found["auroc"], found["floor"], found["over_floor"]) == (1, 1, 0)
        assert found["over_floor_ci"] == [0, 0]
        assert not found["missed"]

    def test_more_than_that_is(self):
        found = filled_control("filled_grey", self.crops, TARGETS, np.zeros(40))
        assert (found["floor"], found["floor_ci"], found["over_floor"]) == (0.5, [0.5, 0.5], 0.5)
        assert control_claim("filled_grey", found).startswith(
            "Where the lungs are filled with grey, the network tells pneumonia with AUROC 1"
        )
        assert "more than the 0.500 of a small network" in control_claim("filled_grey", found)

    def test_a_difference_of_chance_is_not(self):
        rng = np.random.default_rng(0)
        one, other = (TARGETS + rng.normal(0, 1, 40) for _ in range(2))
        found = filled_control("filled_grey", self.crops, one, other)
        low, high = found["over_floor_ci"]
        assert low < 0 < high
        assert not found["missed"]

    def test_nothing_is_said_where_nothing_is_told(self):
        assert not filled_control("filled_grey", self.crops, np.zeros(40), None)["missed"]
