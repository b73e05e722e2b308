"""The trainer as a process of its own: what it is told, how it begins, and what is said where it does not."""

import json
import logging
import os
import sys
import time
from pathlib import Path

import pytest

from model_store.trainings import request as trainings_request
from model_store.trainings.folder import RunFolder, RunNotFound
from model_store.trainings.request import TrainingRequest
from model_store.trainings.store import RunStore
from tests.doubles.trainings.run_doubles import moment, write_run
from training.options import build_parser
from xray_ui.retraining import job
from xray_ui.retraining.job import JobRefused

TRAINER = """
import json, os, sys, time
from datetime import UTC, datetime
from pathlib import Path

home = Path(os.environ["XRAY_HOME"])
arguments = sys.argv[1:]
seen = {{"arguments": arguments, "stdin": sys.stdin.read(), "leads_its_session": os.getsid(0) == os.getpid(),
         "folder": os.getcwd(), "pid": os.getpid()}}
(home / "seen.json").write_text(json.dumps(seen))
kind = "examinations" if arguments[0] == "examine" else "runs"
name = next(word for before, word in zip(arguments, arguments[1:]) if before in ("--run-id", "--resume"))

def take_over(status="running"):
    folder = home / kind / name
    folder.mkdir(parents=True, exist_ok=True)
    content = {{"status": status, "heartbeat": datetime.now(UTC).isoformat()}}
    (folder / "run.json.part").write_text(json.dumps(content))
    (folder / "run.json.part").rename(folder / "run.json")

{body}
"""
"""A package `training` that does what a test needs."""


@pytest.fixture(name="trainer")
def fake_trainer(tmp_path, monkeypatch, xray_home):
    """Let a test say what `python -m training` does."""
    xray_home.mkdir()
    package = tmp_path / "checkout" / "training"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.setattr(job, "CHECKOUT", package.parent)

    def does(body: str) -> None:
        (package / "__main__.py").write_text(TRAINER.format(body=body))

    return does


def request(**changes) -> TrainingRequest:
    return TrainingRequest(**{"data": Path("/films"), "preset": "head", "init": "bundled", "name": "spring"} | changes)


def seen(home: Path) -> dict:
    return json.loads((home / "seen.json").read_text())


def test_a_training_is_told_everything_and_leaves_a_processor_free(trainer, xray_home, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    trainer("take_over()")
    told = request(note="--by=eve\n-x", by="Dr. Weber", labels=Path("/films/labels.csv"), classes={"a=b": "NORMAL"})
    assert job.start_training(told, xray_home) == "spring"
    assert seen(xray_home)["arguments"] == [
        *("fit", "--run-id", "spring", "--data", "/films", "--preset", "head", "--init", "bundled", "--compare"),
        *("--labels", "/films/labels.csv", "--class=a=b=NORMAL", "--note=--by=eve -x", "--by=Dr. Weber"),
        *("--background", "--threads", "7"),
    ]


@pytest.mark.parametrize("command", ["fit", "examine"])
def test_the_real_trainer_understands_what_it_is_told(command):
    told = request(note="-n", by="Dr. Weber", classes={"ill=": "PNEUMONIA", "other": "-"}, labels=Path("/films/l.csv"))
    options = build_parser().parse_args([command, "--run-id", "spring", *job._options(told)])
    assert (options.data, options.labels, options.init) == (Path("/films"), Path("/films/l.csv"), "bundled")
    assert (options.preset, options.run_id, options.compare, options.background) == ("head", "spring", True, True)
    assert (options.note, options.by, options.classes) == ("-n", "Dr. Weber", [("ill=", "PNEUMONIA"), ("other", "-")])
    assert options.threads >= 1


def test_the_real_trainer_refuses_in_a_sentence(xray_home):
    with pytest.raises(JobRefused, match="'bundled' cannot name a version"):
        job.start_training(request(name="bundled"), xray_home)
    with pytest.raises(RunNotFound, match="no run gone"):
        job.resume("gone", xray_home)


def test_the_process_is_on_its_own(trainer, xray_home):
    """It leads a session, so that no signal of the app's terminal reaches it, and it has no input and its own home."""
    trainer("take_over()\ntime.sleep(0.3)\n(home / 'still there').touch()")
    job.start_training(request(), xray_home)
    there = seen(xray_home)
    assert there["leads_its_session"]
    assert there["stdin"] == ""
    assert there["folder"] == str(job.CHECKOUT)
    assert there["pid"] != os.getpid()
    wait_for(xray_home / "still there")


def wait_for(path: Path) -> None:
    for _ in range(1200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path.name} never appeared")


def test_an_examination_keeps_what_was_asked_for(trainer, xray_home):
    trainer("take_over()")
    told = request(note="spring", by="Dr. Weber", classes={"healthy": "NORMAL"}, labels=Path("/films/labels.csv"))
    run_id = job.start_examination(told, xray_home)
    assert seen(xray_home)["arguments"][:3] == ["examine", "--run-id", run_id]
    assert job.requested(RunStore(xray_home, "examinations").get(run_id)) == told


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"data": 3}'])
def test_a_damaged_request_is_none(tmp_path, content):
    (tmp_path / "request.json").write_text(content)
    assert job.requested(RunFolder(tmp_path)) is None
    assert job.requested(RunFolder(tmp_path / "nowhere")) is None


