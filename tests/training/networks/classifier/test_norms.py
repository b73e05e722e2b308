"""Are the statistics those of the batches, as numpy calculates them, and are the layers afterwards as they were?"""

import keras
import numpy as np
import pytest
from keras import layers

from model_store.reading.preparation import at_side
from tests.doubles.trainings.training_doubles import crops_of, labelled
from training.networks.classifier import norms
from training.networks.classifier.norms import reestimate_norms
from training.run.progress import Progress, RunCancelled

SIDE = 33


def crops(count):
    rng = np.random.default_rng(2)
    pixels = rng.integers(0, 200, (count, 224, 224)) + np.arange(count)[:, None, None]
    return crops_of([labelled(str(number)) for number in range(count)], pixels)


def network():
    radiograph = keras.Input((None, None, 3))
    first = layers.BatchNormalization(momentum=0.9, center=False, scale=False, name="first")(radiograph)
    return keras.Model(radiograph, layers.BatchNormalization(momentum=0.7, name="second")(2 * first))


def statistics(layer):
    return np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)


def batches_of(films, batch):
    order = np.random.default_rng(0).permutation(len(films.images))
    sized = np.stack([at_side(film, SIDE) for film in films.pixels]).astype(np.float64)
    return [sized[order[start : start + batch]] for start in range(0, max(len(order) - batch + 1, 1), batch)]


@pytest.mark.parametrize(
    ("count", "batch", "most", "expected"), [(10, 4, 100, 2), (10, 4, 1, 1), (8, 4, 9, 2), (3, 4, 9, 1)]
)
def test_statistics_are_the_means_of_those_of_whole_batches(monkeypatch, count, batch, most, expected):
    monkeypatch.setattr(norms, "BATCHES", most)
    films, made = crops(count), network()
    shown = batches_of(films, batch)[:most]
    assert len(shown) == expected
    reestimate_norms(made, films, SIDE, batch=batch)
    mean, variance = statistics(made.get_layer("first"))
    assert mean == pytest.approx(np.mean([each.mean() for each in shown]) * np.ones(3), rel=1e-5)
    assert variance == pytest.approx(np.mean([each.var() for each in shown]) * np.ones(3), rel=1e-4)


def test_layers_behind_see_what_the_layers_before_make_of_a_batch():
    """Behind a layer that gives each batch mean 0 and variance 1, doubled, the mean is 0 and the variance 4."""
    made = network()
    reestimate_norms(made, crops(8), SIDE, batch=4)
    mean, variance = statistics(made.get_layer("second"))
    assert mean == pytest.approx(np.zeros(3), abs=1e-3)
    assert variance == pytest.approx(4 * np.ones(3), rel=1e-3)


def test_running_means_of_before_have_no_part_in_it():
    films, made, other = crops(8), network(), network()
    other.get_layer("first").moving_mean.assign([1e4, 1e4, 1e4])
    for each in (made, other):
        reestimate_norms(each, films, SIDE, batch=4)
    for one, same in zip(made.layers, other.layers, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one.get_weights(), same.get_weights(), strict=True))


def test_a_frozen_layer_keeps_its_statistics():
    made = network()
    layer = made.get_layer("first")
    layer.moving_mean.assign([1.5, 2.1, 3.7])
    layer.trainable = False
    before = statistics(layer)
    reestimate_norms(made, crops(8), SIDE, batch=4)
    assert all(np.array_equal(a, b) for a, b in zip(before, statistics(layer), strict=True))


def momenta(made):
    return [made.get_layer(name).momentum for name in ("first", "second")]


def test_the_momenta_are_as_they_were():
    made = network()
    reestimate_norms(made, crops(8), SIDE, batch=4)
    assert momenta(made) == [0.9, 0.7]


def test_it_can_be_cancelled_after_each_batch_and_the_momenta_are_as_they_were(monkeypatch):
    made, progress, shown = network(), Progress(), []

    def counted(crop, side):
        shown.append(side)
        progress.stop()
        return at_side(crop, side)

    monkeypatch.setattr(norms, "at_side", counted)
    with pytest.raises(RunCancelled):
        reestimate_norms(made, crops(12), SIDE, batch=4, progress=progress)
    assert len(shown) == 4
    assert momenta(made) == [0.9, 0.7]
