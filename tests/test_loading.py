"""Does a version become the classifier that its card names, or none at all?"""

from dataclasses import replace

import numpy as np
import phantom
import pytest

from model_store import loading
from model_store.lungs import lungs_file
from model_store.radiograph import load_radiograph
from model_store.registry import BUNDLED_FOLDER, WEIGHTS, Registry, Version
from model_store.weights import ModelCorrupted


@pytest.fixture(scope="module")
def films():
    """Two films that the random network reads differently."""
    chests = (phantom.Chest(320, 256), phantom.Chest(300, 400, seed=2, opacity=0.5))
    return [load_radiograph(phantom.png(chest)) for chest in chests]


def test_a_registered_version_reads_as_the_network_it_was_saved_from(random_version, films, classifier):
    """Half precision moves the random network's probabilities by less than 0.02; trained ones are held to 0.002."""
    _, version = random_version
    loaded = loading.load_classifier(version)
    assert loaded.card == version.card
    for film in films:
        expected = classifier.read(film).prediction.probability
        assert loaded.read(film).prediction.probability == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("place", [0, 1000, 20_000_000, -1])
def test_damaged_weights_are_refused(random_version, tmp_path, monkeypatch, network, place):
    _, version = random_version
    data = bytearray(version.weights.read_bytes())
    data[place] ^= 4
    (tmp_path / WEIGHTS).write_bytes(data)
    # A refusal must come before anything is assigned, so the shared network stays as it is.
    monkeypatch.setattr(loading, "build_network", lambda: network)
    with pytest.raises(ModelCorrupted, match=r"weights\.safetensors is not the one its card names"):
        loading.load_classifier(Version(tmp_path, version.card))


def test_another_hash_on_the_card_is_refused(random_version, monkeypatch, network):
    _, version = random_version
    monkeypatch.setattr(loading, "build_network", lambda: network)
    with pytest.raises(ModelCorrupted, match="is not the one its card names"):
        loading.load_classifier(replace(version, card=replace(version.card, weights_sha256="0" * 64)))


def test_a_damaged_lung_network_is_refused(random_version, tmp_path, monkeypatch, network):
    data = bytearray(lungs_file(BUNDLED_FOLDER).read_bytes())
    data[-1] ^= 1
    lungs_file(tmp_path).write_bytes(data)
    monkeypatch.setattr(loading, "BUNDLED_FOLDER", tmp_path)
    monkeypatch.setattr(loading, "build_network", lambda: network)
    monkeypatch.setattr(loading, "load_weights", lambda *_, **__: None)
    with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors is not the one"):
        loading.load_classifier(random_version[1])


def test_the_bundled_version_reads(films):
    reading = loading.load_classifier(Registry().version("bundled")).read(films[0])
    assert 0 < reading.prediction.probability < 1
    assert np.isfinite(reading.explanation.heatmap).all()
