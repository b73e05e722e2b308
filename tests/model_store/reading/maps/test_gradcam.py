"""Are the maps Grad-CAM's, and the logit the network's? Calculated by hand on networks small enough for it."""

import numpy as np
import pytest

from model_store.reading.maps.gradcam import build_gradcam, normalised, on_scale
from model_store.reading.network import (
    FEATURES,
    POOLED,
    SUSPICIOUS_SHARE,
    TARGET_LAYER,
    as_network_input,
    backbone_of,
    build_network,
    counted_cells,
    head_of,
    inputs_of,
    side_of,
)
from model_store.reading.preparation import INPUT_SIDE, lung_cells
from model_store.reading.results import GRAD_CAM, LAST_MAP
from tests.doubles.films.phantom import Chest, chest_film
from tests.doubles.trainings.tiny_network import CELLS, crop_of, tiny_network

NOWHERE = np.zeros((INPUT_SIDE, INPUT_SIDE), bool)
COUNTED = SUSPICIOUS_SHARE * CELLS * CELLS
"""So many cells count where there are no lungs."""


@pytest.fixture(scope="module")
def lungs():
    """Two lungs in the crop, of unequal size."""
    inside = NOWHERE.copy()
    inside[40:200, 20:100] = inside[60:190, 130:210] = True
    return inside


@pytest.fixture(scope="module")
def crop():
    return np.ascontiguousarray(chest_film(Chest(INPUT_SIDE, INPUT_SIDE)))


@pytest.fixture(scope="module")
def pooled():
    """The network of the versions of before, with random weights whose map is not empty."""
    import keras

    keras.utils.set_random_seed(4)
    built = build_network(POOLED)
    kernel, bias = built.get_layer("logit").get_weights()
    built.get_layer("logit").set_weights([kernel * np.float32(-50), bias])
    return built


def test_logit_and_maps_by_hand():
    """Grey 100 and 200 in two cells, the others black.

    Feature 0 is grey / 100: 1, 2 and 0. Feature 1 is relu(1 - grey / 100): 0, 0 and 1. Unit 0 is 2 * feature 0, unit 1
    is off, great as its weight is, and unit 2 is feature 1. A cell's logit is 0.5 * unit 0 - 0.25 * unit 2 + 1: 2, 3
    and 0.75. Of the features' gradients 0.5 * 2 and -0.25, each times the cell's weight, the mean is taken.
    """
    network = tiny_network(
        features=[(1 / 100, 0), (-1 / 100, 1)], dense=[(2, 0), (-1, 0), (0, 1)], logit=[0.5, 10, -0.25], bias=1
    )
    seen = build_gradcam(network)(crop_of({(0, 0): 100, (6, 5): 200}), NOWHERE)
    expected = np.full((CELLS, CELLS), 0.75)
    expected[0, 0], expected[6, 5] = 2, 3
    assert seen.logit == pytest.approx((2 + 3 + 0.75 * (COUNTED - 2)) / COUNTED, abs=1e-5)
    assert list(seen.maps) == [GRAD_CAM, LAST_MAP]
    assert {drawn.dtype for drawn in seen.maps.values()} == {np.dtype(np.float32)}
    np.testing.assert_allclose(seen.maps[GRAD_CAM], expected, atol=1e-5)
    last = np.zeros((CELLS, CELLS))
    last[0, 0], last[6, 5] = np.array([1, 2]) * (2 / COUNTED) / CELLS**2
    np.testing.assert_allclose(seen.maps[LAST_MAP], last, rtol=1e-4, atol=1e-8)


def test_a_cell_s_logit_is_drawn_as_far_as_it_is_lung(lungs):
    network = tiny_network(features=[(1 / 100, 0)], dense=[(1,)], logit=[1], bias=-1)
    grid = np.random.default_rng(0).integers(0, 256, (CELLS, CELLS))
    crop = crop_of(dict(np.ndenumerate(grid)))
    weights = lung_cells(lungs, side_of(network))
    drawn = build_gradcam(network)(crop, lungs).maps[GRAD_CAM]
    np.testing.assert_allclose(drawn, (grid / 100 - 1) * weights, atol=1e-4)
    assert drawn.min() < 0 < drawn.max()


