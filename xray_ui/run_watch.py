"""Is anything being trained or examined right now? Asked every other second, so it costs a look at file times."""

import time
from pathlib import Path

from model_store.runs import STALE_SECONDS, RunFolder, RunStore

_SPARE_SECONDS = 5.0
"""How much later than its heartbeat a file may have been written, in seconds."""


def active_run(home: Path, kind: str = "runs") -> RunFolder | None:
    """Return the run on which a process works, or None.

    A live run's file is rewritten with every heartbeat, so that only files written just now are opened.

    Args:
        home: the app's folder.
        kind: "runs" for trainings, "examinations" for looks at the films before one.
    """
    oldest = time.time() - STALE_SECONDS - _SPARE_SECONDS
    for file in RunStore(home, kind).folder.glob("*/run.json"):
        if _written(file) >= oldest and (run := RunFolder(file.parent)).status().is_active:
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
