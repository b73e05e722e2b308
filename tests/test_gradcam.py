"""Is the map Grad-CAM's, and the logit the network's? Calculated by hand on networks small enough for it."""

import numpy as np
import pytest
from drawn_lungs import lungs_of_boxes
from phantom import Chest, chest_film
from tiny_network import CELLS, crop_of, tiny_network

from model_store.gradcam import build_gradcam, normalised
from model_store.network import TARGET_LAYER, as_network_input
from model_store.preprocessing import INPUT_SIDE, to_film, to_model_input
from model_store.radiograph import Radiograph

AREA = CELLS * CELLS


def test_logit_and_map_by_hand():
    # Feature 0 is grey / 100: 1 and 2 in two cells. Feature 1 is relu(1 - grey / 100): 1 in the 47 black cells.
    # Unit 0 is 98 * 3/49 = 6, unit 1 is relu(-3) = 0, unit 2 is 49 * 47/49 = 47.
    # Logit: 0.5 * 6 + 10 * 0 - 0.25 * 47 + 1 = -7.75. Unit 1 is off, so its gradient is zero, great as its weight is.
    # dlogit/dfeature0 = 0.5 * 98 / 49 = 1, dlogit/dfeature1 = -0.25 * 49 / 49 = -0.25 in every cell.
    network = tiny_network(
        features=[(1 / 100, 0), (-1 / 100, 1)],
        dense=[(2 * AREA, 0), (-AREA, 0), (0, AREA)],
        logit=[0.5, 10, -0.25],
        bias=1,
    )
    seen = build_gradcam(network)(crop_of({(0, 0): 100, (6, 5): 200}))
    expected = np.zeros((CELLS, CELLS))  # relu(-0.25 * 1) elsewhere
    expected[0, 0], expected[6, 5] = 1, 2
    assert seen.logit == pytest.approx(-7.75, abs=1e-4)
    assert seen.heatmap.dtype == np.float32
    np.testing.assert_allclose(seen.heatmap, expected, atol=1e-5)


def test_features_against_pneumonia_lower_the_map_where_they_are():
    # Feature 1 is relu(grey / 100 - 1): 0 and 1. The map is 3 * feature 0 - 2 * feature 1: 3 and 6 - 2 = 4.
    network = tiny_network(
        features=[(1 / 100, 0), (1 / 100, -1)], dense=[(3 * AREA, 0), (0, AREA)], logit=[1, -2], bias=0
    )
    seen = build_gradcam(network)(crop_of({(1, 2): 100, (3, 4): 200}))
    expected = np.zeros((CELLS, CELLS))
    expected[1, 2], expected[3, 4] = 3, 4
    assert seen.logit == pytest.approx(3 * 3 - 2 * 1, abs=1e-4)
    np.testing.assert_allclose(seen.heatmap, expected, atol=1e-5)


def test_the_gradient_passes_through_batch_normalisation():
    network = tiny_network(features=[(1 / 100, 0)], dense=[(AREA,)], logit=[1], gains=[5])
    seen = build_gradcam(network)(crop_of({(2, 2): 100}))
    assert seen.logit == pytest.approx(5, abs=1e-4)
    assert seen.heatmap[2, 2] == pytest.approx(5, abs=1e-4)


def test_the_map_of_a_saturated_probability_is_that_of_the_logit():
    import tensorflow as tf

    network = tiny_network(features=[(1 / 100, 0)], dense=[(AREA,)], logit=[1000])
    seen = build_gradcam(network)(crop_of({(0, 0): 100, (6, 5): 200}))
    with tf.GradientTape() as tape:
        tape.watch(certain := tf.constant(seen.logit, tf.float32))
        probability = tf.sigmoid(certain)
    assert float(tape.gradient(probability, certain)) == 0, "the probability is not saturated, so this tests nothing"
    assert seen.logit == pytest.approx(3000, rel=1e-5)
    assert (seen.heatmap[0, 0], seen.heatmap[6, 5]) == pytest.approx((1000, 2000), rel=1e-5)


