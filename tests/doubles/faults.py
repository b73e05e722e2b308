"""A disk that fails at one step, or a process that is killed there: every step that changes the disk is counted."""

import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER_SYNC = "fsync of a folder"


class Killed(BaseException):
    """The process is dead: from here on no step of it reaches the disk any more."""


def disk_full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Steps:
    """The steps so far, by name, and the number of the one that fails; a killed process fails at all that follow."""

    def __init__(self, failing: int, error: Callable[[], BaseException]) -> None:
        self.names: list[str] = []
        self.failing, self.error = failing, error
        self.raised: BaseException | None = None
        self.killing = isinstance(error(), Killed)

    def fails(self, name: str) -> bool:
        self.names.append(name)
        return len(self.names) == self.failing or (self.killing and len(self.names) > self.failing)

    def take(self, name: str) -> None:
        if self.fails(name):
            raise self.error()

    @property
    def failed(self) -> str | None:
        """Name of the step that failed; None where there were not so many."""
        return self.names[self.failing - 1] if len(self.names) >= self.failing else None


@contextmanager
def failing_step(failing: int, error: Callable[[], BaseException] = disk_full) -> Iterator[Steps]:
    """Fail the step of this number, counted from 1; a write that fails leaves half of its bytes."""
    steps = Steps(failing, error)
    io_open, copyfile, fsync = io.open, shutil.copyfile, os.fsync

    class Written(io.FileIO):
        def write(self, data, /):
            if steps.fails("write"):
                super().write(bytes(data)[: len(data) // 2])
                raise steps.error()
            return super().write(data)

    def opened(path, mode="r", *rest, **options):
        if mode != "wb":
            return io_open(path, mode, *rest, **options)
        steps.take("open")
        return Written(path, "wb")

    def copied(source, target, **options):
        if steps.fails("copyfile"):
            data = Path(source).read_bytes()
            with io_open(target, "wb") as file:
                file.write(data[: len(data) // 2])
            raise steps.error()
        return copyfile(source, target, **options)

    def synced(descriptor):
        steps.take(FOLDER_SYNC if Path(f"/dev/fd/{descriptor}").is_dir() else "fsync")
        fsync(descriptor)

    def counted(name, function):
        def call(path, *arguments, **options):
            if not (name == "mkdir" and Path(path).is_dir()):  # To make a folder that is there changes nothing.
                steps.take(name)
            return function(path, *arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", opened)
        patch.setattr(shutil, "copyfile", copied)
        patch.setattr(os, "fsync", synced)
        for name in ("mkdir", "rename", "replace", "unlink", "rmdir"):
            patch.setattr(os, name, counted(name, getattr(os, name)))
        yield steps


def each_failure(operation: Callable[[], object], error: Callable[[], BaseException] = disk_full) -> Iterator[Steps]:
    """Run the operation with its 1st, 2nd, 3rd ... step failing, until it ends untouched; yield after each failure."""
    for failing in range(1, 200):
        ended = False
        with failing_step(failing, error) as steps:
            try:
                operation()
                ended = True
            except (OSError, Killed) as failure:
                steps.raised = failure
        if steps.failed is None:
            assert ended, "it failed by itself"
            return
        yield steps
    pytest.fail("it never ended")


@contextmanager
def recorded_order(root: Path) -> Iterator[list[str]]:
    """Record what decides about a power cut, below a folder: "sync <name>" and "name <new name>", in their order."""
    done: list[str] = []
    fsync = os.fsync

    def synced(descriptor):
        inode = os.fstat(descriptor).st_ino
        done.append(f"sync {next(p.name for p in (root, *root.rglob('*')) if p.stat().st_ino == inode)}")
        fsync(descriptor)

    def naming(function):
        def call(old, new):
            done.append(f"name {Path(new).name}")
            function(old, new)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", synced)
        patch.setattr(os, "rename", naming(os.rename))
        patch.setattr(os, "replace", naming(os.replace))
        yield done


def names_in(folder: Path) -> list[str]:
    """Return the sorted names of what a folder holds."""
    return sorted(path.name for path in folder.iterdir())


def files_below(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes, by its path in there."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
