"""Is the network the one that is described: flat, rescaling inside, a tiny head on every cell of the last map?"""

import numpy as np
import pytest

from model_store.disk.weights import load_weights, save_weights, sha256_of
from model_store.reading.network import (
    CELLS,
    FEATURES,
    HEAD,
    POOLED,
    TARGET_LAYER,
    as_network_input,
    backbone_of,
    build_logits,
    build_network,
    depths_of,
    head_of,
    inputs_of,
    is_pooled,
    side_of,
)
from model_store.reading.preparation import CELL, INPUT_SIDE, at_side, lung_cells


@pytest.fixture(scope="module")
def crops():
    return np.random.default_rng(2).integers(0, 256, (2, INPUT_SIDE, INPUT_SIDE)).astype(np.uint8)


@pytest.fixture(scope="module")
def lungs():
    """Where the lungs are in these crops; the second one has none."""
    inside = np.zeros((2, INPUT_SIDE, INPUT_SIDE), bool)
    inside[0, 40:200, 20:100] = inside[0, 60:190, 130:210] = True
    return inside


@pytest.fixture(scope="module")
def pooled():
    return build_network(POOLED)


@pytest.fixture(scope="module")
def mirrorable():
    """Networks of both kinds whose random kernels are the same from left to right and from top to bottom."""
    import keras

    keras.utils.set_random_seed(4)
    built = [build_network(kind) for kind in (CELLS, POOLED)]
    for network in built:
        for variable in network.variables:
            if variable.path.endswith("kernel") and len(variable.shape) == 4:
                kernel = variable.numpy()
                kernel = kernel + kernel[:, ::-1]
                variable.assign((kernel + kernel[::-1]) / 4)
    return built


def features_of(network, crop):
    return backbone_of(network)(as_network_input(crop[None]), training=False).numpy()[0]


def test_the_graph_is_flat(network, pooled):
    import keras

    assert not [layer.name for each in (network, pooled) for layer in each.layers if isinstance(layer, keras.Model)]


def test_the_layers_in_their_order(network, pooled):
    import keras

    names, older = ([layer.name for layer in each.layers] for each in (network, pooled))
    assert names[:2] == older[:2] == ["radiograph", "scale"]
    assert [name for name in names[-7:] if name != "lungs"] == [TARGET_LAYER, *HEAD, "pool"]
    assert older[-6:] == [TARGET_LAYER, "pool", *HEAD]
    assert network.get_layer("head_dense").units == 128
    assert network.get_layer("head_dense").activation is keras.activations.relu
    assert network.get_layer("logit").units == 1
    assert network.get_layer("logit").activation is keras.activations.linear, "the output is a logit"


def test_what_each_kind_is_given_and_called(network, pooled):
    assert [given.name for given in network.inputs] == ["radiograph", "lungs"]
    assert [given.name for given in pooled.inputs] == ["radiograph"]
    assert [is_pooled(each) for each in (network, pooled)] == [False, True]
    assert [f"{each.name.partition('-')[0]}-{side_of(each)}" for each in (network, pooled)] == [CELLS, POOLED]
    assert side_of(network) % CELL == 1


def test_it_is_a_resnet50v2(network):
    import keras

    whole = keras.applications.ResNet50V2(include_top=False, weights=None, input_shape=(64, 64, 3))
    assert backbone_of(network).count_params() == whole.count_params()


def test_greys_are_rescaled_inside(network):
    greys = np.array([0, 127.5, 255], np.float32).reshape(1, 1, 3, 1).repeat(3, -1)
    np.testing.assert_allclose(np.asarray(network.get_layer("scale")(greys))[0, 0, :, 0], [-1, 0, 1])


def test_a_crop_becomes_three_equal_channels(crops):
    kept = crops.copy()
    batch = as_network_input(crops).numpy()
    assert batch.dtype == np.float32
    np.testing.assert_array_equal(batch, np.stack([crops] * 3, axis=-1).astype(np.float32))
    np.testing.assert_array_equal(crops, kept)


def test_the_inputs_are_the_shrunk_crop_and_the_cells_of_its_lungs(network, pooled, crops, lungs):
    side = side_of(network)
    pixels, cells = inputs_of(network, crops, lungs)
    np.testing.assert_array_equal(pixels, np.stack([at_side(crop, side) for crop in crops]))
    np.testing.assert_array_equal(cells, np.stack([lung_cells(inside, side) for inside in lungs]))
    (whole,) = inputs_of(pooled, crops, lungs)
    np.testing.assert_array_equal(whole, crops)
    assert [given.shape for given in inputs_of(network, crops, lungs, side=65)] == [(2, 65, 65), (2, 5, 5)]


@pytest.mark.parametrize("side", [65, 113, 161])
def test_a_cell_every_sixteen_pixels_from_the_first_to_the_last(network, side):
    """The grid of 16 k + 1 pixels has k + 1 cells a side, and so has the lungs': 8 x 8 of 113 pixels."""
    cells = (side - 1) // CELL + 1
    shape = backbone_of(network).compute_output_shape((1, side, side, 3))
    assert shape == (1, cells, cells, FEATURES)
    assert lung_cells(np.ones((INPUT_SIDE, INPUT_SIDE), bool), side).shape == (cells, cells)


def test_the_older_kind_has_cells_of_twice_the_width(pooled):
    assert backbone_of(pooled).compute_output_shape((1, INPUT_SIDE, INPUT_SIDE, 3)) == (1, 7, 7, FEATURES)


