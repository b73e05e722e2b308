"""Is the network the one that is described: flat, rescaling inside, a tiny head on the last feature map?"""

import numpy as np
import pytest

from model_store.network import (
    FEATURES,
    TARGET_LAYER,
    as_network_input,
    backbone_of,
    build_network,
    depths_of,
    head_of,
)
from model_store.preprocessing import INPUT_SIDE


@pytest.fixture(scope="module")
def crops():
    return np.random.default_rng(2).integers(0, 256, (2, INPUT_SIDE, INPUT_SIDE)).astype(np.uint8)


def test_the_graph_is_flat(network):
    import keras

    assert not [layer.name for layer in network.layers if isinstance(layer, keras.Model)]


def test_the_layers_in_their_order(network):
    import keras

    names = [layer.name for layer in network.layers]
    assert names[:2] == ["radiograph", "scale"]
    assert names[-6:] == [TARGET_LAYER, "pool", "head_bn1", "head_dense", "head_bn2", "logit"]
    assert network.get_layer("head_dense").units == 128
    assert network.get_layer("head_dense").activation is keras.activations.relu
    assert network.get_layer("logit").units == 1
    assert network.get_layer("logit").activation is keras.activations.linear, "the output is a logit"


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


def test_the_last_feature_map(network):
    assert network.get_layer(TARGET_LAYER).output.shape == (None, None, None, FEATURES)
    assert backbone_of(network).compute_output_shape((1, INPUT_SIDE, INPUT_SIDE, 3)) == (1, 7, 7, FEATURES)


def test_backbone_and_head_together_are_the_network(network, crops):
    batch = as_network_input(crops)
    features = backbone_of(network)(batch, training=False).numpy()
    assert features.shape == (2, 7, 7, FEATURES)
    logits = head_of(network)(features.mean((1, 2)), training=False).numpy()
    expected = network(batch, training=False).numpy()
    assert expected.shape == (2, 1)
    assert np.ptp(expected) > 1e-3, "the two crops are read alike, so this tests nothing"
    np.testing.assert_allclose(logits, expected, atol=1e-3)


def test_the_depths_are_pooled_and_the_last_one_is_what_the_head_takes(network, crops):
    batch = as_network_input(crops)
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


@pytest.mark.parametrize("side", [32, 72])
def test_other_sides_are_taken(network, side):
    crops = np.full((1, side, side), 99, np.uint8)
    assert network(as_network_input(crops), training=False).shape == (1, 1)


def test_a_second_network_has_the_same_paths(network):
    """Weights are stored by path, so a second network in one process must be filled by the first one's file."""
    assert [v.path for v in build_network().variables] == [v.path for v in network.variables]
