import keras
import numpy as np
import pytest
from training_doubles import labelled, tiny_network, values

from model_store.network import DEPTHS, FINER_LAYER, build_network
from training.config import configure
from training.crops import CropSet
from training.learner import CropLearner, at_side, build_predict, freeze_backbone, with_pathogen_output
from training.metrics import balanced_log_loss, roc_auc
from training.schedule import cosine


def crop_set(count, *, seed=0):
    """NORMAL crops dark, PNEUMONIA crops bright; every third of these is viral, every third unknown."""
    rng = np.random.default_rng(seed)
    images, pixels = [], []
    for number in range(count):
        ill = number % 4 != 0
        pathogen = ("bacteria", "virus", "")[number % 3] if ill else ""
        images.append(labelled(f"{seed}-{number}", label="PNEUMONIA" if ill else "NORMAL", pathogen=pathogen))
        pixels.append(rng.integers(0, 128, (224, 224)) + 100 * ill)
    return CropSet(images, np.array(pixels, np.uint8))


def learner(preset="full", *, count=12, **changes):
    keras.utils.set_random_seed(3)
    config = configure(preset, **{"batch": 4, **changes})
    return CropLearner(tiny_network(), crop_set(count), crop_set(8, seed=1), config)


def test_shrinking_is_the_mean_over_each_area():
    crops = np.zeros((1, 224, 224), np.uint8)
    crops[0, :2, :2] = [[10, 20], [30, 40]]
    small = at_side(crops, 112)
    assert (small.shape, small.dtype) == ((1, 112, 112), np.uint8)
    assert (small[0, 0, 0], small[0, 5, 5]) == (25, 0)


def test_at_full_size_crops_are_not_copied():
    crops = crop_set(2).pixels
    assert at_side(crops, 224) is crops


def test_freezing_ends_at_the_named_layer():
    network = tiny_network()
    freeze_backbone(network, until="conv5_")
    frozen = [layer.name for layer in network.layers if not layer.trainable]
    assert frozen == ["radiograph", "scale", "conv3_block4_out", "conv4_conv", "conv4_bn", FINER_LAYER, DEPTHS[1]]


def test_finetune_trains_the_last_stage_of_the_real_network_and_the_head_only():
    network = build_network()
    freeze_backbone(network, until="conv5_")
    trained = {variable.path.split("/")[0] for variable in network.trainable_variables}
    assert {name for name in trained if not name.startswith("conv5_")} == {
        "post_bn",
        "head_bn1",
        "head_dense",
        "head_bn2",
        "logit",
    }
    last_stage = {layer.name for layer in network.layers if layer.name.startswith("conv5_") and layer.weights}
    assert last_stage <= trained


def test_a_step_of_finetune_leaves_the_frozen_layers_and_their_statistics():
    tuned = learner("finetune", learning_rate=0.01)
    before = values(tuned._network)
    for batch in tuned.batches(0, 0):
        tuned.step(batch, 0.5)
    after = values(tuned._network)
    changed = {path.split("/")[0] for path in before if not np.array_equal(before[path], after[path])}
    assert changed == {"conv5_conv", "conv5_bn", "head_bn1", "head_dense", "head_bn2", "logit", "pathogen"}
    assert any("conv4_bn/moving_variance" in path for path in before)


def test_a_step_of_full_changes_every_layer_and_the_statistics():
    full = learner("full", learning_rate=0.01)
    before = values(full._network)
    for batch in full.batches(0, 0):
        full.step(batch, 0.5)
    assert [path for path, value in values(full._network).items() if np.array_equal(before[path], value)] == []


def test_it_learns():
    full = learner("full", count=16, epochs=22)
    first = full.validate(21)["val_auroc"], full.validate(21)["val_loss"]
    for epoch in range(22):
        for batch in full.batches(epoch, 0):
            loss = full.step(batch, 0.3)
            assert np.isfinite(loss)
    last = full.validate(21)
    assert last["val_loss"] < first[1]
    assert last["val_auroc"] == 1.0


def test_only_whole_batches_are_steps_and_there_is_at_least_one():
    assert learner(count=11).steps(0) == 2
    assert learner(count=3).steps(0) == 1
    assert learner(count=11, steps_per_epoch=1).steps(0) == 1
    assert learner(count=11, steps_per_epoch=50).steps(0) == 2


def test_sides_grow_and_only_the_last_phase_may_be_chosen():
    full = learner(epochs=4)
    sides = [next(full.batches(epoch, 0))[0].shape[1] for epoch in range(4)]
    assert sides == [72, 112, 160, 224]
    assert [full.is_candidate(epoch) for epoch in range(4)] == [False, False, False, True]
    assert full.validate(0)["side"] == 72


