"""Does the network learn every film against its mirror image, and is the limit chosen by the films that are not?"""

import json
from functools import partial

import keras
import numpy as np
import pytest

from model_store.basics.records import SCHEMA
from model_store.disk.weights import load_weights, sha256_of
from model_store.reading.film_check.mirroring import SIDE
from model_store.reading.lungs.fields import NoLungsFound
from model_store.trainings.folder import RunFolder
from model_store.versions.bundled import mirroring_file
from tests.doubles.films.drawn_lungs import DrawnFinder
from tests.doubles.trainings.killed_runs import assert_that_a_kill_changes_nothing
from tests.doubles.trainings.training_doubles import draw_dataset
from training.__main__ import main
from training.data.labelled import DatasetError
from training.networks.mirroring import learner as mirror_learner
from training.networks.mirroring.learner import WRONG_SHARE, MirrorLearner, fit_mirroring, limit_of, varied


def small_network():
    """The real network's ends with one layer in between."""
    seen = keras.Input((SIDE, SIDE, 1), name="film")
    x = keras.layers.AveragePooling2D(16, name="smaller")(seen)
    x = keras.layers.Flatten(name="places")(x)
    return keras.Model(seen, keras.layers.Dense(1, name="logits")(x))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(mirror_learner, "build_mirror_network", small_network)
    monkeypatch.setattr(mirror_learner, "load_lung_finder", lambda folder: DrawnFinder())
    monkeypatch.setattr(mirror_learner, "BATCH", 4)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Eight people a class in train and one in test."""
    return draw_dataset(tmp_path_factory.mktemp("mirroring") / "data", train=8, test=1)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return RunFolder(tmp_path / "run")


def chest(seed=0, *, bright_left=False):
    grey = np.random.default_rng(seed).integers(0, 60, (SIDE, SIDE), dtype=np.uint8)
    grey[:, : SIDE // 2] += 120 * bright_left
    return grey, np.full((SIDE, SIDE), 255, np.uint8)


CHESTS = [chest(seed, bright_left=True) for seed in range(8)]


class TestVaried:
    def test_it_is_never_mirrored(self):
        for seed in range(40):
            grey, counts = varied(chest(bright_left=True), np.random.default_rng(seed))
            seen = np.where(counts > 127, grey.astype(float), np.nan)
            left, right = seen[:, : SIDE // 3], seen[:, -SIDE // 3 :]
            assert np.nanmean(left) > np.nanmean(right)

    def test_parts_of_it_are_blanked_and_the_chest_itself_is_not_changed(self):
        given = chest()
        kept = [part.copy() for part in given]
        blank = [(varied(given, np.random.default_rng(seed))[1] <= 127).mean() for seed in range(40)]
        assert min(blank) < 0.03
        assert max(blank) > 0.1
        for part, before in zip(given, kept, strict=True):
            np.testing.assert_array_equal(part, before)


class TestLearner:
    def test_the_loss_by_hand(self, small):
        """The logits are even: ln 2, whatever share of the films is taken for mirrored."""
        made = MirrorLearner(CHESTS, CHESTS, epochs=1, seed=1)
        made.network.set_weights([np.zeros_like(weight) for weight in made.network.get_weights()])
        assert made.step(next(made.batches(0, 0)), 0.5) == pytest.approx(np.log(2), rel=1e-5)
        assert 0 < WRONG_SHARE < 0.05

    def test_it_learns_which_side_is_bright(self, small):
        made = MirrorLearner(CHESTS, CHESTS, epochs=60, seed=1)
        before = made.validate(0)["val_loss"]
        for epoch in range(60):
            for batch in made.batches(epoch, 0):
                made.step(batch, 0.2)
        after = made.validate(0)
        assert after["val_loss"] < before
        assert after["val_accuracy"] == 1

    def test_batches_are_the_same_each_time_and_go_on_in_the_middle(self, small):
        made = MirrorLearner(CHESTS, CHESTS, epochs=1, seed=1)
        first, again, later = (list(made.batches(0, start)) for start in (0, 0, 1))
        assert [len(batch) for batch in first] == [4, 4]
        for one, other in [*zip(first, again, strict=True), *zip(first[1:], later, strict=True)]:
            np.testing.assert_array_equal(one, other)
        assert not np.array_equal(first[0], next(made.batches(1, 0)))
        assert (first[0].shape, first[0].dtype) == ((4, SIDE, SIDE, 1), np.float32)


class TestLimit:
    def test_by_hand(self):
        """Of 200 mirror images four may be missed: the limit is the logit of the fifth, and one film reaches it."""
        scores = -np.concatenate([[-4.0, -1.0, 0.5, 1.0], np.linspace(1.5, 9, 196)])
        found = limit_of(scores)
        assert found["limit"] == pytest.approx(1 / (1 + np.exp(-1.5)))
        assert found["caught"] == 196 / 200
        assert found["warned"] == 1 / 200

    def test_it_is_never_below_even_odds(self):
        """Films of which most look mirrored: none of them is said to be where that is the less likely."""
        found = limit_of(np.array([2.0, 1.0, -3.0]))
        assert (found["limit"], found["warned"], found["caught"]) == (0.5, 2 / 3, 1 / 3)

    def test_of_few_films_all_have_to_be_caught(self):
        found = limit_of(np.array([-2.0, -1.0, -3.0]))
        assert found["limit"] == pytest.approx(1 / (1 + np.exp(-1.0)))
        assert (found["warned"], found["caught"]) == (0, 1)


def test_the_weights_are_written_with_their_card(small, data, run, tmp_path):
    out = tmp_path / "made/out"
    card = fit_mirroring(data, run, out, epochs=2, seed=1)
    written = {"schema_version": SCHEMA} | card
    assert json.loads((out / "mirroring.json").read_text()) == written == run.read_json("result")
    assert card["weights_sha256"] == sha256_of(mirroring_file(out))
    assert card["images"]["training"] + card["images"]["validation"] == 16, "no film of the test folder"
    assert set(card) >= {"limit", "caught", "warned", "seed"}
    load_weights(small_network(), mirroring_file(out), sha256=card["weights_sha256"])


def test_a_killed_run_goes_on_to_the_same_end(small, data, tmp_path):
    fit = partial(fit_mirroring, data)
    assert_that_a_kill_changes_nothing(fit, MirrorLearner, small_network, mirroring_file, tmp_path)


def test_films_without_lungs_teach_nothing(small, data, run, tmp_path, monkeypatch):
    class Blind:
        def find(self, film):
            raise NoLungsFound("No two lungs were found.")

    monkeypatch.setattr(mirror_learner, "load_lung_finder", lambda folder: Blind())
    with pytest.raises(DatasetError, match=r"No film of .*data shows two lungs"):
        fit_mirroring(data, run, tmp_path / "out", epochs=1, seed=1)


def test_the_command(small, data, tmp_path, xray_home, capsys):
    out = tmp_path / "out"
    assert main(["mirroring", "--data", str(data), "--out", str(out), "--epochs", "1"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert {"schema_version": SCHEMA} | card == json.loads((out / "mirroring.json").read_text())
