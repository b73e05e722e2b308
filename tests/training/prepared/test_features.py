"""Is the backbone asked once for each film, preparation and weights, and are kept features those it would give?"""

import keras
import numpy as np
import pytest

from model_store.reading.network import (
    CELLS,
    FEATURES,
    POOLED,
    as_network_input,
    backbone_of,
    build_logits,
    inputs_of,
)
from tests.doubles.trainings.training_doubles import DEPTH_CHANNELS, crops_of, tiny_network
from tests.training.networks.classifier.test_head import backbone_calls, crop_set  # noqa: F401
from training.prepared import features as module
from training.prepared.features import (
    FilmFeatures,
    backbone_sha256,
    cached_features,
    cells_in,
    depths_in,
    film_features,
    logits_from,
    missing_features,
)
from training.run.progress import Progress, RunCancelled


def seeded(seed=1, kind=CELLS):
    keras.utils.set_random_seed(seed)
    return tiny_network(kind)


def assert_same(found, expected):
    """One film alone and several at once may be summed in another order: it depends on the processor."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.depths == pytest.approx(other.depths, rel=1e-4, abs=1e-5)
        assert one.cells == pytest.approx(other.cells, rel=2e-3, abs=1e-3)
        assert np.array_equal(one.lungs, other.lungs)


def test_features_of_a_film_are_those_of_its_lung_cells_and_the_mean_of_all_at_the_depths():
    network, crops = seeded(), crop_set(3)
    pixels, lungs = inputs_of(network, crops.pixels, crops.lungs)
    maps = np.asarray(backbone_of(network)(as_network_input(pixels), training=False))
    for each, whole, inside in zip(film_features(network, crops), maps, lungs, strict=True):
        assert (each.depths.shape, each.depths.dtype) == ((sum(DEPTH_CHANNELS),), np.float32)
        assert each.depths[-FEATURES:] == pytest.approx(whole.mean(axis=(0, 1)), rel=1e-4, abs=1e-5)
        assert 0 < (inside > 0).sum() < inside.size, "the drawn lungs fill the crop, or are not there"
        assert (each.cells.dtype, each.lungs.dtype) == (np.float16, np.float32)
        assert each.cells == pytest.approx(whole[inside > 0], rel=2e-3, abs=1e-3)
        assert np.array_equal(each.lungs, inside[inside > 0])


def test_of_a_film_without_lungs_all_cells_count_alike():
    network, crops = seeded(), crop_set(1)
    bare = crops_of(crops.images, crops.pixels, np.zeros((224, 224), bool))
    (found,) = film_features(network, bare)
    (_, lungs) = inputs_of(network, bare.pixels, bare.lungs)
    assert found.cells.shape == (lungs[0].size, FEATURES)
    assert np.array_equal(found.lungs, np.ones(lungs[0].size, np.float32))


def test_of_a_pooled_network_no_cells_are_kept():
    (found,) = film_features(seeded(kind=POOLED), crop_set(1))
    assert found.depths.shape == (sum(DEPTH_CHANNELS),)
    assert (found.cells.shape, found.lungs.shape) == ((0, FEATURES), (0,))


@pytest.mark.parametrize("kind", [CELLS, POOLED])
def test_the_logits_that_follow_from_features_are_those_of_the_network(kind):
    network, crops = seeded(kind=kind), crop_set(40)
    crops.lungs[1] = False
    crops.lungs[2, :, 112:] = False  # Films of one batch have different numbers of cells.
    logits = logits_from(network, film_features(network, crops))
    assert (logits.shape, logits.dtype) == ((40,), np.float64)
    assert logits == pytest.approx(build_logits(network)(crops.pixels, crops.lungs), rel=1e-2, abs=2e-3)


def test_cells_of_films_are_filled_up_with_cells_that_are_no_lung():
    first, other = (FilmFeatures(np.zeros(3), np.full((n, FEATURES), n), np.full(n, 0.5)) for n in (2, 3))
    cells, lungs = cells_in([first, other])
    assert (cells.shape, cells.dtype, lungs.dtype) == ((2, 3, FEATURES), np.float16, np.float32)
    assert cells[:, :, 0].tolist() == [[2, 2, 0], [3, 3, 3]]
    assert lungs.tolist() == [[0.5, 0.5, 0], [0.5, 0.5, 0.5]]


def test_logits_by_hand(monkeypatch):
    """The head gives each cell its first feature; a third of three cells is one, and half of the next is too."""
    monkeypatch.setattr(module, "SUSPICIOUS_SHARE", 1 / 3)
    monkeypatch.setattr(module, "head_of", lambda network: lambda cells, training: cells[:, :1])

    def film(logits, lungs):
        cells = np.zeros((len(logits), FEATURES), np.float16)
        cells[:, 0] = logits
        return FilmFeatures(np.zeros(3, np.float32), cells, np.array(lungs, np.float32))

    films = [film([1, -4, 3], [1, 1, 1]), film([-5], [0.2]), film([2, 8, 2, 2, 2, 2], [1, 0.5, 1, 1, 1, 1])]
    # Of 5.5 cells in the last film 1.8333 count: the half cell with 8, and 1.3333 cells with 2.
    expected = [3, -5, (0.5 * 8 + 1.33333 * 2) / 1.83333]
    assert logits_from(seeded(), films) == pytest.approx(expected, rel=1e-4)


def test_a_second_call_asks_nothing(tmp_path, backbone_calls):  # noqa: F811
    crops = crop_set(40)
    first = cached_features(seeded(), crops, tmp_path)
    assert backbone_calls == [32, 8]
    second = cached_features(seeded(), crops, tmp_path)
    for one, other in zip(first, second, strict=True):
        assert all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("depths", "cells", "lungs"))
    assert backbone_calls == [32, 8]
    assert_same(first, film_features(seeded(), crops))


def test_only_new_images_are_asked_for_and_the_order_is_the_sets(tmp_path, backbone_calls):  # noqa: F811
    crops = crop_set(12)
    known = crops.subset(crops.images[3:7])
    cached_features(seeded(), known, tmp_path)
    assert missing_features(seeded(), crops, tmp_path) == 8
    features = cached_features(seeded(), crops, tmp_path)
    assert backbone_calls == [4, 8]
    assert missing_features(seeded(), crops, tmp_path) == 0
    assert_same(features, film_features(seeded(), crops))


def test_other_weights_and_another_preparation_have_their_own(tmp_path, backbone_calls, monkeypatch):  # noqa: F811
    crops = crop_set(3)
    cached_features(seeded(1), crops, tmp_path)
    cached_features(seeded(2), crops, tmp_path)
    monkeypatch.setattr(module, "PREPARATION", "another-1")
    cached_features(seeded(1), crops, tmp_path)
    assert backbone_calls == [3, 3, 3]


def test_a_new_head_keeps_the_features(tmp_path, backbone_calls):  # noqa: F811
    network = seeded()
    cached_features(network, crop_set(3), tmp_path)
    kernel, bias = network.get_layer("logit").get_weights()
    network.get_layer("logit").set_weights([kernel + 1, bias])
    cached_features(network, crop_set(3), tmp_path)
    assert backbone_calls == [3]


def test_every_tensor_of_the_backbone_and_its_arithmetic_is_in_the_hash():
    network = seeded()
    hashes = {backbone_sha256(network)}
    for layer in ("conv4_conv", "conv4_bn", "conv5_conv"):
        weights = network.get_layer(layer).get_weights()
        network.get_layer(layer).set_weights([*weights[:-1], weights[-1] + 1])
        hashes.add(backbone_sha256(network))
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        half = seeded()
    finally:
        keras.config.set_dtype_policy("float32")
    hashes.add(backbone_sha256(half))
    hashes.add(backbone_sha256(seeded(kind=POOLED)))
    assert len(hashes) == 6


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 and then nothing", b"no array at all"])
def test_a_damaged_file_is_computed_anew(tmp_path, backbone_calls, damage):  # noqa: F811
    crops = crop_set(2)
    whole = cached_features(seeded(), crops, tmp_path)
    next(tmp_path.rglob("*.npz")).write_bytes(damage)
    assert_same(cached_features(seeded(), crops, tmp_path), whole)
    assert backbone_calls == [2, 1]


def test_a_file_that_lacks_an_array_is_computed_anew(tmp_path, backbone_calls):  # noqa: F811
    crops = crop_set(2)
    whole = cached_features(seeded(), crops, tmp_path)
    np.savez(next(tmp_path.rglob("*.npz")), depths=whole[0].depths)
    assert_same(cached_features(seeded(), crops, tmp_path), whole)
    assert backbone_calls == [2, 1]


def test_what_was_computed_before_a_cancel_is_kept(tmp_path, backbone_calls):  # noqa: F811
    crops = crop_set(70)

    class Impatient(Progress):
        def advance(self, **_):
            self.stop()
            self.check()

    with pytest.raises(RunCancelled):
        cached_features(seeded(), crops, tmp_path, Impatient())
    assert missing_features(seeded(), crops, tmp_path) == 70 - 32
    cached_features(seeded(), crops, tmp_path)
    assert backbone_calls == [32, 32, 6]


def test_no_images_have_no_features(tmp_path):
    empty = crop_set(3).subset([])
    assert cached_features(seeded(), empty, tmp_path) == []
    assert logits_from(seeded(), []).shape == (0,)


def test_pooled_answers_of_films_are_laid_together():
    films = [FilmFeatures(np.full(3, n), np.zeros((0, FEATURES)), np.zeros(0)) for n in (1, 2)]
    assert depths_in(films).tolist() == [[1, 1, 1], [2, 2, 2]]
