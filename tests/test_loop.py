"""A training that is killed anywhere and resumed ends exactly as one that nobody disturbed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from training_doubles import Cell, Killed, ToyLearner

from model_store.runs import RunFolder
from training import loop
from training.loop import train

TESTS = Path(__file__).parent


@pytest.fixture
def run(tmp_path):
    return new_run(tmp_path / "run")


def new_run(path):
    path.mkdir(parents=True)
    return RunFolder(path)


def outcome(learner, run, result):
    """Everything that a training leaves behind, but for the clock."""
    metrics = [{key: value for key, value in row.items() if key != "seconds"} for row in run.metrics()]
    return learner.state(), metrics, {key: value for key, value in result.items() if key != "seconds"}


def undisturbed(path, **options):
    learner, run = ToyLearner(**options), new_run(path)
    return outcome(learner, run, train(learner, run))


def test_the_toy_learns_and_overshoots(run):
    result = train(ToyLearner(), run)
    losses = [row["val_loss"] for row in run.metrics()]
    assert losses[0] > 10 > losses[2] > 1 > losses[1]
    assert (result["best_epoch"], result["epochs"], result["best_val_loss"]) == (1, 4, losses[1])


def test_each_epoch_leaves_a_row_and_a_line(run):
    train(ToyLearner(), run)
    rows = run.metrics()
    assert [row["epoch"] for row in rows] == [0, 1, 2, 3]
    assert set(rows[0]) == {"epoch", "loss", "val_loss", "seconds"}
    assert "epoch 4/4 loss" in (run.path / "log.txt").read_text()


def test_progress_is_the_share_of_all_steps_done(run):
    learner = ToyLearner(epochs=2, steps=2)
    train(learner, run)
    assert learner.progress == [0, 0.25, 0.5, 0.75]


def test_the_loss_of_an_epoch_is_the_mean_over_its_steps(run):
    class Counting(ToyLearner):
        def step(self, batch, progress):
            super().step(batch, progress)
            return float(self.steps_made)

    train(Counting(epochs=2, steps=3), run)
    assert [row["loss"] for row in run.metrics()] == [2.0, 5.0]


@pytest.mark.parametrize("seconds", [-1.0, 1e9], ids=["checkpoint-each-step", "checkpoint-each-epoch"])
@pytest.mark.parametrize("kill_at", range(12))
def test_killed_in_a_step_and_resumed(tmp_path, monkeypatch, seconds, kill_at):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", seconds)
    run = new_run(tmp_path / "killed")
    with pytest.raises(Killed):
        train(ToyLearner(kill_at=kill_at), run)
    learner = ToyLearner()
    assert outcome(learner, run, train(learner, run)) == undisturbed(tmp_path / "calm")
    most_repeated = 0 if seconds < 0 else 2
    assert 12 <= kill_at + learner.steps_made <= 12 + most_repeated


def test_killed_again_and_again(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    run, kills = new_run(tmp_path / "killed"), 0
    while True:
        learner = ToyLearner(kill_at=2)
        try:
            result = train(learner, run)
        except Killed:
            kills += 1
        else:
            break
    assert kills >= 4
    assert outcome(learner, run, result) == undisturbed(tmp_path / "calm")


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_write(tmp_path, monkeypatch, when):
    expected = undisturbed(tmp_path / "calm", losses=[4.0, 2.0, 3.0, 1.0])
    write = loop.write_atomically
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    fail_at, finished = 0, False
    while not finished:
        writes = 0

        def failing(path, data, limit=fail_at):
            nonlocal writes
            writes += 1
            if writes - 1 == limit and when == "before":
                raise Killed
            write(path, data)
            if writes - 1 == limit:
                raise Killed

        run = new_run(tmp_path / f"killed{fail_at}")
        monkeypatch.setattr(loop, "write_atomically", failing)
        try:
            train(ToyLearner(losses=[4.0, 2.0, 3.0, 1.0]), run)
            finished = True
        except Killed:
            monkeypatch.setattr(loop, "write_atomically", write)
            learner = ToyLearner(losses=[4.0, 2.0, 3.0, 1.0])
            assert outcome(learner, run, train(learner, run)) == expected
        fail_at += 1
    assert fail_at == 1 + 1 + 4 * 3 + 3  # The start; each epoch's two steps and end; three times a new best.


@pytest.mark.parametrize("method", ["validate", "add_metrics", "log"])
def test_killed_between_two_epochs(tmp_path, monkeypatch, method):
    run, learner = new_run(tmp_path / "killed"), ToyLearner()
    owner = ToyLearner if method == "validate" else RunFolder
    calls, real = [], getattr(owner, method)

    def failing(self, *arguments):
        calls.append(method)
        if len(calls) == 2:
            raise Killed
        return real(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(owner, method, failing)
        with pytest.raises(Killed):
            train(learner, run)
    learner = ToyLearner()
    assert outcome(learner, run, train(learner, run)) == undisturbed(tmp_path / "calm")


CHILD = """
import sys, time
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from model_store.runs import RunFolder
from training_doubles import ToyLearner
from training import loop
loop.CHECKPOINT_SECONDS = 0.02
class Slow(ToyLearner):
    def step(self, batch, progress):
        time.sleep(0.01)
        return super().step(batch, progress)