@pytest.mark.parametrize("status", [2, 3])
def test_a_refusal_is_the_trainers_last_sentence(trainer, xray_home, status):
    trainer(
        f"print('noise', file=sys.stderr)\nsys.stderr.write('training: one.\\ntraining: two.\\n')\nsys.exit({status})"
    )
    with pytest.raises(JobRefused, match=r"^two\.$"):
        job.start_training(request(), xray_home)


def test_a_failed_run_is_not_taken_for_one_that_began(trainer, xray_home):
    trainer("take_over('failed')\ntime.sleep(0.3)\nprint('training: No films.', file=sys.stderr)\nsys.exit(2)")
    with pytest.raises(JobRefused, match=r"^No films\.$"):
        job.start_training(request(), xray_home)


def test_a_crash_is_a_number_and_nothing_of_the_traceback(trainer, xray_home, caplog):
    trainer("print('training: secret', file=sys.stderr)\nraise KeyError('/home/ward/film.png')")
    with caplog.at_level(logging.ERROR), pytest.raises(JobRefused, match="could not be started") as refusal:
        job.start_training(request(), xray_home)
    number = str(refusal.value).split("error ")[1].split(")")[0]
    assert f"error {number}: ChildProcessError" in caplog.text
    for private in ("ward", "secret", "Traceback"):
        assert private not in str(refusal.value) + caplog.text


def test_a_job_that_is_done_at_once_was_no_refusal(trainer, xray_home):
    trainer("take_over('finished')")
    assert job.start_training(request(), xray_home) == "spring"


def test_a_slow_start_is_no_refusal(trainer, xray_home, monkeypatch):
    monkeypatch.setattr(job, "START_SECONDS", 0.3)
    trainer("time.sleep(1.5)\ntake_over()")
    began = time.monotonic()
    assert job.start_training(request(), xray_home) == "spring"
    assert time.monotonic() - began < 1.2
    wait_for(xray_home / "runs" / "spring" / "run.json")


def test_resuming_waits_for_the_new_process_not_for_the_old_state(trainer, xray_home):
    run = write_run(xray_home, "spring", "running", heartbeat=moment(-100))
    assert run.status().state == "interrupted"
    trainer("time.sleep(0.4)\ntake_over()\ntime.sleep(0.5)")
    job.resume("spring", xray_home)
    assert run.status().state == "running"
    assert seen(xray_home)["arguments"][:3] == ["fit", "--resume", "spring"]


def test_an_account_without_a_name_is_empty(monkeypatch):
    def unknown():
        raise OSError("no such user")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert trainings_request.account() == ""


def test_the_trainer_is_this_python():
    assert Path(sys.executable).exists()
    assert (job.CHECKOUT / "training" / "__main__.py").is_file()
