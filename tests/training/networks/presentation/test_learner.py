"""Does the presentation network learn turns that put films upright, and does a broken training go on?"""

import json
from functools import partial

import keras
import numpy as np
import pytest
from PIL import Image

from model_store.basics.records import SCHEMA
from model_store.disk.weights import load_weights, sha256_of
from model_store.film.radiograph import Radiograph
from model_store.reading.film_check.presentation import CHEST, OTHER, SEVERAL
from model_store.trainings.folder import RunFolder
from model_store.versions.bundled import presentation_file
from tests.doubles.trainings.killed_runs import assert_that_a_kill_changes_nothing
from tests.doubles.trainings.training_doubles import draw_dataset, film, png
from training.__main__ import main
from training.data.labelled import DatasetError
from training.networks.presentation import learner as presentation_learner
from training.networks.presentation.learner import PresentationLearner, example_of, fit_presentation


def small_network():
    """The real network's ends with one layer in between."""
    seen = keras.Input((64, 64, 1), name="film")
    x = keras.layers.AveragePooling2D(8, name="smaller")(seen)
    x = keras.layers.Flatten(name="places")(x)
    return keras.Model(seen, keras.layers.Dense(8, name="logits")(x))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(presentation_learner, "build_presentation_network", small_network)
    monkeypatch.setattr(presentation_learner, "BATCH", 4)


