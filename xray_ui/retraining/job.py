"""How does the screen start a training? As a process of its own, which outlives the browser and the app."""

import logging
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from model_store.basics.errors import UserError
from model_store.trainings.folder import RunFolder, RunNotFound
from model_store.trainings.request import TrainingRequest
from model_store.trainings.store import RunStore
from xray_ui.basics.errors import log_failure

CHECKOUT = Path(__file__).parents[2]
"""Where the package `training` lies; the process runs there."""

START_SECONDS = 60.0
"""How long the screen waits at most until a process has taken a job over, in seconds."""

REQUEST = "request"
"""Name, without its ending, of the file in an examination's folder that holds what was asked for."""

_POLL_SECONDS = 0.1
_SAYS = "training: "
_TAKEN_OVER = ("running", "finished", "cancelled")
_LOG = logging.getLogger(__name__)


class JobRefused(UserError, RuntimeError):
    """The trainer did not take the job; the message is one sentence for the clinician."""


def start_examination(request: TrainingRequest, home: Path) -> str:
    """Have the films examined before a training; returns the examination's id.

    Raises:
        JobRefused: the trainer did not begin; the sentence says why.
    """
    run_id = f"examination-{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    run = RunFolder(RunStore(home, "examinations").folder / run_id)
    _start(["examine", "--run-id", run_id, *_options(request)], run, home)
    if run.path.is_dir():
        run.write_json(REQUEST, request.as_json())
    return run_id


def start_training(request: TrainingRequest, home: Path) -> str:
    """Start a training whose films were examined; returns the run's id, which is the version's name.

    Raises:
        JobRefused: the trainer did not begin, as while another training is under way; the sentence says why.
    """
    run = RunFolder(RunStore(home).folder / request.name)
    _start(["fit", "--run-id", request.name, *_options(request)], run, home)
    return request.name


def resume(run_id: str, home: Path) -> str:
    """Go on with a run that has ended before its end; returns its id.

    Raises:
        JobRefused: the trainer did not begin; the sentence says why.
        RunNotFound: there is no such run.
    """
    run = RunStore(home).get(run_id)
    _start(["fit", "--resume", run_id, *_limits()], run, home)
    return run_id


def requested(run: RunFolder) -> TrainingRequest | None:
    """Return what an examination was asked for; None where that is not known."""
    try:
        return TrainingRequest.from_json(run.read_json(REQUEST))
    except (OSError, RunNotFound, ValueError, KeyError, TypeError, AttributeError):
        return None


def _options(request: TrainingRequest) -> list[str]:
    options = ["--data", str(request.data), "--preset", request.preset, "--init", request.init, "--compare"]
    options += ["--labels", str(request.labels)] if request.labels else []
    # One word each, since a note may begin with a hyphen.
    options += [f"--class={_one_line(name)}={meaning}" for name, meaning in request.classes.items()]
    options += [f"--split={_one_line(name)}={meaning}" for name, meaning in request.splits.items()]
    options += [f"--{key}={_one_line(text)}" for key, text in (("note", request.note), ("by", request.by)) if text]
    return options + _limits()


def _limits() -> list[str]:
    """Return what keeps a processor free for whoever reads films meanwhile."""
    return ["--background", "--threads", str(max(1, (os.cpu_count() or 1) - 1))]


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _start(arguments: Sequence[str], run: RunFolder, home: Path) -> None:
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "training", *arguments],
            cwd=CHECKOUT,
            env=os.environ | {"XRAY_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Neither Ctrl-C on the app nor the end of its terminal reaches the trainer; on Windows the second says so.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        # Somebody has to ask how it ended, or the dead process stays in the system's table.
        threading.Thread(target=process.wait, name="training-process", daemon=True).start()
        _wait_until_taken_over(process, run, output)


def _wait_until_taken_over(process: "subprocess.Popen[bytes]", run: RunFolder, output: IO[bytes]) -> None:
    """Return once run.json is the process's own, or the time is up: a slow start is no refusal."""
    before = _beat(run)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        ended = process.poll()
        if ended is not None:
            if ended != 0:
                raise JobRefused(_why(output, ended))
            return
        if _beat(run) != before and run.status().state in _TAKEN_OVER:
            return
        time.sleep(_POLL_SECONDS)


def _beat(run: RunFolder) -> object:
    record = run.status().record
    return record.heartbeat if record else None


def _why(output: IO[bytes], status: int) -> str:
    """Return the trainer's last sentence, or one with an error number."""
    output.seek(0)
    lines = output.read().decode(errors="replace").splitlines()
    said = [line.removeprefix(_SAYS) for line in lines if line.startswith(_SAYS)]
    if said and status in (2, 3):
        return said[-1]
    number = log_failure(_LOG, ChildProcessError(f"exit status {status}"))
    return f"The training could not be started (error {number}). Nothing was changed; please try again."
