"""Does a step change what it is to change, are the films shown evenly, and is validation that of the whole network?"""

import keras
import numpy as np
import pytest

from model_store.reading.network import DEPTHS, as_network_input, build_logits, build_network, inputs_of
from tests.doubles.trainings.training_doubles import crops_of, labelled, tiny_network, values
from training.networks.classifier import learner as module
from training.networks.classifier.learner import CropLearner, freeze_backbone, steps_for, with_pathogen_output
from training.networks.classifier.views import Views, make_views
from training.networks.loop import cosine
from training.run.progress import Progress, RunCancelled
from training.run.recipes import configure
from training.statistics.calibration import fit_line
from training.statistics.metrics import balanced_log_loss, roc_auc

SIDE = configure("full").phases[-1][0]


def crop_set(count, *, seed=0):
    """A quarter NORMAL and dark, the others PNEUMONIA and bright, of which a third is viral and a third unknown."""
    rng = np.random.default_rng(seed)
    images, pixels = [], []
    for number in range(count):
        ill = number % 4 != 0
        pathogen = ("bacteria", "virus", "")[number % 3] if ill else ""
        images.append(labelled(f"{seed}-{number}", label="PNEUMONIA" if ill else "NORMAL", pathogen=pathogen))
        pixels.append(rng.integers(0, 128, (224, 224)) + 100 * ill)
    return crops_of(images, pixels)


def learner(preset="full", *, count=16, progress=None, **changes):
    """Of 16 films 4 are NORMAL, so in batches of four an epoch has two steps."""
    keras.utils.set_random_seed(3)
    config = configure(preset, **{"batch": 4, **changes})
    return CropLearner(tiny_network(), crop_set(count), crop_set(8, seed=1), config, progress=progress)


def test_freezing_ends_at_the_named_layer():
    network = tiny_network()
    freeze_backbone(network, until="conv5_")
    frozen = {layer.name for layer in network.layers if not layer.trainable}
    assert frozen - {"lungs"} == {"radiograph", "scale", DEPTHS[0], "conv4_conv", "conv4_bn", DEPTHS[1]}


def test_finetune_trains_the_last_stage_of_the_real_network_and_the_head_only():
    network = build_network()
    freeze_backbone(network, until="conv5_")
    trained = {variable.path.split("/")[0] for variable in network.trainable_variables}
    head = {"post_bn", "head_bn1", "head_dense", "head_bn2", "logit"}
    assert {name for name in trained if not name.startswith("conv5_")} == head
    last_stage = {layer.name for layer in network.layers if layer.name.startswith("conv5_") and layer.weights}
    assert last_stage <= trained


def changed_layers(before, after):
    return {path.split("/")[0] for path in before if not np.array_equal(before[path], after[path])}


def test_an_epoch_of_finetune_leaves_the_frozen_layers_and_their_statistics():
    tuned = learner("finetune", learning_rate=0.01, epochs=1)
    before = values(tuned._network)
    for batch in tuned.batches(0, 0):
        tuned.step(batch, 0.5)
    tuned.validate(0)
    head = {"conv5_conv", "conv5_bn", "head_bn1", "head_dense", "head_bn2", "logit", "pathogen"}
    assert changed_layers(before, values(tuned._network)) == head
    assert any("conv4_bn/moving_variance" in path for path in before)


def test_a_step_of_full_changes_every_layer_and_the_statistics():
    full = learner("full", learning_rate=0.01)
    before = values(full._network)
    full.step(next(full.batches(0, 0)), 0.5)
    assert [path for path, value in values(full._network).items() if np.array_equal(before[path], value)] == []


def test_it_learns():
    full = learner("full", epochs=12, learning_rate=0.003)
    side, targets = full._config.side(11), full._validation.targets

    def apart():
        logits = full._validation_logits(side)
        return logits[targets == 1].mean() - logits[targets == 0].mean()

    full.validate(11)
    before = apart()
    for epoch in range(12):
        for batch in full.batches(epoch, 0):
            assert np.isfinite(full.step(batch, 0.3))
    last = full.validate(11)
    assert apart() > before + 1
    assert last["val_auroc"] == 1.0


@pytest.mark.parametrize(
    ("fewest", "asked", "steps"), [(4, None, 2), (5, None, 2), (6, None, 3), (1, None, 1), (6, 1, 1), (6, 50, 3)]
)
def test_an_epoch_shows_every_film_of_the_smaller_class_in_whole_batches(fewest, asked, steps):
    assert steps_for(fewest, configure("full", batch=4, steps_per_epoch=asked)) == steps