@pytest.fixture(scope="module")
def films():
    return [film("NORMAL", number) for number in range(6)]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Eight people a class in train and one in test."""
    return draw_dataset(tmp_path_factory.mktemp("presentation") / "data", train=8, test=1)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return RunFolder(tmp_path / "run")


def learner(films, *, epochs=1):
    return PresentationLearner(films[:4], films[4:], [], epochs=epochs, seed=1)


class TestExample:
    @pytest.fixture(autouse=True)
    def not_varied(self, monkeypatch):
        monkeypatch.setattr(presentation_learner, "augment_picture", lambda picture, rng: picture)

    def test_the_turn_puts_it_upright(self, films, monkeypatch):
        monkeypatch.setattr(presentation_learner, "KIND_SHARES", (1, 0, 0))
        seen = set()
        for seed in range(40):
            picture, turn, inverted, kind = example_of(films[0], films, [], np.random.default_rng(seed))
            upright = np.rot90(picture, -turn)
            np.testing.assert_array_equal(255 - upright if inverted else upright, films[0])
            assert kind == CHEST
            seen.add((turn, inverted))
        assert len(seen) == 8, "four turns in two polarities"

    def test_it_is_the_turn_by_which_the_app_corrects_a_film(self, films, monkeypatch):
        monkeypatch.setattr(presentation_learner, "KIND_SHARES", (1, 0, 0))
        for seed in range(10):
            picture, turn, inverted, _ = example_of(films[0], films, [], np.random.default_rng(seed))
            corrected = Radiograph(picture, "0" * 64, "PNG").corrected(turn=turn, invert=inverted)
            np.testing.assert_array_equal(corrected.pixels, films[0])

    @pytest.mark.parametrize(("shares", "kind"), [((0, 1, 0), SEVERAL), ((0, 0, 1), OTHER)])
    def test_other_kinds_are_no_longer_the_film(self, films, monkeypatch, shares, kind):
        monkeypatch.setattr(presentation_learner, "KIND_SHARES", shares)
        for seed in range(5):
            picture, turn, inverted, found = example_of(films[0], films, [], np.random.default_rng(seed))
            assert found == kind
            assert picture.shape == (224, 224)
            upright = np.rot90(255 - picture if inverted else picture, -turn)
            assert np.abs(upright.astype(float) - films[0]).mean() > 5

    def test_the_film_is_not_changed(self, films):
        kept = films[0].copy()
        for seed in range(20):
            example_of(films[0], films, [], np.random.default_rng(seed))
        np.testing.assert_array_equal(films[0], kept)


class TestLearner:
    def test_the_loss_by_hand(self, small, films):
        """All logits 0: ln 4 for the turn, ln 2 for the polarity, ln 3 for the kind; no chest, no turn."""
        made = learner(films)
        made.network.set_weights([np.zeros_like(weight) for weight in made.network.get_weights()])
        seen = np.zeros((4, 64, 64, 1), np.float32)
        kinds = np.array([CHEST, CHEST, OTHER, SEVERAL], np.int32)
        batch = seen, np.array([0, 1, 2, 3], np.int32), np.array([0, 1, 0, 1], np.float32), kinds
        assert made.step(batch, 0.5) == pytest.approx(np.log(3) + (np.log(4) + np.log(2)) / 2, rel=1e-5)

    def test_batches_are_the_same_each_time_and_go_on_in_the_middle(self, small, films):
        made = PresentationLearner(films * 2, films, [], epochs=1, seed=1)
        first, again, later = (list(made.batches(0, start)) for start in (0, 0, 1))
        assert [len(turns) for _, turns, _, _ in first] == [4, 4, 4]
        for one, other in [*zip(first, again, strict=True), *zip(first[1:], later, strict=True)]:
            assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
        assert not np.array_equal(first[0][0], next(made.batches(1, 0))[0])
        seen, turns, inverted, kinds = first[0]
        assert (seen.shape, seen.dtype) == ((4, 64, 64, 1), np.float32)
        assert set(turns.tolist()) <= {0, 1, 2, 3}
        assert set(inverted.tolist()) <= {0, 1}
        assert set(kinds.tolist()) <= {CHEST, SEVERAL, OTHER}

    def test_validation_by_hand(self, small, films, monkeypatch):
        """The network always says: no turn, not inverted, a chest."""
        made = learner(films)
        zeros = [np.zeros_like(weight) for weight in made.network.get_weights()]
        zeros[-1][:] = [1, 0, 0, 0, -1, 1, 0, 0]
        made.network.set_weights(zeros)
        examples = iter(
            [(films[0], 0, False, CHEST), (films[1], 2, True, CHEST), (films[2], 1, True, OTHER)],
        )
        monkeypatch.setattr(presentation_learner, "example_of", lambda *_: next(examples))
        made._validation = films[:3]
        assert made.validate(0) == pytest.approx(
            {"val_turn": 1 / 2, "val_polarity": 1 / 2, "val_kind": 2 / 3, "val_loss": 1 / 2 + 1 / 2 + 1 / 3}
        )

    def test_validation_without_a_chest(self, small, films, monkeypatch):
        monkeypatch.setattr(presentation_learner, "KIND_SHARES", (0, 0, 1))
        figures = learner(films).validate(0)
        assert (figures["val_turn"], figures["val_polarity"]) == (1, 1)
        assert np.isfinite(figures["val_loss"])


def test_the_weights_are_written_with_their_card(small, data, run, tmp_path):
    out = tmp_path / "made/out"
    card = fit_presentation(data, None, run, out, epochs=2, seed=1)
    written = {"schema_version": SCHEMA} | card
    assert json.loads((out / "presentation.json").read_text()) == written == run.read_json("result")
    assert card["weights_sha256"] == sha256_of(presentation_file(out))
    assert card["images"]["training"] + card["images"]["validation"] == 16, "no film of the test folder"
    assert (card["images"]["others"], card["seed"], card["parameters"]) == (0, 1, 64 * 8 + 8)
    assert card["val_loss"] == pytest.approx(card["best_val_loss"]), "the card's figures are those of its weights"
    load_weights(small_network(), presentation_file(out), sha256=card["weights_sha256"])


def test_a_killed_run_goes_on_to_the_same_end(small, data, tmp_path):
    fit = partial(fit_presentation, data, None)
    assert_that_a_kill_changes_nothing(fit, PresentationLearner, small_network, presentation_file, tmp_path)


def test_films_that_cannot_be_read_teach_nothing(small, run, tmp_path):
    data = draw_dataset(tmp_path / "data", train=8)
    (data / "train/NORMAL/broken.png").write_bytes(b"no picture")
    card = fit_presentation(data, None, run, tmp_path / "out", epochs=1, seed=1)
    assert card["images"]["training"] + card["images"]["validation"] == 16


def test_without_a_film_that_can_be_read(small, run, tmp_path):
    data = draw_dataset(tmp_path / "data", train=3)
    for file in data.rglob("*.png"):
        file.write_bytes(file.name.encode())
    with pytest.raises(DatasetError, match=r"No film of .*data could be read; expected chest radiographs"):
        fit_presentation(data, None, run, tmp_path / "out", epochs=1, seed=1)


def test_the_command_learns_from_other_pictures_too(small, data, tmp_path, xray_home, capsys):
    others, out = tmp_path / "others", tmp_path / "out"
    (others / "pages").mkdir(parents=True)
    (others / "pages/page.png").write_bytes(png(np.full((50, 900), 240, np.uint8)))
    Image.new("RGB", (60, 40), "green").save(others / "lawn.jpg")
    (others / "notes.txt").write_text("no picture")
    options = ["--data", str(data), "--others", str(others), "--out", str(out), "--epochs", "1"]
    assert main(["presentation", *options]) == 0
    printed, err = capsys.readouterr()
    card = json.loads(printed)
    assert {"schema_version": SCHEMA} | card == json.loads((out / "presentation.json").read_text())
    assert card["images"]["others"] == 2
    (run,) = (xray_home / "runs").iterdir()
    assert f"run {run.name}: {run}" in err
    assert {path.name for path in run.iterdir()} >= {"metrics.csv", "log.txt", "result.json"}


def test_the_command_without_data(small, tmp_path, capsys):
    assert main(["presentation", "--data", str(tmp_path / "nowhere"), "--epochs", "1"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("training: ")
