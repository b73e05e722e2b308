"""Is it found out whether a map hangs on what the network has learned? By hand, and block by block."""

from functools import partial

import numpy as np
import pytest

from model_store.reading.network import build_network
from model_store.reading.results import GRAD_CAM, LAST_MAP
from tests.doubles.trainings.crop_doubles import LUNGS, crop
from tests.doubles.trainings.tiny_network import tiny_network
from training.evaluation.maps import sanity
from training.evaluation.maps.films import MapFilm
from training.evaluation.maps.sanity import BLOCKS, randomise, randomised_maps, similarity
from training.statistics import metrics


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([[1, 2], [3, 9]], 1),
        ([[10, 20], [90, np.nan]], 1),
        ([[3, 2], [1, 9]], -1),
        ([[0, 0], [0, 9]], 0),
        ([[1, np.nan], [np.nan, 9]], 0),
    ],
)
def test_the_similarity_of_two_maps_where_both_have_a_value(after, expected):
    before = np.array([[1, 2], [3, np.nan]], np.float32)
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
    """The small network has no other block than the head, and the random one says the opposite from there on."""
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=20))
    built = []

    def untrained(kind):
        built.append(kind)
        return tiny_network([(0.01, 0)], [(1,)], [-1])

    monkeypatch.setattr(sanity, "build_network", untrained)
    monkeypatch.setattr(sanity, "FILMS", 2)
    network = tiny_network([(0.01, 0)], [(1,)], [1])
    trained = network.get_weights()
    pixels = crop()
    pixels[LUNGS] = np.random.default_rng(0).integers(0, 256, int(LUNGS.sum()))
    found = randomised_maps(network, [MapFilm(str(n), pixels, LUNGS) for n in range(3)])
    assert list(found) == [GRAD_CAM, LAST_MAP]
    assert built == [network.name] * len(sanity.SEEDS), "of the same kind as the version"
    for blocks in found.values():
        assert list(blocks) == list(BLOCKS)
    for figures in found[GRAD_CAM].values():
        assert figures == {"similarity": pytest.approx(-1), "similarity_ci": pytest.approx([-1, -1])}
    for figures in found[LAST_MAP].values():
        assert figures == {"similarity": 0.0, "similarity_ci": [0.0, 0.0]}, (
            "against pneumonia everywhere, so it is empty"
        )
    for now, then in zip(network.get_weights(), trained, strict=True):
        np.testing.assert_array_equal(now, then)
