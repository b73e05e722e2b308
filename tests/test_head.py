import keras
import numpy as np
import pytest
from training_doubles import DEPTH_CHANNELS, labelled, tiny_network, values

from model_store.network import FEATURES, backbone_of, depths_of, head_of
from model_store.runs import RunFolder
from training import features, head
from training.config import configure
from training.crops import CropSet
from training.features import pooled_features
from training.head import HeadLearner
from training.loop import train


def crop_set(count, *, seed=0):
    """NORMAL first, then twice as many PNEUMONIA, as the paths sort; these are brighter."""
    rng = np.random.default_rng(seed)
    images, pixels = [], []
    for number in range(count):
        ill = number >= count // 3
        images.append(labelled(f"{seed}-{number}", label="PNEUMONIA" if ill else "NORMAL"))
        pixels.append(rng.integers(0, 156, (224, 224)) + 99 * ill)
    return CropSet(images, np.array(pixels, np.uint8))


def learner(*, count=42, validation=15, **changes):
    keras.utils.set_random_seed(3)
    return HeadLearner(tiny_network(), crop_set(count), crop_set(validation, seed=1), configure("head", **changes))


@pytest.fixture
def backbone_calls(monkeypatch):
    """The number of images of each time that the backbone runs; counted inside the compiled function."""
    import tensorflow as tf

    sizes = []

    class Counted:
        def __init__(self, network):
            self._depths = depths_of(network)

        def __call__(self, images, *, training):
            assert training is False
            tf.py_function(lambda size: sizes.append(int(size)), [tf.shape(images)[0]], [])
            return self._depths(images, training=training)

        def __getattr__(self, name):
            return getattr(self._depths, name)

    monkeypatch.setattr(features, "depths_of", Counted)
    return sizes


def test_the_backbone_sees_each_image_once_whatever_the_epochs(backbone_calls, tmp_path):
    head = learner(epochs=10)
    assert backbone_calls == [32, 10, 15]  # 42 images to learn from and 15 for validation, at most 32 at a time
    train(head, RunFolder(tmp_path))
    assert head.epochs == 10
    assert sum(backbone_calls) == 42 + 15


def test_features_are_the_mean_over_the_feature_map():
    network, crops = tiny_network(), crop_set(3).pixels
    maps = np.asarray(backbone_of(network)(np.repeat(crops[..., None], 3, axis=-1).astype(np.float32), training=False))
    features = pooled_features(network, crops)
    assert (features.shape, features.dtype) == ((3, sum(DEPTH_CHANNELS)), np.float32)
    assert features[:, -FEATURES:] == pytest.approx(maps.mean(axis=(1, 2)), rel=1e-4, abs=1e-5)


def test_adam_is_that_of_the_recipe():
    adam = learner()._optimizer
    assert isinstance(adam, keras.optimizers.Adam)
    assert not isinstance(adam, keras.optimizers.AdamW)
    assert (float(adam.learning_rate), adam.beta_1, adam.beta_2) == (pytest.approx(0.001), 0.22, 0.999)


def test_the_rate_stays():
    head = learner()
    for progress in (0.0, 0.5, 0.99):
        head.step(next(head.batches(0, 0)), progress)
        assert float(head._optimizer.learning_rate) == pytest.approx(0.001)


def test_a_step_changes_the_head_and_leaves_the_backbone():
    keras.utils.set_random_seed(3)
    network = tiny_network()
    head = HeadLearner(network, crop_set(6), crop_set(6, seed=1), configure("head"))
    before = values(network)
    for batch in head.batches(0, 0):
        head.step(batch, 0.0)
    changed = {path.split("/")[0] for path, value in values(network).items() if not np.array_equal(before[path], value)}
    assert changed == {"head_bn1", "head_dense", "head_bn2", "logit"}


def test_every_image_is_in_an_epoch_once_and_the_last_batch_may_be_short():
    head = learner(count=42)
    batches = list(head.batches(0, 0))
    assert [len(targets) for _, targets in batches] == [32, 10]
    seen = np.concatenate([features for features, _ in batches])
    assert len(np.unique(seen, axis=0)) == 42
    order = np.concatenate([targets for _, targets in batches])
    assert order.sum() == 28
    assert order.tolist() != sorted(order.tolist())


def test_batches_are_the_same_each_time_and_go_on_in_the_middle():
    first, again, later = list(learner().batches(3, 0)), list(learner().batches(3, 0)), list(learner().batches(3, 1))
    for one, other in [*zip(first, again, strict=True), *zip(first[1:], later, strict=True)]:
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(first[0][0], next(learner().batches(4, 0))[0])


@pytest.mark.parametrize(("asked", "steps"), [(None, 2), (1, 1), (7, 2)])
def test_steps_per_epoch(asked, steps):
    head = learner(steps_per_epoch=asked)
    assert head.steps(0) == steps == len(list(head.batches(0, 0)))


def test_validation_by_hand():
    head = learner(validation=15)
    logit = head._network.get_layer("logit")
    logit.kernel.assign(np.zeros(logit.kernel.shape))
    logit.bias.assign([np.log(3)])
    figures = head.validate(0)
    # Every image gets logit ln 3: 5 NORMAL lose ln 4 each, 10 PNEUMONIA lose ln 4 - ln 3.
    assert figures["val_loss"] == pytest.approx((5 * np.log(4) + 10 * np.log(4 / 3)) / 15, rel=1e-5)
    assert figures["val_auroc"] == 0.5
    assert figures["val_accuracy"] == pytest.approx(10 / 15)


@pytest.mark.parametrize(("asked", "images"), [(None, 100), (1, 32), (3, 96), (12, 100)])
def test_validation_steps(monkeypatch, asked, images):
    seen = []
    monkeypatch.setattr(head, "roc_auc", lambda targets, logits: seen.append(len(targets)) or 0.5)
    learner(count=6, validation=100, validation_steps=asked).validate(0)
    assert seen == [images]


def test_few_validation_steps_still_see_both_classes():
    figures = learner(count=6, validation=120, validation_steps=1).validate(0)
    assert 0 <= figures["val_auroc"] <= 1  # Not a number where a class is missing.


def test_it_learns_and_every_epoch_may_be_chosen(tmp_path):
    head = learner(epochs=8)
    first = head.validate(0)
    result = train(head, RunFolder(tmp_path), patience=3)
    assert result["best_val_loss"] < first["val_loss"]
    assert all(head.is_candidate(epoch) for epoch in range(8))
    assert head.validate(0)["val_loss"] == pytest.approx(result["best_val_loss"], rel=1e-6)


def test_the_network_has_what_the_head_learned():
    keras.utils.set_random_seed(3)
    network = tiny_network()
    head = HeadLearner(network, crop_set(6), crop_set(6, seed=1), configure("head"))
    head.step(next(head.batches(0, 0)), 0.0)
    features = pooled_features(network, crop_set(6).pixels)[:, -FEATURES:]
    crops = np.repeat(crop_set(6).pixels[..., None], 3, axis=-1).astype(np.float32)
    assert np.asarray(head_of(network)(features, training=False)) == pytest.approx(
        np.asarray(network(crops, training=False)), rel=1e-3, abs=1e-5
    )
