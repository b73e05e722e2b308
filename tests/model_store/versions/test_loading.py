"""Does a version become the classifier that its card names, or none at all?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.film.load import load_radiograph
from model_store.reading.network import POOLED, build_network
from model_store.reading.results import GRAD_CAM
from model_store.versions import loading
from model_store.versions.bundled import BUNDLED_FOLDER, lungs_file
from model_store.versions.registry import WEIGHTS, Registry, Version
from tests.doubles.films import phantom


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
    monkeypatch.setattr(loading, "build_network", lambda _: network)
    with pytest.raises(ModelCorrupted, match=r"weights\.safetensors is not the one its card names"):
        loading.load_classifier(Version(tmp_path, version.card))


def test_another_hash_on_the_card_is_refused(random_version, monkeypatch, network):
    _, version = random_version
    monkeypatch.setattr(loading, "build_network", lambda _: network)
    with pytest.raises(ModelCorrupted, match="is not the one its card names"):
        loading.load_classifier(replace(version, card=replace(version.card, weights_sha256="0" * 64)))


def test_a_damaged_lung_network_is_refused(random_version, tmp_path, monkeypatch, network):
    data = bytearray(lungs_file(BUNDLED_FOLDER).read_bytes())
    data[-1] ^= 1
    lungs_file(tmp_path).write_bytes(data)
    monkeypatch.setattr(loading, "BUNDLED_FOLDER", tmp_path)
    monkeypatch.setattr(loading, "build_network", lambda _: network)
    load = loading.load_weights  # The version's own weights are another network's.
    monkeypatch.setattr(
        loading,
        "load_weights",
        lambda network, path, **pinned: path.parent == tmp_path and load(network, path, **pinned),
    )
    with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors is not the one"):
        loading.load_classifier(random_version[1])


def test_the_bundled_version_reads(films):
    reading = loading.load_classifier(Registry().version("bundled")).read(films[0])
    assert 0 < reading.prediction.probability < 1
    assert np.isfinite(reading.explanation.heatmap).all()


def test_a_card_that_names_no_network_is_one_of_the_kind_of_before(random_version, films, gate, network):
    """The same tensors are read as the networks up to kermany-4 read: a mean over the crop, and one map, its own."""
    _, version = random_version
    content = {key: value for key, value in version.card.content.items() if key != "network"}
    reading = loading.load_classifier(replace(version, card=replace(version.card, content=content))).read(films[0])
    (explanation,) = reading.explanations
    assert (explanation.method, explanation.cells, explanation.against) == (GRAD_CAM, None, None)
    assert explanation.heatmap.shape == (8, 8), "7 x 7 cells, of which the last ones are drawn to the edges"
    np.testing.assert_array_equal(explanation.heatmap[-1], explanation.heatmap[-2])

    pooled = build_network(POOLED)
    pooled.set_weights(network.get_weights())
    crop = gate.examine(films[0]).seen.pixels
    logit = float(pooled(np.repeat(crop[None, ..., None], 3, axis=-1).astype(np.float32), training=False)[0, 0])
    assert reading.prediction.logit == pytest.approx(logit, abs=0.05), "to what half precision changes"
