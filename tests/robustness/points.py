"""At which moments may a process die? Each point is a step on the disk, so that no program has to know of it."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from model_store.reading.preparation import PREPARATION
from tests.robustness.disk import Step

_RUN, _CARD, _NEW = "runs/*/", "versions/.*/*card.json*", "versions/.*/weights.safetensors"
_CROP, _FEATURE = f"cache/{PREPARATION}*/*", "cache/features-*/*"


@dataclass(frozen=True)
class Point:
    """One moment of a process.

    Attributes:
        moment: "before", "midst" or "after" the step.
        step: its kind, as `disk.Step` has it, or "train" for a training step.
        pattern: which path below the home folder; "*" stands for any characters.
        number: which time the step is taken, from 1.
        once: pattern of a path that has to have been renamed before; None for none.
    """

    moment: str
    step: str
    pattern: str
    number: int = 1
    once: str | None = None


TRAINING = {
    "before the run is written down": Point("before", "rename", f"{_RUN}run.json"),
    "after the run was written down": Point("after", "rename", f"{_RUN}run.json"),
    "in the midst of saying that it runs": Point("midst", "write", f"{_RUN}*run.json*", 2),
    "in the midst of the first crop": Point("midst", "write", _CROP),
    "after the first crop": Point("after", "rename", _CROP),
    "in the midst of the first feature": Point("midst", "write", _FEATURE),
    "after the first feature": Point("after", "rename", _FEATURE),
    "in the midst of the checkpoint before the first step": Point("midst", "write", f"{_RUN}*checkpoint.safetensors*"),
    "before the first step": Point("before", "train", "step"),
    "in the midst of the best epoch": Point("midst", "write", f"{_RUN}*best.safetensors*"),
    "after the best epoch was saved": Point("after", "rename", f"{_RUN}best.safetensors"),
    "before the metrics are replaced": Point("before", "rename", f"{_RUN}metrics.csv", 2),
    "in the midst of a checkpoint": Point("midst", "write", f"{_RUN}*checkpoint.safetensors*", 2),
    "after a checkpoint was saved": Point("after", "rename", f"{_RUN}checkpoint.safetensors", 2),
    "in the midst of the trained weights": Point("midst", "write", f"{_RUN}*weights.safetensors*"),
    "after the trained weights were saved": Point("after", "fsync", f"{_RUN}*weights.safetensors*"),
    "after the comparison was written": Point("after", "rename", f"{_RUN}comparison.json"),
    "while weights are copied": Point("midst", "write", _NEW),
    "after weights were copied": Point("after", "fsync", _NEW),
    "before the card": Point("before", "open", _CARD),
    "after the card": Point("after", "rename", _CARD),
    "before the version has its name": Point("before", "rename", "versions/[!.]*"),
    "after the version has its name": Point("after", "rename", "versions/[!.]*"),
    "before the result": Point("before", "rename", f"{_RUN}result.json"),
    "before the checkpoint goes": Point("before", "unlink", f"{_RUN}checkpoint.safetensors", once=f"{_RUN}result.json"),
    "before run.json says finished": Point("before", "rename", f"{_RUN}run.json", once=f"{_RUN}result.json"),
    "after run.json says finished": Point("after", "rename", f"{_RUN}run.json", once=f"{_RUN}result.json"),
}
"""Where a training dies, in the order of its life."""

ACTIVATING = {
    "after the lock was taken": Point("after", "lock", "active.lock"),
    "before the new content is opened": Point("before", "open", "*active.json*"),
    "in the midst of the new content": Point("midst", "write", "*active.json*"),
    "after the new content": Point("after", "write", "*active.json*"),
    "after the new content is on the disk": Point("after", "fsync", "*active.json*"),
    "before it takes its place": Point("before", "rename", "active.json"),
    "after it took its place": Point("after", "rename", "active.json"),
    "after the folder is on the disk": Point("after", "fsync", "."),
    "before the lock is freed": Point("before", "unlock", "active.lock"),
    "after the lock was freed": Point("after", "unlock", "active.lock"),
}
"""Where an activation or a rolling back dies."""

OLD_UNTIL = list(ACTIVATING).index("before it takes its place")
"""Up to this point the active version is the old one, and the new one after it."""


@dataclass
class At:
    """Does something at a point; a hook.

    Attributes:
        home: the folder to which the point's pattern belongs.
        point: when.
        act: what; None kills the process.
    """

    home: Path
    point: Point
    act: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self._left, self._ready = self.point.number, self.point.once is None

    def __call__(self, moment: str, step: Step) -> None:
        """Act where this is the moment."""
        place = Path(step.path).relative_to(self.home).as_posix()
        is_here = (moment, step.kind) == (self.point.moment, self.point.step) and fnmatch(place, self.point.pattern)
        if self._ready and is_here:
            self._left -= 1
            if self._left == 0:
                (self.act or _die)()
        if self.point.once and (moment, step.kind) == ("after", "rename") and fnmatch(place, self.point.once):
            self._ready = True


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wait_for(file: Path) -> Callable[[], None]:
    """Return an act: wait until a file is there."""

    def wait() -> None:
        while not file.exists():
            time.sleep(0.05)

    return wait
