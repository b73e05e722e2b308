"""Which trainings and examinations are there, and is one under way? Asked often, so it costs a look at file times."""

import re
import shutil
import time
from pathlib import Path

from filelock import FileLock, Timeout

from model_store.trainings.folder import RunAlreadyActive, RunFolder, RunNotFound
from model_store.trainings.status import STALE_SECONDS

_SPARE_SECONDS = 5.0
"""How much later than its heartbeat a file may have been written, in seconds."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class RunStore:
    """All runs of one kind under one home folder.

    Args:
        home: the app's folder.
        kind: "runs" for trainings, "examinations" for looks at the data before one.
    """

    def __init__(self, home: Path, kind: str = "runs") -> None:
        self.folder = home / kind

    def all(self) -> list[RunFolder]:
        """Return the runs, newest first."""
        found = [path.parent for path in self.folder.glob("*/run.json")]
        return [RunFolder(path) for path in sorted(found, key=_created, reverse=True)]

    def get(self, run_id: str) -> RunFolder:
        """Return a run by its id; raises RunNotFound."""
        run = RunFolder(self.folder / run_id)
        if not _ID.fullmatch(run_id) or not run.path.is_dir():
            raise RunNotFound(f"There is no run {run_id}.")
        return run

    def remove(self, run_id: str) -> None:
        """Delete a run's folder.

        Raises:
            RunNotFound: there is no such run.
            RunAlreadyActive: a process works on it.
        """
        run = self.get(run_id)
        under_way = RunAlreadyActive(f"Run {run_id} is under way; cancel it before it is deleted.")
        if run.status().is_active:
            raise under_way
        try:
            with FileLock(run.lock, timeout=1):  # Nobody takes it up meanwhile.
                shutil.rmtree(run.path)
        except Timeout:
            raise under_way from None


def _created(folder: Path) -> str:
    record = RunFolder(folder).status().record
    return record.begun if record else ""


def active_run(home: Path, kind: str = "runs") -> RunFolder | None:
    """Return the run on which a process works, or None.

    A live run's file is rewritten with every heartbeat, so that only files written just now are opened, and those of
    runs that are locked.

    Args:
        home: the app's folder.
        kind: "runs" for trainings, "examinations" for looks at the films before one.
    """
    oldest = time.time() - STALE_SECONDS - _SPARE_SECONDS
    for file in RunStore(home, kind).folder.glob("*/run.json"):
        run = RunFolder(file.parent)
        if (run.is_held or _written(file) >= oldest) and run.status().is_active:
            return run
    return None


def is_name_taken(home: Path, name: str) -> bool:
    """Return whether a run of this name is there, whether it ended well or not."""
    return (RunStore(home).folder / name).exists()


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