class TestGrid:
    @pytest.mark.parametrize("axis", [0, 1], ids=["upside down", "left to right"])
    def test_a_mirrored_crop_gives_the_mirrored_cells(self, mirrorable, axis):
        """With kernels that know no side only the grid could tell one from the other, as the older kind's does."""
        worst = []
        for network in mirrorable:
            crop = np.random.default_rng(0).integers(0, 256, (side_of(network),) * 2).astype(np.uint8)
            straight, mirrored = features_of(network, crop), features_of(network, np.flip(crop, axis))
            worst.append(np.abs(np.flip(mirrored, axis) - straight).max() / straight.std())
        cells, pooled = worst
        assert cells < 1e-3
        assert pooled > 0.1, "the older grid is as even, so this tests nothing"

    def test_a_bright_square_on_a_cell_s_pixel_moves_that_cell_most(self, network):
        """Nine places: the first cell lies on the first pixel and the last one on the last."""
        side = side_of(network)
        dark = np.full((side, side), 100, np.uint8)
        before, last = features_of(network, dark), (side - 1) // CELL
        for row in (0, last // 2, last):
            for column in (0, last // 2, last):
                lit = dark.copy()
                y, x = CELL * row, CELL * column
                lit[max(y - 4, 0) : y + 5, max(x - 4, 0) : x + 5] = 255
                moved = np.abs(features_of(network, lit) - before).sum(-1)
                assert np.unravel_index(moved.argmax(), moved.shape) == (row, column)


def test_backbone_and_head_together_are_the_network(network, crops, lungs):
    """Of the cells' logits the most suspicious of the lungs, or of all cells without lungs, are the film's."""
    import tensorflow as tf

    from tests.model_store.reading.test_network_counted_cells import counted_by_hand

    pixels, cells = inputs_of(network, crops, lungs)
    features = backbone_of(network)(as_network_input(pixels), training=False).numpy()
    logits = head_of(network)(features.reshape(-1, FEATURES), training=False).numpy().reshape(cells.shape)
    expected = [float((counted_by_hand(*each) * each[0]).sum()) for each in zip(logits, cells, strict=True)]
    given = network([as_network_input(pixels), tf.constant(cells)], training=False).numpy()
    assert given.shape == (2, 1)
    assert np.ptp(given) > 1e-3, "the two crops are read alike, so this tests nothing"
    np.testing.assert_allclose(given[:, 0], expected, atol=1e-3)


def test_the_older_kind_takes_the_mean_of_the_features_first(pooled, crops):
    batch = as_network_input(crops)
    features = backbone_of(pooled)(batch, training=False).numpy()
    logits = head_of(pooled)(features.mean((1, 2)), training=False).numpy()
    np.testing.assert_allclose(logits, pooled(batch, training=False).numpy(), atol=1e-3)


def test_the_depths_are_pooled_and_the_last_one_is_the_mean_of_what_the_head_takes(network, crops, lungs):
    batch = as_network_input(inputs_of(network, crops, lungs)[0])
    depths = [each.numpy() for each in depths_of(network)(batch, training=False)]
    assert [each.shape for each in depths] == [(2, 512), (2, 1024), (2, FEATURES)]
    maps = backbone_of(network)(batch, training=False).numpy()
    np.testing.assert_allclose(depths[-1], maps.mean((1, 2)), rtol=1e-3, atol=1e-4)


def test_the_parts_share_the_weights(network):
    whole = {id(variable) for variable in network.variables}
    parts = {id(variable) for part in (backbone_of(network), head_of(network)) for variable in part.variables}
    assert parts == whole


def test_every_variable_has_a_path_of_its_own(network):
    paths = [variable.path for variable in network.variables]
    assert len(set(paths)) == len(paths)


def test_other_sides_are_taken(network):
    given = [np.full((1, 65, 65, 3), 99, np.float32), np.ones((1, 5, 5), np.float32)]
    assert network(given, training=False).shape == (1, 1)


def test_a_second_network_has_the_same_paths(network):
    """Weights are stored by path, so a second network in one process must be filled by the first one's file."""
    assert [v.path for v in build_network().variables] == [v.path for v in network.variables]


def test_weights_of_either_kind_load_into_the_other(network, pooled, tmp_path):
    """There and back, to the half precision in which they are stored."""
    save_weights(network, tmp_path / "cells")
    load_weights(pooled, tmp_path / "cells", sha256=sha256_of(tmp_path / "cells"))
    save_weights(pooled, tmp_path / "pooled")
    assert (tmp_path / "pooled").read_bytes() == (tmp_path / "cells").read_bytes()
    back = build_network()
    load_weights(back, tmp_path / "pooled", sha256=sha256_of(tmp_path / "pooled"))
    for variable, first, second in zip(back.variables, network.variables, pooled.variables, strict=True):
        np.testing.assert_array_equal(variable.numpy(), second.numpy(), err_msg=variable.path)
        np.testing.assert_allclose(variable.numpy(), first.numpy(), rtol=1e-3, atol=1e-6, err_msg=variable.path)


def test_the_logits_are_the_network_s_in_the_order_of_the_crops():
    """A network whose logit is the grey of an even crop over 100; the crops fill no whole number of batches."""
    from tests.doubles.trainings.tiny_network import tiny_network

    logits = build_logits(tiny_network([(0.01, 0)], [(1,)], [1]))
    crops = np.arange(40, dtype=np.uint8)[:, None, None].repeat(INPUT_SIDE, 1).repeat(INPUT_SIDE, 2)
    given = logits(crops, np.zeros(crops.shape, bool))
    assert (given.shape, given.dtype) == ((40,), np.float64)
    np.testing.assert_allclose(given, np.arange(40) / 100, atol=1e-5)
