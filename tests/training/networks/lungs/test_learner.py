import json
from functools import partial

import cv2
import keras
import numpy as np
import pytest

from model_store.basics.records import SCHEMA
from model_store.disk.weights import load_weights, sha256_of
from model_store.trainings.folder import RunFolder
from model_store.versions.bundled import lungs_file
from tests.doubles.trainings.killed_runs import assert_that_a_kill_changes_nothing
from tests.doubles.trainings.training_doubles import draw_dataset, labelled, name_of, png
from training.__main__ import main
from training.data.labelled import CLASSES, DatasetError
from training.networks import film_check
from training.networks.lungs import learner as lungs_learner
from training.networks.lungs.learner import LungLearner, fit_lungs, split_sides


def small_network():
    """A film to logits of its size, with the ends of the real network and one layer in between."""
    film = keras.Input((None, None, 1), name="film")
    x = keras.layers.AveragePooling2D(8, name="smaller")(film)
    x = keras.layers.Conv2D(3, 3, padding="same", name="outline")(x)
    return keras.Model(film, keras.layers.UpSampling2D(8, interpolation="bilinear", name="logits")(x))


def outline(*, side=224):
    mask = np.zeros((224, 224), np.uint8)
    for x in (65, 160):
        cv2.ellipse(mask, (x, 110), (34, 75), 0, 0, 360, 255, cv2.FILLED)
    return cv2.resize(mask, (side, side), interpolation=cv2.INTER_NEAREST)


@pytest.fixture
def data(tmp_path):
    """Five people a class in train and one in test; all have an outline but one NORMAL of train."""
    data = draw_dataset(tmp_path / "data", train=5, test=1)
    for label in CLASSES:
        (tmp_path / "masks" / label).mkdir(parents=True)
        for person in range(1, 7):
            if (label, person) != ("NORMAL", 5):
                name = tmp_path / "masks" / label / name_of(label, person)
                name.write_bytes(png(outline(side=200)))
    return data


@pytest.fixture
def masks(data, tmp_path):
    return tmp_path / "masks"


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(lungs_learner, "build_lung_network", small_network)
    monkeypatch.setattr(lungs_learner, "BATCH", 2)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return RunFolder(tmp_path / "run")


def test_only_outlined_films_outside_the_test_folder_are_used(small, data, masks, run, tmp_path):
    card = fit_lungs(data, masks, run, tmp_path / "out", epochs=1, seed=1)
    assert card["images"]["training"] + card["images"]["validation"] == 4 + 5
    assert card["images"]["validation"] >= 2


def test_the_weights_are_written_with_their_card(small, data, masks, run, tmp_path):
    out = tmp_path / "made/out"
    card = fit_lungs(data, masks, run, out, epochs=2, seed=1)
    written = {"schema_version": SCHEMA} | card
    assert json.loads((out / "lungs.json").read_text()) == written == run.read_json("result")
    assert card["weights_sha256"] == sha256_of(lungs_file(out))
    assert (card["seed"], card["epochs"], card["parameters"]) == (1, 2, 3 * 9 + 3)
    assert card["val_dice"] == pytest.approx(1 - card["best_val_loss"])
    assert card["best_val_loss"] == run.metrics()[1]["val_loss"], "the first epoch's films are small"
    load_weights(small_network(), lungs_file(out), sha256=card["weights_sha256"])


def test_a_killed_run_goes_on_to_the_same_end(small, data, masks, tmp_path):
    fit = partial(fit_lungs, data, masks)
    assert_that_a_kill_changes_nothing(fit, LungLearner, small_network, lungs_file, tmp_path)


def test_the_loss_by_hand(small, data, masks):
    images = [labelled(path) for path in sorted((data / "train/NORMAL").iterdir())[:2]]
    learner = LungLearner(images, images[:1], masks, epochs=1, seed=1)
    learner.network.set_weights([np.zeros_like(weight) for weight in learner.network.get_weights()])
    inside = np.zeros((2, 224, 224, 2), np.float32)
    inside[:, :56, :, 0] = 1
    # Everywhere a third: cross-entropy ln 3. Of the right lung 1/12 of the area is shared, both areas are 1/3 + 1/4;
    # of the left lung nothing is shared and both are 1/3 + 0; each has 1 pixel added.
    right, left = (2 * 50176 / 12 + 1) / (50176 * 7 / 12 + 1), 1 / (50176 / 3 + 1)
    films = np.ones((2, 224, 224, 1), np.float32)
    assert learner.step((films, inside), 0.5) == pytest.approx(np.log(3) + 1 - (right + left) / 2, rel=1e-4)


def test_it_learns(small, data, masks, monkeypatch):
    monkeypatch.setattr(film_check, "LEARNING_RATE", 0.05)
    images = [labelled(path) for path in sorted((data / "train/NORMAL").iterdir())[:2]]
    learner = LungLearner(images, images[:1], masks, epochs=1, seed=1)
    (batch,) = learner.batches(0, 0)
    losses = [learner.step(batch, 0.03) for _ in range(40)]
    assert losses[-1] < 0.9 * losses[0]


