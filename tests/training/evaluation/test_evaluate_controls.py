"""From which films does a control learn, at which logit is decided, and what is said where maps cannot be tested?"""

from types import SimpleNamespace

import numpy as np
import pytest

from model_store.export.wording.claims import map_claims
from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from tests.doubles.trainings.crop_doubles import crop_set, lung_network
from tests.doubles.trainings.training_doubles import labelled
from training.data.labelled import DatasetError
from training.evaluation import evaluate
from training.evaluation.evaluate import learned_crops, threshold_of
from training.prepared.crops import CropSet

LABELS = ("NORMAL", "PNEUMONIA")
FILMS = [
    labelled(f"{label}-{n}.png", label=label, sha256=f"{10 * LABELS.index(label) + n:016x}" + "f" * 48)
    for label in LABELS
    for n in range(4)
]


def test_the_logit_from_which_a_version_suspects_pneumonia():
    assert threshold_of(SimpleNamespace(calibration=Calibration.by_temperature(2.0), operating_point=0.5)) == 0
    assert threshold_of(
        SimpleNamespace(calibration=Calibration.by_temperature(2.0), operating_point=0.2)
    ) == pytest.approx(2 * np.log(0.25))


@pytest.fixture
def learned(monkeypatch):
    """What `learned_crops` prepares of films that a version learned from."""

    def prepared(images, gate, cache):
        return CropSet(images, np.zeros((len(images), 1, 1), np.uint8), np.zeros((len(images), 1, 1), bool))

    def of(training, judged=frozenset()):
        monkeypatch.setattr(evaluate, "own_parts", lambda *_, home: SimpleNamespace(training=training))
        monkeypatch.setattr(evaluate, "prepare_crops", prepared)
        return learned_crops("data", "card", "gate", judged, home=_Home())

    return of


class _Home:
    def __truediv__(self, name):
        return name


def test_films_that_it_learned_from_less_those_that_are_judged(learned):
    found = learned(FILMS, {FILMS[0].entry, FILMS[7].entry})
    assert sorted(image.path.name for image in found.images) == [
        *(f"NORMAL-{n}.png" for n in (1, 2, 3)),
        *(f"PNEUMONIA-{n}.png" for n in (0, 1, 2)),
    ]


def test_no_more_of_a_class_than_are_wanted(learned, monkeypatch):
    monkeypatch.setattr(evaluate, "FILMS", 2)
    assert [image.label for image in learned(FILMS).images] == ["NORMAL"] * 2 + ["PNEUMONIA"] * 2


def test_without_both_classes_there_is_nothing_to_learn_from(learned):
    assert learned(FILMS[:4]) is None
    assert learned(FILMS, {film.entry for film in FILMS[:4]}) is None


def test_on_a_set_that_it_did_not_learn_from_there_is_none(monkeypatch):
    def refuse(*_, home):
        raise DatasetError("These are not the films.")

    monkeypatch.setattr(evaluate, "own_parts", refuse)
    assert learned_crops("data", "card", "gate", set(), home=_Home()) is None


def test_where_maps_cannot_be_tested_the_card_says_so():
    card = ModelCard("drawn", "0" * 64, Calibration.by_temperature(1.0), 0.9999, {})
    found = evaluate.tested_maps(lung_network(), crop_set(2), card)
    assert found == {"films": 0, "untested": "none suspected"}
    assert map_claims(found) == ["No film with pneumonia is suspected, so the heatmaps cannot be tested."]
