"""Who may train, and how do others see it? One process at a time, a heartbeat in run.json, an ear for cancel."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from model_store.basics.errors import UserError
from model_store.disk.writing import room_for
from model_store.trainings.cost import Stage
from model_store.trainings.folder import RunAlreadyActive, RunFolder
from model_store.trainings.store import active_run
from training.run.progress import Progress, RunCancelled

BEAT_SECONDS = 1.0
"""How often the heartbeat is written and a request to cancel is looked for."""

LOCK_SECONDS = 5.0
"""How long a run's lock is waited for at most, which whoever asks for its state holds for a moment."""

CANCEL_SECONDS = 7.0
"""After this long a cancelled process ends itself, with the checkpoint that is there; ten seconds are promised."""

CANCELLED_STATUS = 130
"""Exit status of a process that was cancelled, as a shell has it for Ctrl-C."""


@contextmanager
def only_training(home: Path) -> Iterator[None]:
    """Hold the place of the one training under a home; the system frees it however the process ends.

    Raises:
        RunAlreadyActive: another process holds it; the message says since when.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "training.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunAlreadyActive(_who_trains(home)) from None
    try:
        yield
    finally:
        lock.release()


def _who_trains(home: Path) -> str:
    run = active_run(home)
    since = run.status().since if run else None
    if run is None or since is None:
        return "Another training has just begun; wait until it has ended or cancel it."
    return f"Training {run.id} is under way since {since:%Y-%m-%d %H:%M} UTC; wait until it has ended or cancel it."


@contextmanager
def session(
    run: RunFolder, content: dict[str, Any], *, bytes_needed: int = 0, stages: Sequence[Stage] = ()
) -> Iterator[Progress]:
    """Keep run.json true while the block works on a run: running, then finished, failed or cancelled.

    Args:
        run: the run's folder.
        content: what run.json says of the run beside its state: data, recipe, note.
        bytes_needed: of disk, for the sentence of a disk that fills up.
        stages: what is expected, for the share of the whole and the time left.

    Yields:
        Where the block says how far it is; it raises RunCancelled in the block where somebody asked for it, by the
        run's `request_cancel`, by SIGTERM or by Ctrl-C.

    Raises:
        RunAlreadyActive: another process works on the run.
    """
    with _held(run):
        yield from _session(run, content, bytes_needed, stages)


@contextmanager
def _held(run: RunFolder) -> Iterator[None]:
    """Hold a run's lock, by which others see that it is alive; the system frees it however the process ends."""
    lock = FileLock(run.lock)
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise RunAlreadyActive(f"Run {run.id} is under way; wait until it has ended or cancel it.") from None
    try:
        yield
    finally:
        lock.release()


def _session(run: RunFolder, content: dict[str, Any], bytes_needed: int, stages: Sequence[Stage]) -> Iterator[Progress]:
    progress, run_json = Progress(stages), _RunJson(run, content)
    run.withdraw_cancel()
    run_json.write("running", started=_now(), ended=None, message=None, failure=None, **progress.snapshot())
    beat = threading.Event()
    thread = threading.Thread(target=_keep_beating, args=(run_json, progress, beat), daemon=True)
    thread.start()
    status = ""  # What ends the process otherwise is like a kill: the heartbeat goes stale.
    why: dict[str, str | None] = {"message": None, "failure": None}
    try:
        with _signals_stop(progress), room_for(run.path, bytes_needed, beforehand=False):
            yield progress
        status = "finished"
    except (RunCancelled, KeyboardInterrupt):
        status = "cancelled"
        raise
    except Exception as error:
        status, why = "failed", _why(error)
        raise
    finally:
        beat.set()
        thread.join()
        if status:
            with contextlib.suppress(OSError):  # A full disk; the stale heartbeat will tell.
                run_json.write(status, ended=_now(), **why, **progress.snapshot())


def _why(error: Exception) -> dict[str, str | None]:
    """Return what the record says of a failure; words of other programs, and paths, are for the log alone."""
    if isinstance(error, UserError):
        return {"message": str(error), "failure": None}
    return {"message": None, "failure": "disk" if isinstance(error, OSError) else "program"}


class _RunJson:
    """The file run.json of a run that is under way."""

    def __init__(self, run: RunFolder, content: dict[str, Any]) -> None:
        self.run, self._content = run, {"created": _now(), **content}

    def write(self, status: str, **changes: Any) -> None:
        self._content |= {"status": status, "heartbeat": _now(), **changes}
        self.run.write_json("run", self._content)


def _keep_beating(run_json: _RunJson, progress: Progress, ended: threading.Event) -> None:
    cancelled_at: float | None = None
    while not ended.wait(BEAT_SECONDS):
        if run_json.run.cancel_requested or progress.is_stopped:
            progress.stop()
            cancelled_at = cancelled_at or time.monotonic()
        late = cancelled_at is not None and time.monotonic() - cancelled_at > CANCEL_SECONDS
        with contextlib.suppress(OSError):  # The next beat may find room on the disk again.
            if late:
                run_json.write("cancelled", ended=_now(), **progress.snapshot())
            else:
                run_json.write("running", **progress.snapshot())
        if late:
            os._exit(CANCELLED_STATUS)  # In the midst of a long computation nothing hears; a kill is always survived.


@contextmanager
def _signals_stop(progress: Progress) -> Iterator[None]:
    """Let SIGTERM and the first Ctrl-C stop the training in order; a second Ctrl-C ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        progress.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def yield_to_others(threads: int | None, *, background: bool) -> None:
    """Leave the processor to whoever reads films meanwhile; to be called before TensorFlow has computed anything.

    Args:
        threads: of one operation at most; None for as many as there are cores.
        background: whether the process takes only what others leave.
    """
    if background:
        psutil.Process().nice(getattr(psutil, "IDLE_PRIORITY_CLASS", 19))  # The first is Windows's.
    if threads is not None:
        import cv2
        import tensorflow as tf

        cv2.setNumThreads(threads)
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
