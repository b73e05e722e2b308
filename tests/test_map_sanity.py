"""Is it found out whether a map hangs on what the network has learned? By hand, and block by block."""

from functools import partial

import numpy as np
import pytest
from drawn_lungs import box
from tiny_network import CELLS, tiny_network

from model_store.lungs import LungFields
from model_store.network import build_network
from training import map_sanity, metrics
from training.map_sanity import BLOCKS, randomise, randomised_maps, similarity
from training.maps import ShownFilm


@pytest.mark.parametrize(
    ("after", "expected"),
    [([[1, 2], [3, 4]], 1), ([[10, 20], [30, 90]], 1), ([[4, 3], [2, 1]], -1), ([[0, 0], [0, 0]], 0)],
)
def test_the_similarity_of_two_maps(after, expected):
    before = np.array([[1, 2], [3, 4]], np.float32)
    assert similarity(before, np.array(after, np.float32)) == pytest.approx(expected)


@pytest.fixture(scope="module")
def networks():
    return build_network(), build_network()


def test_every_weight_of_the_network_belongs_to_one_block(networks):
    for layer in networks[0].layers:
        owners = [block for block, beginnings in BLOCKS.items() if layer.name.startswith(beginnings)]
        assert len(owners) == (1 if layer.weights else len(owners)), layer.name


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_made_random_and_no_other(networks, block):
    network, untrained = networks
    for weight in network.weights:
        weight.assign(weight + 1.0)
    before = {layer.name: layer.get_weights() for layer in network.layers}
    randomise(network, untrained, block)
    for layer in (layer for layer in network.layers if layer.weights):
        expected = untrained.get_layer(layer.name).get_weights()
        if not layer.name.startswith(BLOCKS[block]):
            expected = before[layer.name]
        for now, then in zip(layer.get_weights(), expected, strict=True):
            np.testing.assert_array_equal(now, then)


def test_the_network_is_left_as_it_was_and_the_head_alone_decides_here(monkeypatch):
    """The small network has no other block than the head: from there on every figure is the same."""
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=20))
    monkeypatch.setattr(map_sanity, "build_network", lambda: tiny_network([(0.01, 0)], [(49,)], [-1]))
    network = tiny_network([(0.01, 0)], [(49,)], [1])
    trained = network.get_weights()
    crop = np.kron(np.arange(CELLS * CELLS, dtype=np.uint8).reshape(CELLS, CELLS), np.ones((32, 32), np.uint8))
    lungs = LungFields(right=box(20, 40, 90, 180), left=box(130, 40, 200, 180))
    found = randomised_maps(network, [ShownFilm("one", crop, (0.0, 0.0, 1.0, 1.0), lungs)])
    assert list(found) == ["Grad-CAM", "HiResCAM"]
    for blocks in found.values():
        assert list(blocks) == list(BLOCKS)
        for figures in blocks.values():
            # Against pneumonia everywhere, so the map is empty.
            assert figures == {"similarity": 0.0, "similarity_ci": [0.0, 0.0]}
    for now, then in zip(network.get_weights(), trained, strict=True):
        np.testing.assert_array_equal(now, then)
