"""Every error of `python -m training` is one sentence and status 2."""

import pytest

from model_store.trainings.folder import RunFolder
from tests.doubles.trainings.training_commands import home_of_its_own, in_home, training  # noqa: F401
from tests.doubles.trainings.training_doubles import draw_dataset, film, name_of, png, use_tiny_network
from training.__main__ import main


def fails(*arguments):
    """Return the sentence with which a command ends; before it at most stands what was found in the data folder."""
    ended = training(*arguments)
    assert (ended.status, ended.out) == (2, "")
    *before, last = ended.err.splitlines()
    assert last.startswith("training: ")
    found = ("run ", "The names of folders", "Films are learned from", "Films of the test split", "Left out are")
    assert all(line.startswith(found) or "were left out" in line for line in before), before
    return last


def test_fit_without_data(home, tmp_path):
    assert "There is no folder" in fails("fit", "--data", tmp_path / "nowhere", "--init", "random")
    (tmp_path / "empty").mkdir()
    options = ("--init", "random", "--run-id", "second")
    assert "No images of class NORMAL" in fails("fit", "--data", tmp_path / "empty", *options)


def test_fit_without_a_class(home, tmp_path):
    (tmp_path / "data/train/NORMAL").mkdir(parents=True)
    (tmp_path / "data/train/NORMAL/a.png").write_bytes(png(film("NORMAL", 1)))
    assert "No images of class PNEUMONIA" in fails("fit", "--data", tmp_path / "data", "--init", "random")


def test_fit_on_a_test_folder_alone(home, tmp_path):
    draw_dataset(tmp_path / "data", test=2)
    assert "No images of class NORMAL" in fails("fit", "--data", tmp_path / "data", "--init", "random")


def test_fit_with_one_patient(home, tmp_path):
    draw_dataset(tmp_path / "data", train=1)
    assert "has fewer than two patients" in fails("fit", "--data", tmp_path / "data", "--init", "random")


def test_fit_from_a_version_that_is_not_there(home, data):
    assert "There is no version 'nobody'" in fails("fit", "--data", data, "--init", "nobody")


@pytest.mark.parametrize("name", ["../outside", ".hidden", "a b", "bundled", "x" * 65])
def test_a_name_that_no_version_can_have_is_refused_before_training(home, data, name, tmp_path):
    assert "cannot name a version" in fails("fit", "--data", data, "--init", "random", "--run-id", name)
    assert not home.exists()
    assert not (home.parent / "outside").exists()


def test_a_name_is_used_once(tiny, data, monkeypatch):
    in_home(monkeypatch, tiny.home)
    assert "There is a version 'first' already" in fails("fit", "--data", data, "--run-id", "first")
    (tiny.home / "runs/begun").mkdir(exist_ok=True)
    assert "go on with --resume begun" in fails("fit", "--data", data, "--run-id", "begun")


def test_resuming_what_cannot_be_resumed(tiny, data, tmp_path, monkeypatch):
    in_home(monkeypatch, tiny.home)
    assert "There is no run nobody" in fails("fit", "--data", data, "--resume", "nobody")
    assert "has finished" in fails("fit", "--data", data, "--resume", "first")
    (tiny.home / "runs/bare").mkdir(exist_ok=True)
    assert "What run bare was told is missing" in fails("fit", "--data", data, "--resume", "bare")
    RunFolder(tiny.home / "runs/bare").write_json("run", {**tiny.run.read_json("run"), "status": "running"})
    other = draw_dataset(tmp_path / "other", train=2)
    assert f"was begun on {data}" in fails("fit", "--data", other, "--resume", "bare")


@pytest.mark.parametrize("option", ["--epochs", "--steps-per-epoch", "--validation-steps"])
@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_numbers_that_make_no_training(home, data, option, number, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["fit", "--data", str(data), f"{option}={number}"])
    assert ended.value.code == 2
    assert f"expected a whole number from 1 up, received '{number}'" in capsys.readouterr().err
    assert not home.exists()


def test_judging_what_cannot_be_judged(tiny, data, tmp_path, monkeypatch):
    in_home(monkeypatch, tiny.home)
    use_tiny_network(monkeypatch)
    judge = ("evaluate", "--version", "first")
    assert "There is no version 'nobody'" in fails("evaluate", "--data", data, "--version", "nobody")
    assert "found in elsewhere below" in fails(*judge, "--data", data, "--split", "elsewhere")
    assert "There is no folder" in fails(*judge, "--data", tmp_path / "nowhere")
    unreadable = draw_dataset(tmp_path / "unreadable", test=1)
    (unreadable / "test/NORMAL" / name_of("NORMAL", 1)).write_bytes(b"")
    assert "This file is empty" in fails(*judge, "--data", unreadable)
    assert tiny.version.card.content["test_readings"] == 2


def test_damaged_weights_are_not_judged(tiny, data, home):
    target = home / "versions/first"
    target.mkdir(parents=True)
    (target / "card.json").write_bytes((tiny.version.folder / "card.json").read_bytes())
    (target / "weights.safetensors").write_bytes(tiny.version.weights.read_bytes()[:-1] + b"?")
    assert "is not the one its card names" in fails("evaluate", "--data", data, "--version", "first")