def test_batches_hold_crops_targets_weights_and_pathogens():
    full = learner(epochs=1, count=12)
    for crops, targets, weights, virus, known in full.batches(0, 0):
        assert (crops.shape, crops.dtype) == ((4, 224, 224), np.uint8)
        # 3 of 12 are NORMAL: weights .5 / (3/12) = 2 and .5 / (9/12) = 2/3.
        assert weights == pytest.approx(np.where(targets > 0, 2 / 3, 2))
        assert np.all(known[targets == 0] == 0)
        assert np.all(virus <= known)


def test_an_epoch_shows_each_image_at_most_once(monkeypatch):
    monkeypatch.setattr("training.learner.augment_crop", lambda crop, rng: crop)
    full = learner(count=12, epochs=1)
    full._training.pixels[:] = (np.arange(12, dtype=np.uint8) * 20)[:, None, None]
    seen = [int(crop[0, 0]) for batch in full.batches(0, 0) for crop in batch[0]]
    assert sorted(seen) == list(range(0, 240, 20))
    assert seen != sorted(seen)


def test_batches_are_the_same_each_time_and_go_on_in_the_middle():
    first, again = (list(learner().batches(2, 0)) for _ in range(2))
    later = list(learner().batches(2, 1))
    assert len(first) == 3
    assert len(later) == 2
    for one, other in [*zip(first, again, strict=True), *zip(first[1:], later, strict=True)]:
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_epochs_and_seeds_differ():
    full = learner()
    first = next(full.batches(0, 0))[0]
    assert not np.array_equal(first, next(full.batches(1, 0))[0])
    assert not np.array_equal(first, next(learner(seed=2).batches(0, 0))[0])


@pytest.mark.parametrize("progress", [0.0, 0.04, 0.5, 0.9])
def test_the_rate_follows_the_schedule(progress):
    full = learner()
    full.step(next(full.batches(0, 0)), progress)
    assert float(full._optimizer.learning_rate) == pytest.approx(1e-3 * cosine(progress, warmup=0.04), rel=1e-5)


def test_weight_decay_spares_biases_and_normalisation():
    full = learner()
    decayed = {
        variable.path for variable in full._network.trainable_variables if full._optimizer._use_weight_decay(variable)
    }
    assert decayed
    assert {path.split("/")[-1] for path in decayed} == {"kernel"}


def test_the_loss_by_hand():
    full = learner(pathogen_weight=0.3)
    for name in ("logit", "pathogen"):
        layer = full._network.get_layer(name)
        layer.kernel.assign(np.zeros(layer.kernel.shape))
    full._network.get_layer("logit").bias.assign([np.log(3)])
    crops = crop_set(4).pixels
    targets, weights = np.float32([0, 1, 1, 1]), np.float32([2, 1, 1, 1])
    virus, known = np.float32([0, 0, 1, 0]), np.float32([0, 1, 1, 0])
    # NORMAL at logit ln 3 loses ln 4, PNEUMONIA ln 4 - ln 3; the pathogen's logit is 0 and loses ln 2.
    pneumonia = (2 * np.log(4) + 3 * (np.log(4) - np.log(3))) / 4
    assert full.step((crops, targets, weights, virus, known), 0.0) == pytest.approx(
        pneumonia + 0.3 * np.log(2), rel=1e-5
    )


def test_no_known_pathogen_in_a_batch_is_no_loss():
    full = learner()
    zeros = np.zeros(4, np.float32)
    loss = full.step((crop_set(4).pixels, zeros, zeros, zeros, zeros), 0.5)
    assert loss == 0.0


def test_validation_figures_are_of_the_validation_crops():
    full = learner(epochs=1)
    targets = crop_set(8, seed=1).targets
    logits = build_predict(full._network, 3)(crop_set(8, seed=1).pixels)
    figures = full.validate(0)
    assert figures["val_loss"] == pytest.approx(balanced_log_loss(targets, logits))
    assert figures["val_auroc"] == roc_auc(targets, logits)
    assert figures["val_accuracy"] == np.mean((logits > 0) == (targets > 0))


def test_predicting_in_batches_is_predicting_at_once():
    network, crops = tiny_network(), crop_set(7).pixels
    whole = network(np.repeat(crops[..., None], 3, axis=-1).astype(np.float32), training=False)
    assert build_predict(network, 3)(crops) == pytest.approx(np.asarray(whole)[:, 0], rel=1e-4, abs=1e-5)
    assert build_predict(network, 3)(crops).dtype == np.float64


def test_the_pathogen_output_leaves_the_first_logit_and_shares_the_weights():
    network, crops = tiny_network(), crop_set(3).pixels
    both = with_pathogen_output(network)
    assert build_predict(both, 4)(crops) == pytest.approx(build_predict(network, 4)(crops), rel=1e-5)
    own = {id(variable) for variable in network.variables}
    extra = [variable.path for variable in both.variables if id(variable) not in own]
    assert extra == ["pathogen/kernel", "pathogen/bias"]


def test_a_checkpoint_holds_network_and_optimizer():
    full = learner()
    held = {id(variable) for variable in full.variables}
    assert {id(variable) for variable in full._network.variables} <= held
    assert {id(variable) for variable in full._optimizer.variables} <= held
