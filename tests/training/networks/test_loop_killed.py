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

from model_store.trainings.folder import RunFolder
from tests.doubles.trainings.training_doubles import Cell, Killed, ToyLearner
from tests.training.networks.test_loop import new_run, outcome, undisturbed
from training.networks import loop
from training.networks.loop import train

ROOT = Path(__file__).parents[3]


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
sys.path.insert(0, {root!r})
from pathlib import Path
from model_store.trainings.store import RunFolder
from tests.doubles.trainings.training_doubles import ToyLearner
from training.networks import loop
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
    script = CHILD.format(root=str(ROOT))
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


def test_patience_goes_on_counting_after_a_kill(tmp_path):
    run = new_run(tmp_path / "killed")
    losses = [1.0, 2, 2, 2, 2, 0.5]
    with pytest.raises(Killed):
        train(ToyLearner(epochs=6, losses=losses, kill_at=10), run, patience=3)
    result = train(ToyLearner(epochs=6, losses=losses), run, patience=3)
    assert (result["epochs"], result["best_epoch"]) == (4, 0)


def test_seconds_add_up_over_a_kill(tmp_path, monkeypatch):
    run = new_run(tmp_path / "killed")
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
