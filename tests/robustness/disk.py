"""What does a process do to the disk, step by step? Every step is told before and after, and may fail or kill there."""

import builtins
import errno
import io
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Step(NamedTuple):
    """One step of a process on the disk.

    Attributes:
        kind: "open" for writing, "write", "fsync", "rename", "mkdir", "unlink", "rmdir", "lock" or "unlock".
        path: of the file or folder; of a rename its new name.
        source: the old name of a rename.
    """

    kind: str
    path: str
    source: str = ""


Hook = Callable[[str, Step], None]
"""Called with the moment, "before", "midst" or "after" the step; in the midst of a write, half of it is in the file."""


@contextmanager
def watched_disk(root: Path, hook: Hook) -> Iterator[None]:
    """Tell a hook of every step below a folder that this process takes in the context; the hook may raise."""
    with pytest.MonkeyPatch.context() as patch:
        watch_disk(patch, root, hook)
        yield


def watch_disk(patch: pytest.MonkeyPatch, root: Path, hook: Hook) -> None:
    """Do as `watched_disk` does, until the patch is undone."""
    seen = _Seen(str(root), hook)
    plain_open, low_open, fsync = io.open, os.open, os.fsync

    def opened(path: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if isinstance(path, int) or not set(mode) & set("wax+") or not seen.is_below(path):
            return plain_open(path, mode, *rest, **options)
        file = seen.step("open", path, lambda: plain_open(path, mode, *rest, **options))
        return WatchedFile(file, os.fspath(path), hook)

    def low_opened(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        if not flags & os.O_CREAT or not seen.is_below(path):
            return low_open(path, flags, *rest, **options)
        return int(seen.step("open", path, lambda: low_open(path, flags, *rest, **options)))

    def synced(file: Any) -> None:
        descriptor = file if isinstance(file, int) else file.fileno()
        seen.step("fsync", _path_of(descriptor), lambda: fsync(descriptor))

    def copied(source: Any, target: Any, **_: Any) -> Any:
        with opened(source, "rb") as read, opened(target, "wb") as written:
            written.write(read.read())
        return target

    for module in (io, builtins):
        patch.setattr(module, "open", opened)
    patch.setattr(os, "open", low_opened)
    patch.setattr(os, "fsync", synced)
    patch.setattr(shutil, "copyfile", copied)  # It would let the system copy, past every Python function.
    for name in ("rename", "replace"):
        patch.setattr(os, name, _rename(getattr(os, name), seen))
    for name in ("mkdir", "unlink", "rmdir"):
        patch.setattr(os, name, _of_path(getattr(os, name), name, seen))
    _watch_locks(patch, seen)


class WatchedFile:
    """A file that tells of every write."""

    def __init__(self, file: Any, path: str, hook: Hook) -> None:
        self._file, self._path, self._hook = file, path, hook

    def write(self, data: Any) -> int:
        """Write in two halves, the first of which reaches the file at once."""
        data = data if isinstance(data, str | bytes) else bytes(data)
        half = len(data) // 2
        step = Step("write", self._path)
        self._hook("before", step)
        self._file.write(data[:half])
        self._file.flush()
        self._hook("midst", step)
        self._file.write(data[half:])
        self._hook("after", step)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "WatchedFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@dataclass
class _Seen:
    root: str
    hook: Hook

    def is_below(self, path: Any) -> bool:
        return os.path.abspath(os.fspath(path)).startswith(self.root)  # noqa: PTH100 - pathlib would open nothing else

    def step(self, kind: str, path: Any, work: Callable[[], Any], *, source: Any = "") -> Any:
        if not self.is_below(path):
            return work()
        step = Step(kind, os.fspath(path), os.fspath(source))
        self.hook("before", step)
        done = work()
        self.hook("after", step)
        return done


def _path_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def _rename(function: Callable[..., Any], seen: _Seen) -> Callable[..., Any]:
    def call(source: Any, target: Any, **options: Any) -> Any:
        return seen.step("rename", target, lambda: function(source, target, **options), source=source)

    return call


def _of_path(function: Callable[..., Any], kind: str, seen: _Seen) -> Callable[..., Any]:
    def call(path: Any, *rest: Any, **options: Any) -> Any:
        if "dir_fd" in options:  # `shutil.rmtree` names files below an opened folder.
            return function(path, *rest, **options)
        return seen.step(kind, path, lambda: function(path, *rest, **options))

    return call


def _watch_locks(patch: pytest.MonkeyPatch, seen: _Seen) -> None:
    import fcntl

    flock = fcntl.flock

    def watched(descriptor: int, operation: int) -> None:
        step = "unlock" if operation == fcntl.LOCK_UN else "lock"
        seen.step(step, _path_of(descriptor), lambda: flock(descriptor, operation))

    patch.setattr(fcntl, "flock", watched)


WRITING = ("open", "write", "fsync", "rename", "mkdir")
"""Steps that need room on the disk."""


@dataclass
class FullDisk:
    """A disk that is full at one step that needs room, or from it on; a hook.

    Of a large file, written in many pieces, the 1st, 2nd, 4th, 8th ... piece is a step.

    Attributes:
        failing: number of the step, counted from 1.
        lasting: whether all later steps fail too.
        steps: the steps so far.
    """

    failing: int
    lasting: bool = False
    steps: list[str] = field(default_factory=list)
    _pieces: Counter[str] = field(default_factory=Counter)

    def __call__(self, moment: str, step: Step) -> None:
        """Count a step, or fail in it; a write that fails leaves half of its bytes."""
        if step.kind not in WRITING or moment != ("midst" if step.kind == "write" else "before"):
            return
        counts = self._counts(step)
        if counts:
            self.steps.append(f"{step.kind} {Path(step.path).name}")
        if (counts and len(self.steps) == self.failing) or (self.lasting and len(self.steps) >= self.failing):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), step.path)

    def _counts(self, step: Step) -> bool:
        if step.kind == "open":
            del self._pieces[step.path]
        self._pieces[step.path] += step.kind == "write"
        pieces = self._pieces[step.path]
        return step.kind != "write" or pieces & (pieces - 1) == 0

    @property
    def failed(self) -> str | None:
        """What failed first; None where it never came to it."""
        return self.steps[self.failing - 1] if len(self.steps) >= self.failing else None