def test_both_classes_fill_half_of_each_batch_and_the_smaller_ones_films_are_shown_once():
    full = learner(count=16)
    seen = []
    full._batch = lambda rows, epoch, number: seen.append(rows) or rows
    batches = list(full.batches(0, 0))
    assert full.steps(0) == len(batches) == 2
    for rows in batches:
        assert full._training.targets[rows].tolist() == [0, 0, 1, 1]
    rows = np.concatenate(batches)
    assert sorted(rows[full._training.targets[rows] == 0]) == [0, 4, 8, 12]
    assert len(set(rows)) == 8, "a film was shown twice"


def test_a_class_with_fewer_films_than_half_a_batch_is_shown_again():
    full = learner(count=4, batch=8)  # One NORMAL film, four of which are wanted.
    full._batch = lambda rows, epoch, number: rows
    (rows,) = full.batches(0, 0)
    assert sorted(rows[:4]) == [0, 0, 0, 0]
    assert full._training.targets[rows].tolist() == [0] * 4 + [1] * 4


def test_sides_grow_and_only_the_last_phase_may_be_chosen(monkeypatch):
    monkeypatch.setattr(module, "reestimate_norms", lambda *_, **__: None)
    full = learner(epochs=3)
    sides = [next(full.batches(epoch, 0))[0].films.shape[1] for epoch in range(3)]
    assert sides == [full._config.side(epoch) for epoch in range(3)]
    assert sides[0] < sides[-1] == SIDE
    assert [full.is_candidate(epoch) for epoch in range(3)] == [side == SIDE for side in sides]
    assert full.validate(0)["side"] == sides[0]


def test_batches_hold_views_targets_and_pathogens():
    full = learner(epochs=1)
    for views, targets, virus, known in full.batches(0, 0):
        assert isinstance(views, Views)
        assert (views.films.shape, views.films.dtype) == ((4, SIDE, SIDE), np.uint8)
        assert targets.tolist() == [0, 0, 1, 1]
        assert np.all(known[targets == 0] == 0)
        assert np.all(virus <= known)


def test_lungs_are_cut_together_from_the_second_epoch_on(monkeypatch):
    asked = []
    monkeypatch.setattr(
        module,
        "make_views",
        lambda *batch, cut_together, **more: (
            asked.append(cut_together) or make_views(*batch, cut_together=False, **more)
        ),
    )
    full = learner()
    for epoch in range(3):
        next(full.batches(epoch, 1))
    assert asked == [False, True, True]


def leaves(batch):
    return [np.asarray(each) for each in (*batch[0], *batch[1:])]


def test_batches_are_the_same_each_time_and_go_on_in_the_middle():
    first, again = (list(learner().batches(2, 0)) for _ in range(2))
    later = list(learner().batches(2, 1))
    assert (len(first), len(later)) == (2, 1)
    for one, other in [*zip(first, again, strict=True), *zip(first[1:], later, strict=True)]:
        assert all(np.array_equal(a, b) for a, b in zip(leaves(one), leaves(other), strict=True))


def test_epochs_and_seeds_differ():
    full = learner()
    first = next(full.batches(0, 0))[0].films
    assert not np.array_equal(first, next(full.batches(1, 0))[0].films)
    assert not np.array_equal(first, next(learner(seed=2).batches(0, 0))[0].films)


@pytest.mark.parametrize("progress", [0.0, 0.04, 0.5, 0.9])
def test_the_rate_follows_the_schedule(progress):
    full = learner(learning_rate=1e-3)
    full._step = lambda *batch: 0.0
    full.step((), progress)
    assert float(full._optimizer.learning_rate) == pytest.approx(1e-3 * cosine(progress, warmup=0.04), rel=1e-5)


def test_weight_decay_spares_biases_and_normalisation():
    full = learner()
    decayed = {
        variable.path for variable in full._network.trainable_variables if full._optimizer._use_weight_decay(variable)
    }
    assert decayed
    assert {path.split("/")[-1] for path in decayed} == {"kernel"}


@pytest.mark.parametrize(("known", "expected"), [([0, 0, 1, 1], 0.3 * np.log(2)), ([0, 0, 0, 0], 0.0)])
def test_the_loss_by_hand(monkeypatch, known, expected):
    """The cells' losses are those of test_losses.py; the pathogen's logit is 0 and loses ln 2 where it is known."""
    monkeypatch.setattr(module, "view_losses", lambda films, *_: {"one": 2.5, "other": 0.25 + 0 * films[0, 0, 0]})
    full = learner(pathogen_weight=0.3)
    layer = full._network.get_layer("pathogen")
    layer.kernel.assign(np.zeros(layer.kernel.shape))
    views, targets, *_ = next(full.batches(0, 0))
    virus = np.float32([0, 0, 0, 1])
    assert full.step((views, targets, virus, np.float32(known)), 0.0) == pytest.approx(2.75 + expected, rel=1e-5)


