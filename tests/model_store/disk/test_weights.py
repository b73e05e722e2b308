"""Are weights refused before anything parses them, unless every byte is as expected?"""

import hashlib

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.disk import weights
from model_store.disk.weights import load_weights, save_weights, sha256_of


def small_network(width=4):
    import keras
    from keras import layers

    inputs = keras.Input((3,))
    x = layers.Dense(width, name="first")(inputs)
    x = layers.BatchNormalization(name="normalise")(x)
    x = layers.Dropout(0.5, name="drop")(x)
    return keras.Model(inputs, layers.Dense(1, name="last")(x))


def filled_network():
    network, rng = small_network(), np.random.default_rng(3)
    network.set_weights([rng.normal(size=value.shape).astype(np.float32) for value in network.get_weights()])
    return network


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Return a network, its file's bytes and their hash."""
    network = filled_network()
    path = tmp_path_factory.mktemp("stored") / "w.safetensors"
    sha256 = save_weights(network, path)
    return network, path.read_bytes(), sha256


def unparsed(monkeypatch):
    """Make parsing a failure of the test."""

    def parse(data):
        pytest.fail("the bytes reached the parser")

    monkeypatch.setattr(weights, "load", parse)


def assert_refused(path, sha256, match):
    network = small_network()
    before = network.get_weights()
    with pytest.raises(ModelCorrupted, match=match):
        load_weights(network, path, sha256=sha256)
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)


def test_the_round_trip_in_half_precision(stored, tmp_path):
    network, data, sha256 = stored
    path = tmp_path / "w.safetensors"
    path.write_bytes(data)
    other = small_network()
    load_weights(other, path, sha256=sha256)
    for variable, old in zip(other.variables, network.variables, strict=True):
        if "seed_generator" in variable.path:
            continue
        exact = old.numpy()
        expected = exact if "moving_" in variable.path else exact.astype(np.float16).astype(np.float32)
        np.testing.assert_array_equal(variable.numpy(), expected, err_msg=variable.path)


def test_saving_again_gives_the_same_bytes(stored, tmp_path):
    network, data, sha256 = stored
    path = tmp_path / "again.safetensors"
    assert save_weights(network, path) == sha256 == sha256_of(path) == hashlib.sha256(data).hexdigest()
    assert path.read_bytes() == data


def test_a_small_variance_stays_what_it_is(tmp_path):
    network = small_network()
    layer = network.get_layer("normalise")
    small = np.full(4, 1e-9, np.float32)
    assert not small.astype(np.float16).any(), "half precision holds this value, so this tests nothing"
    layer.moving_variance.assign(small)
    sha256 = save_weights(network, tmp_path / "w")
    other = small_network()
    load_weights(other, tmp_path / "w", sha256=sha256)
    np.testing.assert_array_equal(other.get_layer("normalise").moving_variance.numpy(), small)


def test_a_flipped_bit_anywhere_is_refused_unparsed(stored, tmp_path, monkeypatch):
    _, data, sha256 = stored
    unparsed(monkeypatch)
    network, path = small_network(), tmp_path / "w"
    places = [0, 7, 8, 9, *range(10, len(data), max(len(data) // 40, 1)), len(data) - 1]
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        with pytest.raises(ModelCorrupted, match="is not the one its card names"):
            load_weights(network, path, sha256=sha256)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 100, -100, -1])
def test_a_truncated_file_is_refused_unparsed(stored, tmp_path, monkeypatch, length):
    _, data, sha256 = stored
    unparsed(monkeypatch)
    path = tmp_path / "w"
    path.write_bytes(data[:length])
    assert_refused(path, sha256, "weights file w is not the one its card names")


def test_another_versions_file_is_refused_unparsed(stored, tmp_path, monkeypatch):
    sha256 = stored[2]
    path = tmp_path / "w"
    save_weights(small_network(), path)
    unparsed(monkeypatch)
    assert_refused(path, sha256, "is not the one its card names")


def test_a_link_to_another_file_is_refused_unparsed(stored, tmp_path, monkeypatch):
    sha256 = stored[2]
    save_weights(small_network(), tmp_path / "other")
    (tmp_path / "w").symlink_to(tmp_path / "other")
    unparsed(monkeypatch)
    assert_refused(tmp_path / "w", sha256, "is not the one its card names")


def test_a_missing_file_is_refused(stored, tmp_path, monkeypatch):
    unparsed(monkeypatch)
    assert_refused(tmp_path / "none.safetensors", stored[2], r"none\.safetensors cannot be read")


def test_a_folder_in_its_place_is_refused(stored, tmp_path, monkeypatch):
    unparsed(monkeypatch)
    assert_refused(tmp_path, stored[2], "cannot be read")


@pytest.mark.parametrize("data", [b"", b"not tensors at all", b"\xff" * 64, b"\x02" + bytes(7) + b"{}garbage"])
def test_expected_bytes_that_hold_no_tensors_are_refused(tmp_path, data):
    path = tmp_path / "w"
    path.write_bytes(data)
    assert_refused(path, hashlib.sha256(data).hexdigest(), "holds no tensors")


def test_tensors_of_other_shapes_are_refused(tmp_path):
    sha256 = save_weights(small_network(width=5), tmp_path / "w")
    assert_refused(tmp_path / "w", sha256, "does not fit this network")


def test_tensors_of_other_names_are_refused(tmp_path):
    import keras

    inputs = keras.Input((3,))
    sha256 = save_weights(keras.Model(inputs, keras.layers.Dense(4, name="alone")(inputs)), tmp_path / "w")
    assert_refused(tmp_path / "w", sha256, "does not fit this network")


def test_the_classifiers_weights_are_small_enough(random_version):
    _, version = random_version
    assert version.weights.stat().st_size < 48_000_000
    assert sha256_of(version.weights) == version.card.weights_sha256