run = RunFolder(Path(sys.argv[1]))
run.log("begun")
loop.train(Slow(epochs=6, steps=20), run)
"""


def test_a_real_kill_at_random_moments(tmp_path):
    run = new_run(tmp_path / "killed")
    script = CHILD.format(tests=str(TESTS), root=str(TESTS.parent))
    begun, kills = 0, 0
    while True:
        child = subprocess.Popen([sys.executable, "-c", script, str(run.path)], stderr=subprocess.PIPE)
        begun += 1
        wait_until(lambda begun=begun: lines(run, "begun") == begun, child)
        if kills < 3:
            time.sleep(random.Random(kills).uniform(0.1, 0.5))
            os.kill(child.pid, signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
            child.stderr.close()
            kills += 1
            continue
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors.decode()
        break
    assert lines(run, "resumed at epoch") >= 2
    learner = ToyLearner(epochs=6, steps=20)
    result = train(learner, run)  # Nothing is left to train; this loads the best.
    assert learner.steps_made == 0
    assert outcome(learner, run, result) == undisturbed(tmp_path / "calm", epochs=6, steps=20)


def lines(run, text):
    log = run.path / "log.txt"
    return log.read_text().count(text) if log.exists() else 0


def wait_until(true, child):
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        assert child.poll() is None, child.stderr.read().decode()
        time.sleep(0.005)


def test_a_finished_training_is_not_trained_again(run):
    train(ToyLearner(), run)
    learner = ToyLearner(kill_at=0)
    result = train(learner, run)
    assert (result["epochs"], learner.steps_made) == (4, 0)


def test_the_best_epoch_is_restored(run, tmp_path):
    learner = ToyLearner(losses=[3.0, 1.0, 2.0, 1.5])
    result = train(learner, run)
    assert (result["best_epoch"], result["best_val_loss"]) == (1, 1.0)
    assert learner.state() == state_after(tmp_path / "short", steps=6)
    assert learner.state() != state_after(tmp_path / "long", steps=12)


def state_after(path, *, steps):
    """The variables after so many of twelve steps, with nothing restored."""
    learner = ToyLearner(kill_at=steps, candidates=[])
    run = new_run(path)
    if steps < 12:
        with pytest.raises(Killed):
            train(learner, run)
    else:
        train(learner, run)
    return learner.state()


def test_only_candidates_are_chosen(run):
    result = train(ToyLearner(losses=[1.0, 2.0, 4.0, 3.0], candidates=[2, 3]), run)
    assert (result["best_epoch"], result["best_val_loss"]) == (3, 3.0)


def test_the_first_of_equal_epochs_is_chosen(run):
    assert train(ToyLearner(losses=[2.0, 1.0, 1.0, 1.0]), run)["best_epoch"] == 1


@pytest.mark.parametrize(
    ("losses", "patience", "epochs", "best"),
    [
        ([1.0, 2, 2, 2, 2, 0.5], 3, 4, 0),  # Three epochs without a better one: the fifth is not begun.
        ([3.0, 2, 4, 4, 1, 5], 3, 6, 4),
        ([3.0, 2, 4, 4, 4, 1], 3, 5, 1),
        ([1.0, 2, 2, 2, 2, 0.5], None, 6, 5),
        ([1.0, 0.9, 0.8, 0.7, 0.6, 0.5], 1, 6, 5),
    ],
)
def test_patience(run, losses, patience, epochs, best):
    result = train(ToyLearner(epochs=6, losses=losses), run, patience=patience)
    assert (result["epochs"], result["best_epoch"]) == (epochs, best)
    assert len(run.metrics()) == epochs


def test_patience_goes_on_counting_after_a_kill(run):
    losses = [1.0, 2, 2, 2, 2, 0.5]
    with pytest.raises(Killed):
        train(ToyLearner(epochs=6, losses=losses, kill_at=10), run, patience=3)
    result = train(ToyLearner(epochs=6, losses=losses), run, patience=3)
    assert (result["epochs"], result["best_epoch"]) == (4, 0)


def test_without_a_candidate_the_last_weights_stay(run, tmp_path):
    learner = ToyLearner(candidates=[])
    assert train(learner, run)["best_epoch"] == -1
    assert learner.state() == state_after(tmp_path / "long", steps=12)


def test_seconds_add_up_over_a_kill(run, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)

    class Slow(ToyLearner):
        def step(self, batch, progress):
            time.sleep(0.02)
            return super().step(batch, progress)

    with pytest.raises(Killed):
        train(Slow(epochs=2, steps=10, kill_at=15), run)
    assert 0.4 <= train(Slow(epochs=2, steps=10), run)["seconds"] < 2


def test_keras_variables_are_kept_in_full_precision(tmp_path):
    import keras

    run = new_run(tmp_path / "killed")
    with pytest.raises(Killed):
        train(ToyLearner(variable=keras.Variable, kill_at=7), run)
    learner = ToyLearner(variable=keras.Variable)
    found = outcome(learner, run, train(learner, run))
    assert found == undisturbed(tmp_path / "calm")
    assert isinstance(learner.variables[0], keras.Variable)
    assert not isinstance(learner.variables[0], Cell)
    assert np.asarray(learner.variables[0]).dtype == np.float32
