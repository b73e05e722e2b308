"""Is a network found out that does not look at the lungs? One that sees a mark alone, and one that sees them alone."""

from functools import partial

import numpy as np
import pytest

from model_store.export.wording.claims import control_claim
from tests.doubles.trainings.crop_doubles import crop_set, lung_network, mark_network
from tests.doubles.trainings.training_doubles import labelled
from training.evaluation.controls import exchange
from training.evaluation.controls.exchange import chests, drawn_films, exchange_controls
from training.statistics import metrics

LUNGS_FIRST = ("exchange", "exchange_hull", "replaced")
CHEST_FIRST = ("random_chests", "random_chests_hull")


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))


def test_a_network_that_sees_only_the_lungs_passes():
    found = exchange_controls(lung_network(), crop_set(), threshold=0.0)
    assert list(found) == [*LUNGS_FIRST, *CHEST_FIRST]
    for name in LUNGS_FIRST:
        assert (found[name]["auroc"], found[name]["follow"], found[name]["n"]) == (1, 1, 12), name
        assert (found[name]["auroc_ci"], found[name]["follow_ci"]) == ([1, 1], [1, 1])
    for name in CHEST_FIRST:
        assert found[name]["auroc"] == 0.5, "each class of chest got as many lungs of both"
    assert not any(figures["missed"] for figures in found.values())


def test_a_network_that_sees_only_a_mark_on_the_chest_is_found_out():
    found = exchange_controls(mark_network(), crop_set(), threshold=0.0)
    for name in LUNGS_FIRST:
        assert (found[name]["auroc"], found[name]["follow"]) == (0, 0), name
    for name in CHEST_FIRST:
        assert found[name]["auroc"] == 1, name
    for name, figures in found.items():
        assert control_claim(name, figures).startswith("Where the lungs ")
        assert "the lungs, which the heatmap does not show" in control_claim(name, figures), name
    assert "AUROC 0.000 and 0% of its decisions follow them; at least 0.97 and 90% are" in control_claim(
        "exchange", found["exchange"]
    )
    assert "at least 90% are wanted" in control_claim("replaced", found["replaced"])
    assert "the class of the chest with AUROC 1.000; at most 0.56 is wanted" in control_claim(
        "random_chests", found["random_chests"]
    )


def test_decisions_are_made_at_the_threshold():
    """The logits are -0.6 and 0.6: from 0.7 on nobody is suspected, so of both classes one half follows."""
    found = exchange_controls(lung_network(), crop_set(), threshold=0.7)
    assert (found["exchange"]["auroc"], found["exchange"]["follow"]) == (1, 0.5)
    assert "50% of its decisions" in control_claim("exchange", found["exchange"])


def test_what_was_wanted_stands_beside_it():
    found = exchange_controls(lung_network(), crop_set(2), threshold=0.0)
    assert found["exchange"]["wanted"] == {"follow": 0.9, "auroc": 0.97}
    assert found["replaced"]["wanted"] == {"follow": 0.9}
    assert found["random_chests_hull"]["wanted"] == {"auroc": 0.56}


class TestWhichFilms:
    def test_as_many_of_each_class_and_no_more_than_asked_for(self, monkeypatch):
        crops = crop_set(6)
        rare = crops.subset(crops.images[:4] + crops.images[6:])
        rows = drawn_films(rare, np.random.default_rng(0))
        assert sorted(rare.targets[rows]) == [0] * 4 + [1] * 4
        assert len(set(rows.tolist())) == 8
        monkeypatch.setattr(exchange, "FILMS", 4)
        assert sorted(rare.targets[drawn_films(rare, np.random.default_rng(0))]) == [0, 0, 1, 1]

    def test_chests_of_the_other_class(self):
        crops, rows = crop_set(), np.arange(12)
        found = chests(crops, rows, np.random.default_rng(0), opposite=True)
        np.testing.assert_array_equal(crops.targets[found], 1 - crops.targets)

    def test_any_chests_are_of_both_classes_whatever_the_lungs_are(self):
        crops, rows = crop_set(), np.arange(12)
        found = chests(crops, rows, np.random.default_rng(0), opposite=False)
        for label in (0, 1):
            assert crops.targets[found][crops.targets == label].sum() == 3

    def test_a_patient_gets_the_chest_of_another_one(self):
        crops = crop_set(2)
        crops.images = [labelled(f"{n}.png", label=i.label, patient="abac"[n]) for n, i in enumerate(crops.images)]
        keyed = {image.patient_key for image in crops.images}
        assert len(keyed) == 4
        for seed in range(8):
            found = chests(crops, np.arange(4), np.random.default_rng(seed), opposite=False)
            assert all(row != chest for row, chest in enumerate(found))

    def test_where_there_is_no_other_patient_the_own_chest_has_to_do(self):
        crops = crop_set(1)
        found = chests(crops, np.arange(2), np.random.default_rng(0), opposite=False)
        assert set(found.tolist()) <= {0, 1}