def test_the_losses_are_given_the_answers_in_the_films_place(monkeypatch):
    """The second views are mirrored, so their answers are mirrored back; a window's answers are those of the window."""
    given = []

    def losses(films, others, windows, views, targets):
        given.append([np.asarray(each) for each in (films, others, windows)])
        return {"none": 0.0 * targets[0] * films[0, 0, 0]}

    import tensorflow as tf

    monkeypatch.setattr(module, "view_losses", losses)
    tf.config.run_functions_eagerly(True)
    try:
        full = learner(learning_rate=0.0)
        views, targets, virus, known = next(full.batches(0, 0))
        for norm in full._network.layers:
            if isinstance(norm, keras.layers.BatchNormalization):
                norm.trainable = False  # Its answers do not depend on what else is in the batch.
        full.step((views, targets, virus, known), 0.0)
    finally:
        tf.config.run_functions_eagerly(False)
    ((films, others, windows),) = given

    def cells(pixels):
        return np.asarray(full._network(as_network_input(pixels), training=False)[0])

    assert films == pytest.approx(cells(views.films), rel=1e-3, abs=1e-4)
    assert others == pytest.approx(cells(views.others)[:, :, ::-1], rel=1e-3, abs=1e-4)
    assert windows == pytest.approx(cells(views.windows), rel=1e-3, abs=1e-4)
    assert not np.allclose(others, others[:, :, ::-1], rtol=1e-2)


def test_validation_figures_are_of_the_validation_crops_with_statistics_of_the_training_crops(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "reestimate_norms", lambda *each, **more: asked.append((each, more)))
    full = learner(epochs=1)
    validation = crop_set(8, seed=1)
    logits = build_logits(full._whole)(validation.pixels, validation.lungs)
    figures = full.validate(0)
    slope, intercept = fit_line(validation.targets, logits)
    placed = slope * logits + intercept
    assert figures["val_loss"] == pytest.approx(balanced_log_loss(validation.targets, placed))
    assert figures["val_auroc"] == roc_auc(validation.targets, logits)
    assert figures["val_accuracy"] == np.mean((placed > 0) == (validation.targets > 0))
    (((network, crops, side), more),) = asked
    assert (network, crops, side, more["batch"]) == (full._network, full._training, SIDE, 4)


def test_a_validation_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(module, "reestimate_norms", lambda *_, **__: None)
    monkeypatch.setattr(module, "BATCH", 3)
    progress = Progress()
    full = learner(progress=progress)
    read = []
    full._read[SIDE] = lambda pixels, lungs: read.append(len(pixels)) or progress.stop() or np.zeros(len(pixels))
    with pytest.raises(RunCancelled):
        full.validate(full.epochs - 1)
    assert read == [3], "it went on after it was cancelled"


def test_the_pathogen_output_leaves_the_cells_logits_and_shares_the_weights():
    network, crops = tiny_network(), crop_set(3)
    both = with_pathogen_output(network)
    pixels, lungs = inputs_of(network, crops.pixels, crops.lungs)
    cells, pathogens = both(as_network_input(pixels), training=False)
    assert cells.shape == pathogens.shape == lungs.shape
    expected = keras.Model(network.inputs[0], network.get_layer("logit").output)(as_network_input(pixels))
    assert np.asarray(cells) == pytest.approx(np.asarray(expected)[..., 0], rel=1e-5)
    own = {id(variable) for variable in network.variables}
    extra = [variable.path for variable in both.variables if id(variable) not in own]
    assert extra == ["pathogen/kernel", "pathogen/bias"]


def test_a_checkpoint_holds_network_and_optimizer():
    full = learner()
    held = {id(variable) for variable in full.variables}
    assert {id(variable) for variable in full._network.variables} <= held
    assert {id(variable) for variable in full._optimizer.variables} <= held


def test_a_long_training_is_compiled_to_machine_code(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "_build_step", lambda *_, compiled: asked.append(compiled))
    learner(epochs=module.COMPILING_PAYS // 2 - 1)
    learner(epochs=module.COMPILING_PAYS // 2)
    assert asked == [False, True]
