"""Does the small network find what films without lungs tell, and no more?"""

import numpy as np

from tests.doubles.trainings.crop_doubles import crop_set
from training.evaluation.controls import small_reader
from training.evaluation.controls.shortcuts import FILLS
from training.evaluation.controls.small_reader import SIDE, floor_logits, small_network
from training.statistics.metrics import roc_auc


def test_it_finds_a_mark_beside_the_lungs_and_nothing_where_there_is_none(monkeypatch):
    monkeypatch.setattr(small_reader, "EPOCHS", 25)
    marked, plain = crop_set(16), crop_set(16, marks=(120, 120))
    told = floor_logits(marked, crop_set(4))
    assert list(told) == list(FILLS)
    for name, logits in told.items():
        assert logits.shape == (8,)
        assert roc_auc(crop_set(4).targets, logits) == 1, name
    monkeypatch.setattr(small_reader, "EPOCHS", 1)
    untold = floor_logits(plain, crop_set(4, marks=(120, 120)))
    assert roc_auc(crop_set(4).targets, untold["filled_grey"]) == 0.5, "the lungs, which do differ, are not seen"


def test_it_learns_from_as_many_of_each_class(monkeypatch):
    monkeypatch.setattr(small_reader, "FILMS", 3)
    crops = crop_set(6)
    rows = small_reader._balanced(crops, np.random.default_rng(0))
    assert sorted(crops.targets[rows]) == [0, 0, 0, 1, 1, 1]


def test_it_is_small_and_the_same_each_time(monkeypatch):
    monkeypatch.setattr(small_reader, "EPOCHS", 1)
    network = small_network()
    assert network.input_shape == (None, SIDE, SIDE)
    assert network.count_params() < 10_000
    one, again = (floor_logits(crop_set(2), crop_set(1)) for _ in range(2))
    for name in FILLS:
        np.testing.assert_allclose(one[name], again[name], rtol=1e-4)