def test_a_film_that_speaks_against_pneumonia_has_an_empty_map():
    network = tiny_network(features=[(1 / 100, 0)], dense=[(AREA,)], logit=[-1])
    seen = build_gradcam(network)(crop_of({(0, 0): 100}))
    assert seen.logit == pytest.approx(-1, abs=1e-4)
    assert not seen.heatmap.any()
    assert not normalised(seen.heatmap).any()


def test_it_is_the_textbook_map_on_the_real_network(network):
    """The two-model GradientTape of keras.io, through the whole network, gives the same."""
    import keras
    import tensorflow as tf

    crop = np.ascontiguousarray(chest_film(Chest(INPUT_SIDE, INPUT_SIDE)))
    both = keras.Model(network.input, [network.get_layer(TARGET_LAYER).output, network.output])
    with tf.GradientTape() as tape:
        features, score = both(as_network_input(crop[None]), training=False)
        score = score[:, 0]
    weights = tf.reduce_mean(tape.gradient(score, features), (0, 1, 2))
    textbook = np.maximum(np.tensordot(features[0].numpy(), weights.numpy(), 1), 0)

    seen = build_gradcam(network)(crop)
    assert textbook.max() > 0
    assert seen.logit == pytest.approx(float(score[0]), abs=1e-3)
    np.testing.assert_allclose(seen.heatmap, textbook, atol=1e-3 * textbook.max())


def test_a_pass_changes_nothing_in_the_network(network):
    before = [variable.numpy() for variable in network.variables]
    build_gradcam(network)(crop_of({(3, 3): 200}))
    for variable, old in zip(network.variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)


def test_a_map_is_scaled_to_one():
    heatmap = np.array([[0, 1], [2, 8]], np.float32)
    kept = heatmap.copy()
    scaled = normalised(heatmap)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled, [[0, 0.125], [0.25, 1]])
    np.testing.assert_array_equal(heatmap, kept)


@pytest.mark.parametrize("value", [0.0, -3.0, np.nan, np.inf])
def test_a_map_without_a_greatest_value_becomes_zero(value):
    scaled = normalised(np.full((CELLS, CELLS), value, np.float32))
    np.testing.assert_array_equal(scaled, np.zeros((CELLS, CELLS)))


def test_the_smallest_of_maps_is_scaled_too():
    tiny = np.array([[1e-42, 0]], np.float32)
    np.testing.assert_array_equal(normalised(tiny), [[1, 0]])


@pytest.fixture(scope="module")
def bright_spot_reader():
    """A network whose map is the brightness of each cell."""
    return build_gradcam(tiny_network(features=[(1 / 100, 0)], dense=[(AREA,)], logit=[1]))


@pytest.mark.parametrize("shape", [(300, 600), (640, 280)])
@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("right", [False, True])
def test_a_bright_square_lights_its_own_corner_of_the_film(bright_spot_reader, shape, down, right):
    height, width = shape
    pixels = np.full(shape, 20, np.uint8)
    rows = slice(height * 3 // 4, height) if down else slice(height // 4)
    columns = slice(width * 3 // 4, width) if right else slice(width // 4)
    pixels[rows, columns] = 220
    radiograph = Radiograph(pixels=pixels, sha256="", source_format="PNG")
    lungs = lungs_of_boxes(right=(10, 20, 100, 200), left=(120, 20, 210, 200))

    seen = to_model_input(radiograph.reduced, lungs)
    laid = to_film(normalised(bright_spot_reader(seen.pixels).heatmap), seen.crop, shape)

    peak_row, peak_column = np.unravel_index(laid.argmax(), shape)
    assert rows.indices(height)[0] <= peak_row < rows.indices(height)[1]
    assert columns.indices(width)[0] <= peak_column < columns.indices(width)[1]
    inside = np.zeros(shape, bool)
    inside[rows, columns] = True
    assert laid[inside].mean() > 0.4
    assert laid[~inside].mean() < 0.1