def test_what_normal_films_have_is_taken_off_the_map_and_not_off_the_answer(lungs):
    network = tiny_network(features=[(1 / 100, 0)], dense=[(1,)], logit=[1], bias=-1)
    crop = crop_of({(2, 2): 200, (4, 4): 150})
    baseline = np.random.default_rng(0).normal(size=(CELLS, CELLS)).astype(np.float32)
    plain, above = build_gradcam(network)(crop, lungs), build_gradcam(network, baseline)(crop, lungs)
    weights = lung_cells(lungs, side_of(network))
    np.testing.assert_allclose(above.maps[GRAD_CAM], plain.maps[GRAD_CAM] - baseline * weights, atol=1e-4)
    np.testing.assert_array_equal(above.maps[LAST_MAP], plain.maps[LAST_MAP])
    assert above.logit == plain.logit


def test_the_gradient_passes_through_batch_normalisation():
    network = tiny_network(features=[(1 / 100, 0)], dense=[(1,)], logit=[1], gains=[5])
    seen = build_gradcam(network)(crop_of({(2, 2): 100}), NOWHERE)
    assert seen.maps[GRAD_CAM][2, 2] == pytest.approx(5, abs=1e-4)
    assert seen.maps[LAST_MAP][2, 2] == pytest.approx(5 / COUNTED / CELLS**2, rel=1e-4)


def test_the_maps_of_a_saturated_probability_are_those_of_the_logit():
    import tensorflow as tf

    network = tiny_network(features=[(1 / 100, 0)], dense=[(1,)], logit=[1e5])
    seen = build_gradcam(network)(crop_of({(0, 0): 100, (6, 5): 200}), NOWHERE)
    with tf.GradientTape() as tape:
        tape.watch(certain := tf.constant(seen.logit, tf.float32))
        probability = tf.sigmoid(certain)
    assert float(tape.gradient(probability, certain)) == 0, "the probability is not saturated, so this tests nothing"
    assert seen.logit == pytest.approx(3e5 / COUNTED, rel=1e-4)
    for drawn in seen.maps.values():
        assert drawn[6, 5] == pytest.approx(2 * drawn[0, 0], rel=1e-4)
        assert drawn[0, 0] > 0


def test_a_film_that_speaks_against_pneumonia_has_empty_maps():
    network = tiny_network(features=[(1 / 100, 0)], dense=[(1,)], logit=[-1])
    seen = build_gradcam(network)(crop_of({(0, 0): 100}), NOWHERE)
    assert seen.maps[GRAD_CAM][0, 0] == pytest.approx(-1, abs=1e-4)
    assert not on_scale(seen.maps[GRAD_CAM], 1.0).any()
    assert not normalised(seen.maps[LAST_MAP]).any()


def tutorials_way(network, crop, inside, layer):
    """The two-model GradientTape of keras.io, through the whole network: its map before relu, and the logit."""
    import keras
    import tensorflow as tf

    both = keras.Model(network.inputs, [network.get_layer(layer).output, network.output])
    pixels, *lungs = inputs_of(network, crop[None], inside[None])
    with tf.GradientTape() as tape:
        features, score = both([as_network_input(pixels), *map(tf.constant, lungs)], training=False)
        score = score[:, 0]
    weights = tf.reduce_mean(tape.gradient(score, features), (0, 1, 2))
    return np.tensordot(features[0].numpy(), weights.numpy(), 1), float(score[0])


class TestAtTheHiddenLayer:
    """Grad-CAM there is each cell's own logit, over the number of cells, less a constant."""

    @pytest.fixture(params=["tiny", "real"])
    def each(self, request, network):
        """A network of several hidden units that turn on and off, and the real one with random weights."""
        if request.param == "real":
            return network
        rng = np.random.default_rng(3)
        features = [(1 / 100, -0.1 * k) for k in range(6)]
        dense = rng.normal(size=(20, 6)).tolist()
        return tiny_network(features, dense, logit=rng.normal(size=20).tolist(), bias=0.7)

    @pytest.mark.parametrize("layer", ["head_dense", "head_bn2"])
    @pytest.mark.parametrize("where", ["lungs", "nowhere"])
    def test_it_is_the_account_of_the_cells_less_a_constant(self, each, crop, lungs, layer, where):
        inside = lungs if where == "lungs" else NOWHERE
        drawn, logit = tutorials_way(each, crop, inside, layer)
        seen = build_gradcam(each)(crop, inside)
        own = own_logits(each, crop)
        constant = own - drawn.size * drawn
        assert np.ptp(own) > 0.01, "all cells answer alike, so this tests nothing"
        assert np.ptp(constant) < 1e-3 * np.ptp(own)
        assert seen.logit == pytest.approx(logit, abs=1e-3 * float(np.ptp(own)))
        weights = lung_cells(inside, side_of(each)) if where == "lungs" else np.ones_like(own)
        np.testing.assert_allclose(seen.maps[GRAD_CAM], own * weights, atol=1e-3 * float(np.ptp(own)))

    @pytest.mark.parametrize("where", ["lungs", "nowhere"])
    def test_the_counted_cells_add_up_to_the_answer(self, each, crop, lungs, where):
        inside = lungs if where == "lungs" else NOWHERE
        own = own_logits(each, crop)
        weights = np.asarray(counted_cells(own[None], lung_cells(inside, side_of(each))[None], SUSPICIOUS_SHARE))[0]
        assert weights.sum() == pytest.approx(1, abs=1e-5)
        assert build_gradcam(each)(crop, inside).logit == pytest.approx(float((weights * own).sum()), abs=1e-4)
        assert own.mean() != pytest.approx(float((weights * own).sum()), abs=1e-3), "any cells would do"


