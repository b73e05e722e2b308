"""Is each of two versions judged by its own calibration and its own operating point? By hand, on logits."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from model_store.reading.decision.calibration import Calibration
from model_store.versions.activation.activation import Activation
from model_store.versions.comparison.record import HELD_OUT, Cautions
from tests.doubles.fakes import sample_version
from tests.doubles.trainings.training_doubles import crops_of, labelled
from training.comparison import challenge as module
from training.comparison.challenge import Challenger, challenge
from training.comparison.margins import Margins
from training.evaluation import evaluate
from training.run.progress import Progress
from training.statistics import metrics

ACTIVE, NEW = "the active network", "the new network"
LOGITS = {ACTIVE: np.log([0.2, 0.7, 0.3, 0.8, 0.9]), NEW: np.log([0.5, 2, 1.2, 3, 4])}
"""Of two normal films and three with pneumonia; each is the logarithm of the odds."""


@pytest.fixture
def judged(xray_home, card, monkeypatch):
    """Compare two versions whose networks are the names of their logits; the cards' figures are given."""

    def judge(active: dict[str, Any], new: dict[str, Any]) -> dict:
        version = replace(sample_version(), card=replace(card, version="old", **active))
        monkeypatch.setattr(Activation, "active", lambda self: SimpleNamespace(version=version))
        monkeypatch.setattr(module, "load_classifier", lambda version: SimpleNamespace(network=ACTIVE))
        monkeypatch.setattr(module, "_learned_from", lambda version: frozenset())
        monkeypatch.setattr(evaluate, "logits_of", lambda network, *_: LOGITS[network])
        monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=20))
        compared = challenge(
            Challenger(NEW, replace(card, version="new", **new), frozenset()),
            {HELD_OUT: _films()},
            margins=Margins(),
            cautions=Cautions(),
            home=xray_home,
            progress=Progress(),
        )
        return compared.sets[0]

    return judge


def _films():
    labels = ("NORMAL", "NORMAL", "PNEUMONIA", "PNEUMONIA", "PNEUMONIA")
    images = [labelled(f"{number}.png", label=label) for number, label in enumerate(labels)]
    return crops_of(images, np.zeros((5, 224, 224), np.uint8))


def _brier(odds):
    targets = np.array([0, 0, 1, 1, 1])
    return np.mean((np.array(odds) / (1 + np.array(odds)) - targets) ** 2)


def test_each_at_its_own_operating_point(judged):
    """Odds of 2/3 and more are suspected of the one, odds of 3/2 and more of the other."""
    even = {"calibration": Calibration.by_temperature(1.0)}
    compared = judged({**even, "operating_point": 0.4}, {**even, "operating_point": 0.6})
    assert compared.active["confusion_matrix"] == [[1, 1], [1, 2]], "at the other's point nothing is suspected"
    assert compared.challenger["confusion_matrix"] == [[1, 1], [1, 2]], "at the other's point all who are ill are"


def test_each_at_its_own_calibration(judged):
    """A temperature of 2 leaves the square root of the odds, one of 0.5 their square."""
    point = {"operating_point": 0.5}
    mild, sharp = ({"calibration": Calibration.by_temperature(each)} for each in (2.0, 0.5))
    compared = judged(mild | point, sharp | point)
    assert compared.active["brier"] == pytest.approx(_brier(np.sqrt([0.2, 0.7, 0.3, 0.8, 0.9])))
    assert compared.challenger["brier"] == pytest.approx(_brier(np.square([0.5, 2, 1.2, 3, 4])))