def test_batches_are_the_same_each_time_and_go_on_in_the_middle(small, data, masks):
    images = [labelled(path) for path in sorted((data / "train/NORMAL").iterdir())[:4]]
    learner = LungLearner(images, images[:1], masks, epochs=1, seed=1)
    first, again, later = list(learner.batches(0, 0)), list(learner.batches(0, 0)), list(learner.batches(0, 1))
    assert [films.shape for films, _ in first] == [(2, 224, 224, 1)] * 2
    for one, other in [*zip(first, again, strict=True), *zip(first[1:], later, strict=True)]:
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    films, outlines = first[0]
    assert (films.min(), films.max()) == (-1, 1)
    assert outlines.shape == (2, 224, 224, 2)
    assert 0 <= outlines.min() < outlines.max() <= 1


def test_small_films_come_first_and_the_last_epoch_has_large_ones(small, data, masks):
    images = [labelled(path) for path in sorted((data / "train/NORMAL").iterdir())[:4]]
    sides = {}
    for epochs in (1, 2, 5, 14):
        learner = LungLearner(images, images[:1], masks, epochs=epochs, seed=1)
        sides[epochs] = [learner.side(epoch) for epoch in range(epochs)]
        assert [learner.is_candidate(epoch) for epoch in range(epochs)] == [side == 224 for side in sides[epochs]]
    assert sides[1] == [224], "of films that are all small no weights could be chosen"
    assert sides[2] == [128, 224]
    assert sides[5] == [128, 128, 224, 224, 224]
    assert sides[14] == [128] * 6 + [224] * 8
    films, outlines = next(learner.batches(0, 0))
    assert (films.shape, outlines.shape) == ((2, 128, 128, 1), (2, 128, 128, 2))
    assert learner.cost(0) / learner.cost(13) == pytest.approx((128 / 224) ** 2)


class TestSides:
    def test_each_part_belongs_to_the_side_its_centre_lies_on(self):
        mask = np.zeros((224, 224), np.uint8)
        mask[40:180, 20:90], mask[40:170, 130:200], mask[185:190, 95:100] = 255, 255, 255
        right, left = np.moveaxis(split_sides(mask), -1, 0)
        expected = np.zeros_like(mask)
        expected[40:170, 130:200] = 255
        np.testing.assert_array_equal(left, expected)
        np.testing.assert_array_equal(right, mask - expected)

    def test_the_middle_is_that_of_the_lungs_and_not_of_the_film(self):
        """Both lungs lie in the picture's left half: columns 10 to 49 and 60 to 99 have their middle at 54.5."""
        mask = np.zeros((224, 224), np.uint8)
        mask[40:180, 10:50], mask[40:180, 60:100] = 255, 255
        sides = split_sides(mask)
        assert np.unique(np.nonzero(sides[..., 0])[1]).tolist() == list(range(10, 50))
        assert np.unique(np.nonzero(sides[..., 1])[1]).tolist() == list(range(60, 100))

    def test_a_mask_without_lungs_has_none_on_either_side(self):
        assert not split_sides(np.zeros((50, 50), np.uint8)).any()


def test_no_outline_fits(small, data, run, tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(DatasetError, match=r"No outline in .*none fits an image of .*; expected none/<class>/<name>"):
        fit_lungs(data, tmp_path / "none", run, tmp_path / "out", epochs=1, seed=1)


def test_the_command(small, data, masks, tmp_path, xray_home, capsys):
    out = tmp_path / "out"
    options = ["--data", str(data), "--masks", str(masks), "--out", str(out), "--epochs", "1"]
    assert main(["lungs", *options]) == 0
    printed, err = capsys.readouterr()
    assert {"schema_version": SCHEMA} | json.loads(printed) == json.loads((out / "lungs.json").read_text())
    (run,) = (xray_home / "runs").iterdir()
    assert f"run {run.name}: {run}" in err
    assert {path.name for path in run.iterdir()} >= {"metrics.csv", "log.txt", "result.json"}


def test_the_command_without_outlines(small, data, tmp_path, capsys):
    options = ["--data", str(data), "--masks", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]
    assert main(["lungs", *options]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("training: No outline in")


def test_the_command_with_an_outlined_film_that_cannot_be_read(small, data, masks, tmp_path, capsys):
    (data / "train/NORMAL" / name_of("NORMAL", 1)).write_bytes(b"no picture")
    options = ["--data", str(data), "--masks", str(masks), "--out", str(tmp_path / "out"), "--epochs", "1"]
    assert main(["lungs", *options]) == 2
    assert f"{name_of('NORMAL', 1)} has an outline but cannot be read: This file is not" in capsys.readouterr().err


def test_fewer_films_than_a_batch_are_trained_on(small, data, masks, run, tmp_path, monkeypatch):
    monkeypatch.setattr(lungs_learner, "BATCH", 32)
    fit_lungs(data, masks, run, tmp_path / "out", epochs=1, seed=1)
    assert run.metrics()[0]["loss"] > 0  # Without a single step it would be 0.
