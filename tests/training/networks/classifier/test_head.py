import keras
import numpy as np
import pytest

from model_store.reading.network import build_logits, depths_of
from model_store.trainings.folder import RunFolder
from tests.doubles.trainings.training_doubles import crops_of, labelled, tiny_network, values
from training.networks.classifier import head
from training.networks.classifier.head import HeadLearner
from training.networks.loop import train
from training.prepared import features
from training.run.recipes import configure


def crop_set(count, *, seed=0):
    """NORMAL first, then twice as many PNEUMONIA, as the paths sort; these are brighter."""
    rng = np.random.default_rng(seed)
    images, pixels = [], []
    for number in range(count):
        ill = number >= count // 3
        images.append(labelled(f"{seed}-{number}", label="PNEUMONIA" if ill else "NORMAL"))
        pixels.append(rng.integers(0, 156, (224, 224)) + 99 * ill)
    return crops_of(images, pixels)


def learner(*, count=42, validation=15, **changes):
    keras.utils.set_random_seed(3)
    return HeadLearner(tiny_network(), crop_set(count), crop_set(validation, seed=1), configure("head", **changes))


@pytest.fixture
def backbone_calls(monkeypatch):
    """The number of images of each time that the backbone runs; counted inside the compiled function."""
    import tensorflow as tf

    sizes = []

    class Counting(keras.layers.Layer):
        def call(self, images):
            tf.py_function(lambda size: sizes.append(int(size)), [tf.shape(images)[0]], [])
            return images

    def counted(network):
        depths = depths_of(network)
        seen = Counting()(depths.outputs[0])
        return keras.Model(depths.inputs, [seen, *depths.outputs[1:]])

    monkeypatch.setattr(features, "depths_of", counted)
    return sizes


def test_the_backbone_sees_each_image_once_whatever_the_epochs(backbone_calls, tmp_path):
    head = learner(epochs=10)
    assert backbone_calls == [32, 10, 15]  # 42 images to learn from and 15 for validation, at most 32 at a time
    train(head, RunFolder(tmp_path))
    assert head.epochs == 10
    assert sum(backbone_calls) == 42 + 15


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
    assert [len(targets) for *_, targets in batches] == [32, 10]
    seen = np.concatenate([cells.reshape(len(cells), -1) for cells, *_ in batches])
    assert len(np.unique(seen, axis=0)) == 42
    order = np.concatenate([targets for *_, targets in batches])
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
    """Validation by kept features is what the whole network says of the films, with the weights of the moment."""
    keras.utils.set_random_seed(3)
    network = tiny_network()
    head = HeadLearner(network, crop_set(6), crop_set(6, seed=1), configure("head"))
    head.step(next(head.batches(0, 0)), 0.0)
    validation = crop_set(6, seed=1)
    logits = build_logits(network)(validation.pixels, validation.lungs)
    loss = np.mean(np.logaddexp(0, logits) - validation.targets * logits)
    assert head.validate(0)["val_loss"] == pytest.approx(loss, rel=1e-2)  # Kept features are of half precision.


def test_the_loss_by_hand_is_that_of_the_most_suspicious_cells(monkeypatch):
    """Whatever fills up a film with fewer cells has no part in it, neither in the logit nor in the statistics."""
    import tensorflow as tf

    monkeypatch.setattr(head, "SUSPICIOUS_SHARE", 1 / 3)
    features = keras.Input((2,))
    logit = keras.layers.Dense(1, kernel_initializer="ones", use_bias=False)(features)
    step = head._build_step(keras.Model(features, logit), keras.optimizers.SGD(0.0))
    cells = tf.constant([[[1, 0], [2, 0], [6, 0]], [[3, 1], [99, 99], [99, 99]]], tf.float32)
    lungs = tf.constant([[1, 1, 1], [0.5, 0, 0]], tf.float32)
    # A third of three whole cells is one: the first film has logit 6, the other one, of a single cell, 4.
    loss = (np.log1p(np.exp(6)) + np.log1p(np.exp(-4))) / 2
    assert float(step(cells, lungs, tf.constant([0.0, 1.0]))) == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("films", [[(3, 1.0)], [(2, 1.0), (5, 1.0)]])
def test_what_fills_up_a_batch_leaves_the_statistics_alone(films):
    import tensorflow as tf

    features = keras.Input((2,))
    norm = keras.layers.BatchNormalization(momentum=0.0)
    network = keras.Model(features, keras.layers.Dense(1)(norm(features)))
    most = max(count for count, _ in films)
    cells, lungs = np.full((len(films), most, 2), 1e6, np.float32), np.zeros((len(films), most), np.float32)
    rng = np.random.default_rng(1)
    for row, (count, share) in enumerate(films):
        cells[row, :count], lungs[row, :count] = rng.normal(size=(count, 2)), share
    head._build_step(network, keras.optimizers.SGD(0.0))(
        tf.constant(cells), tf.constant(lungs), tf.zeros(len(films), tf.float32)
    )
    assert np.asarray(norm.moving_mean) == pytest.approx(cells[lungs > 0].mean(axis=0), rel=1e-4)
    assert np.asarray(norm.moving_variance) == pytest.approx(cells[lungs > 0].var(axis=0), rel=1e-4)