def own_logits(network, crop):
    """Return what the head says of each cell by itself, (rows, columns)."""
    pixels, _ = inputs_of(network, crop[None], NOWHERE[None])
    features = backbone_of(network)(as_network_input(pixels), training=False).numpy()
    logits = head_of(network)(features.reshape(-1, FEATURES), training=False).numpy()
    return logits.reshape(features.shape[1:3])


def test_at_the_last_feature_map_it_is_the_tutorial_s_map(network, crop, lungs):
    drawn, logit = tutorials_way(network, crop, lungs, TARGET_LAYER)
    textbook = np.maximum(drawn, 0)
    seen = build_gradcam(network)(crop, lungs)
    assert textbook.max() > 0
    assert seen.logit == pytest.approx(logit, abs=1e-3)
    np.testing.assert_allclose(seen.maps[LAST_MAP], textbook, atol=1e-3 * textbook.max())


def test_a_version_of_before_keeps_its_own_map(pooled, crop, lungs):
    """The tutorial's one, whose last cells lie a cell before the edges, which are given them too."""
    drawn, logit = tutorials_way(pooled, crop, lungs, TARGET_LAYER)
    textbook = np.pad(np.maximum(drawn, 0), ((0, 1), (0, 1)), "edge")
    seen = build_gradcam(pooled)(crop, lungs)
    assert textbook.max() > 0
    assert seen.logit == pytest.approx(logit, abs=1e-3)
    assert list(seen.maps) == [GRAD_CAM]
    np.testing.assert_allclose(seen.maps[GRAD_CAM], textbook, atol=1e-3 * textbook.max())


def test_a_pass_changes_nothing_in_the_network(network, lungs):
    before = [variable.numpy() for variable in network.variables]
    build_gradcam(network)(crop_of({(3, 3): 200}), lungs)
    for variable, old in zip(network.variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)


class TestScale:
    def test_a_map_is_scaled_to_one(self):
        heatmap = np.array([[0, 1], [2, 8]], np.float32)
        kept = heatmap.copy()
        scaled = normalised(heatmap)
        assert scaled.dtype == np.float32
        np.testing.assert_array_equal(scaled, [[0, 0.125], [0.25, 1]])
        np.testing.assert_array_equal(heatmap, kept)

    @pytest.mark.parametrize("value", [0.0, -3.0, np.nan, np.inf])
    def test_a_map_without_a_greatest_value_becomes_zero(self, value):
        scaled = normalised(np.full((CELLS, CELLS), value, np.float32))
        np.testing.assert_array_equal(scaled, np.zeros((CELLS, CELLS)))

    def test_the_smallest_of_maps_is_scaled_too(self):
        tiny = np.array([[1e-42, 0]], np.float32)
        np.testing.assert_array_equal(normalised(tiny), [[1, 0]])

    def test_one_scale_for_all_films(self):
        cells = np.array([[-4, 0, 1], [2, 4, 9]], np.float32)
        kept = cells.copy()
        scaled = on_scale(cells, 4.0)
        assert scaled.dtype == np.float32
        np.testing.assert_array_equal(scaled, [[0, 0, 0.25], [0.5, 1, 1]])
        np.testing.assert_array_equal(on_scale(-cells, 4.0), [[1, 0, 0], [0, 0, 0]])
        np.testing.assert_array_equal(cells, kept)

    def test_without_a_scale_the_greatest_cell_is_one(self):
        np.testing.assert_array_equal(on_scale(np.array([[-8, 1, 4]], np.float32), None), [[0, 0.25, 1]])
        np.testing.assert_array_equal(on_scale(np.array([[-8, -1]], np.float32), None), [[0, 0]])
