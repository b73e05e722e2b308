"""A fit that is killed or interrupted goes on with `--resume` and comes to the same end."""

import pytest
from safetensors.numpy import load_file

from model_store.trainings.folder import RunFolder
from model_store.versions.registry import Registry
from tests.doubles.trainings.training_commands import home_of_its_own, training  # noqa: F401
from tests.doubles.trainings.training_doubles import Killed
from tests.robustness.disk_full import eagerly
from training.networks import loop
from training.networks.classifier.learner import CropLearner
from training.run import session

FULL = ("--preset", "full", "--init", "random")


@pytest.fixture(autouse=True)
def nothing_compiled():
    """To compile the tiny network takes longer than to use it; test_fit.py trains it compiled."""
    with eagerly():
        yield


def die_at(patch, number, error=Killed):
    steps, step = [], CropLearner.step

    def dying(self, batch, progress):
        if len(steps) == number:
            raise error
        steps.append(progress)
        return step(self, batch, progress)

    patch.setattr(CropLearner, "step", dying)


def figures_of(home, name):
    rows = RunFolder(home / "runs" / name).metrics()
    return [[value for key, value in row.items() if key != "seconds"] for row in rows]


def test_a_killed_fit_goes_on_to_the_same_end(home, data, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    assert training("fit", "--data", data, *FULL, "--run-id", "calm").status == 0
    for run, number in ((("--run-id", "killed"), 3), (("--resume", "killed"), 4), (("--resume", "killed"), 6)):
        with monkeypatch.context() as patch:
            die_at(patch, number)
            with pytest.raises(Killed):
                training("fit", "--data", data, *(FULL if run[0] == "--run-id" else ()), *run)
        assert Registry(home).names() == ["bundled", "calm"]
        assert RunFolder(home / "runs/killed").read_json("run")["status"] == "running"
    resumed = training("fit", "--data", data, "--resume", "killed")
    assert resumed.status == 0
    assert "version killed registered" in resumed.out
    assert (RunFolder(home / "runs/killed").path / "log.txt").read_text().count("resumed at epoch") == 3
    for row, calm in zip(figures_of(home, "killed"), figures_of(home, "calm"), strict=True):
        assert row == pytest.approx(calm, rel=1e-4, abs=1e-4)
    cards = [Registry(home).version(name).card.content for name in ("killed", "calm")]
    assert cards[0]["training"]["best_epoch"] == cards[1]["training"]["best_epoch"]
    assert cards[0]["recipe"] == cards[1]["recipe"]
    tensors = [load_file(Registry(home).version(name).weights) for name in ("killed", "calm")]
    for path, tensor in tensors[0].items():
        assert tensor == pytest.approx(tensors[1][path], rel=2e-3, abs=2e-3)


def test_an_interrupted_fit_says_how_to_go_on(home, data, monkeypatch):
    with monkeypatch.context() as patch:
        die_at(patch, 6, KeyboardInterrupt)
        stopped = training("fit", "--data", data, *FULL, "--run-id", "mine")
    assert stopped.status == 130
    assert "training: stopped; go on with --resume" in stopped.err
    assert training("fit", "--data", data, "--resume", "mine").status == 0


@pytest.mark.parametrize("written", ["result", "run"])
def test_killed_after_the_version_was_registered(home, data, monkeypatch, written):
    write, calls = RunFolder.write_json, []

    def dying(self, name, content):
        calls.append(name)
        if name == written and "result" in (name, *calls):
            raise Killed
        write(self, name, content)

    options = ("--preset", "head", "--init", "random", "--epochs", 1)
    monkeypatch.setattr(session, "BEAT_SECONDS", 1e6)  # The training is to die, not the thread of its heartbeat.
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "write_json", dying)
        with pytest.raises(Killed):
            training("fit", "--data", data, *options, "--run-id", "mine")
    before = Registry(home).version("mine").card
    assert training("fit", "--data", data, "--resume", "mine").status == 0
    run = RunFolder(home / "runs/mine")
    assert run.read_json("run")["status"] == "finished"
    assert run.read_json("result")["weights_sha256"] == before.weights_sha256
    assert Registry(home).version("mine").card == before
    assert {path.name for path in run.path.iterdir()} == {
        *("run.json", "run.lock", "metrics.csv", "log.txt", "result.json")
    }
