"""Is the backbone asked once for each film, preparation and weights, and are kept features those it would give?"""

import keras
import numpy as np
import pytest
from test_head import backbone_calls, crop_set  # noqa: F401
from training_doubles import DEPTH_CHANNELS, tiny_network

from training import features as module
from training.crops import CropSet
from training.features import backbone_sha256, cached_features, missing_features, pooled_features
from training.progress import Progress, RunCancelled


def seeded(seed=1):
    keras.utils.set_random_seed(seed)
    return tiny_network()


def test_a_second_call_asks_nothing(tmp_path, backbone_calls):  # noqa: F811
    crops = crop_set(40)
    first = cached_features(seeded(), crops, tmp_path)
    assert (first.shape, first.dtype) == ((40, sum(DEPTH_CHANNELS)), np.float32)
    assert backbone_calls == [32, 8]
    second = cached_features(seeded(), crops, tmp_path)
    assert np.array_equal(first, second)
    assert backbone_calls == [32, 8]
    assert first == pytest.approx(pooled_features(seeded(), crops.pixels), rel=1e-5, abs=1e-6)


def test_only_new_images_are_asked_for_and_the_order_is_the_sets(tmp_path, backbone_calls):  # noqa: F811
    crops = crop_set(12)
    known = crops.subset(crops.images[3:7])
    cached_features(seeded(), known, tmp_path)
    assert missing_features(seeded(), crops, tmp_path) == 8
    features = cached_features(seeded(), crops, tmp_path)
    assert backbone_calls == [4, 8]
    assert missing_features(seeded(), crops, tmp_path) == 0
    assert features == pytest.approx(pooled_features(seeded(), crops.pixels), rel=1e-4, abs=1e-5)


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
    assert len(hashes) == 5


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no array at all"])
def test_a_damaged_file_is_computed_anew(tmp_path, backbone_calls, damage):  # noqa: F811
    crops = crop_set(2)
    # One film alone and two at once may be summed in another order: it depends on the processor.
    whole = pytest.approx(cached_features(seeded(), crops, tmp_path), rel=1e-4, abs=1e-5)
    next(tmp_path.rglob("*.npy")).write_bytes(damage)
    assert cached_features(seeded(), crops, tmp_path) == whole
    assert backbone_calls == [2, 1]
    np.save(next(tmp_path.rglob("*.npy")), np.zeros(7, np.float32))
    assert cached_features(seeded(), crops, tmp_path) == whole


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
    empty = CropSet([], np.empty((0, 224, 224), np.uint8))
    assert cached_features(seeded(), empty, tmp_path).shape == (0, sum(DEPTH_CHANNELS))
