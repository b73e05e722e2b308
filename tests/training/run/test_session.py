"""Is run.json true while a training runs, ends, fails, is cancelled or killed, and is there only one at a time?"""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model_store.disk.writing import DiskFull
from model_store.trainings.folder import RunAlreadyActive, RunFolder
from model_store.trainings.status import FAILURES
from model_store.trainings.store import active_run
from training.data.labelled import DatasetError
from training.run import session as module
from training.run.progress import Progress, RunCancelled
from training.run.session import only_training, session

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "home/runs/mine"
    folder.mkdir(parents=True)
    return RunFolder(folder)


def content(run):
    return run.read_json("run")


def wait_for(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_a_run_that_ends_well(run):
    with session(run, {"data": "somewhere", "created": "2026-01-01T00:00:00+00:00"}) as progress:
        progress.enter("training", steps=4, step=1, epoch=0, epochs=2)
        during = content(run)
    after = content(run)
    assert (during["status"], during["phase"], during["ended"], during["data"]) == (
        "running",
        "starting",
        None,
        "somewhere",
    )
    assert (after["status"], after["phase"], after["step"], after["steps"]) == ("finished", "training", 1, 4)
    assert (after["epoch"], after["epochs"], after["message"]) == (0, 2, None)
    assert after["created"] == "2026-01-01T00:00:00+00:00"
    assert during["started"] == after["started"] <= after["ended"]
    assert run.status().state == "finished"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DatasetError("Put more images into the folder."), "Put more images into the folder."),
        (OSError(5, "Input/output error", "/srv/films/Doe"), FAILURES["disk"]),
        (RuntimeError("OOM when allocating tensor with shape[64,113]"), FAILURES["program"]),
        (KeyError("secret"), FAILURES["program"]),
    ],
)
def test_a_run_that_fails_says_why_in_words_of_our_own(run, error, message):
    with pytest.raises(type(error)), session(run, {}):
        raise error
    assert (run.status().state, run.status().message) == ("failed", message)
    assert content(run)["failure"] == next((code for code, said in FAILURES.items() if said == message), None)
    assert run.status().can_resume


def test_a_disk_that_fills_up_is_said_in_words(run):
    with pytest.raises(DiskFull), session(run, {}, bytes_needed=112_000_000):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert run.status().message.startswith("The disk is full: 112 MB are needed, ")


@pytest.mark.parametrize("error", [RunCancelled, KeyboardInterrupt])
def test_a_run_that_is_cancelled(run, error):
    with pytest.raises(error), session(run, {}):
        raise error
    assert run.status().state == "cancelled"


def test_what_ends_the_process_leaves_the_state_to_the_lock(run):
    with pytest.raises(SystemExit), session(run, {}):
        assert run.status(datetime.now(UTC) + timedelta(days=1)).state == "running"
        raise SystemExit
    assert content(run)["status"] == "running"
    assert run.status().state == "interrupted"
    assert run.status().can_resume


def test_a_run_that_another_process_works_on(run, monkeypatch):
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.1)
    with session(run, {}), pytest.raises(RunAlreadyActive, match="Run mine is under way"), session(run, {}):
        pass
    assert run.status().state == "finished"


def test_the_heartbeat_and_the_place_are_renewed(run, monkeypatch):
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.02)
    with session(run, {}) as progress:
        first = content(run)["heartbeat"]
        progress.enter("training", steps=10, epoch=0, epochs=1)
        progress.advance()
        progress.figures(loss=0.5)
        wait_for(lambda: content(run)["step"] == 1)
        beaten = content(run)
        wait_for(lambda: content(run)["eta_seconds"] is not None)
    assert first < beaten["heartbeat"]
    assert beaten["metrics"] == {"loss": 0.5}


def test_a_full_disk_stops_no_heart(run, monkeypatch):
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.02)
    write = RunFolder.write_json
    with session(run, {}):
        with monkeypatch.context() as patch:
            patch.setattr(RunFolder, "write_json", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
            time.sleep(0.1)
        assert RunFolder.write_json is write
        before = content(run)["heartbeat"]
        wait_for(lambda: content(run)["heartbeat"] > before)


def test_a_request_to_cancel_is_heard(run, monkeypatch):
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.02)
    with pytest.raises(RunCancelled), session(run, {}) as progress:
        run.request_cancel()
        wait_for(lambda: progress.is_stopped)
        progress.advance()
    assert run.status().state == "cancelled"
    assert run.cancel_requested
    with session(run, {}) as progress:
        assert not run.cancel_requested
        time.sleep(0.1)
        progress.check()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_in_order(run, number):
    before = signal.getsignal(number)
    with pytest.raises(RunCancelled), session(run, {}) as progress:
        os.kill(os.getpid(), number)
        wait_for(lambda: progress.is_stopped)
        progress.check()
    assert signal.getsignal(number) is before
    assert run.status().state == "cancelled"


def test_one_training_at_a_time(tmp_path, run):
    home = tmp_path / "home"
    with only_training(home), session(run, {}):
        since = content(run)["started"][:16].replace("T", " ")
        with (
            pytest.raises(RunAlreadyActive, match=f"Training mine is under way since {since} UTC"),
            only_training(home),
        ):
            pytest.fail("a second training began")
    with only_training(home):
        assert active_run(home) is None
    with only_training(tmp_path / "another home"), only_training(home):
        pass


HANGING = """
import sys, time
from pathlib import Path
from model_store.trainings.store import RunFolder
from training.run import session
session.BEAT_SECONDS, session.CANCEL_SECONDS = 0.05, 0.5
home = Path(sys.argv[1])
with session.only_training(home), session.session(RunFolder(home / "runs/mine"), {}):
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def hanging(tmp_path, run):
    """A training that hears nothing, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", HANGING, str(tmp_path / "home")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_long_computation_is_broken_off(hanging, run):
    started = time.monotonic()
    run.request_cancel()
    assert hanging.wait(10) == module.CANCELLED_STATUS
    assert time.monotonic() - started < 5
    assert run.status().state == "cancelled"


def test_a_killed_process_frees_the_place_and_reads_interrupted(hanging, run, tmp_path):
    with pytest.raises(RunAlreadyActive, match="Training mine"), only_training(tmp_path / "home"):
        pass
    hanging.kill()
    hanging.wait()
    with only_training(tmp_path / "home"):
        pass
    assert run.status(datetime.now(UTC) + timedelta(seconds=16)).state == "interrupted"
    json.loads((run.path / "run.json").read_text())


def test_the_time_left_is_reckoned_from_the_share(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("training.run.progress.time.monotonic", lambda: now[0])
    progress = Progress()
    progress.enter("training", steps=10, share=0.2, epoch=1, epochs=3)
    assert progress.snapshot()["eta_seconds"] is None
    now[0] = 130.0
    progress.advance(share=0.5)
    # 0.3 of it took 30 s, so the other half takes 50 s.
    assert progress.snapshot()["eta_seconds"] == pytest.approx(50)
    progress.enter("training", steps=10, share=0.5, epoch=2, epochs=3)
    assert progress.snapshot()["eta_seconds"] == pytest.approx(50)
    progress.enter("comparing", steps=2)
    assert progress.snapshot() == {
        "phase": "comparing", "step": 0, "steps": 2, "epoch": None, "epochs": None, "eta_seconds": None, "metrics": {},
        "whole": None, "left_seconds": None,
    }  # fmt: skip
