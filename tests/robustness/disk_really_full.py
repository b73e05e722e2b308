"""R13 on a real disk that is full: a small one in memory, mounted for it, with less and less room."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model_store.disk.writing import free_bytes
from model_store.versions.activation.activation import Activation
from tests.robustness.disk_full import Operation, assert_clear, changes_of_versions, trainings
from tests.robustness.invariants import ActiveModel, assert_whole
from tests.robustness.report import Result, command

SIZE = 600_000_000
"""Of the disk, in bytes: enough for any of the operations."""

ROOMS = tuple(4096 * 2**power for power in range(16))
"""How many bytes are left to an operation, from a page up to 134 MB."""


class MountRefused(RuntimeError):
    """The system lets this process mount nothing."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of `SIZE` bytes in memory; raises MountRefused."""
    folder.mkdir(parents=True)
    if sys.platform != "linux":
        raise MountRefused("a disk in memory is mounted on Linux alone")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    ended = subprocess.run(mount, capture_output=True, text=True)
    if ended.returncode != 0:
        raise MountRefused(f"mounting a disk is not permitted: {ended.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def room_left(disk: Path, room: int) -> Iterator[None]:
    """Fill a disk but for so many bytes, as long as the context lasts."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        for size in [1_000_000] * max((free_bytes(disk) - room) // 1_000_000, 0) + [4096] * 256:
            if free_bytes(disk) - room >= size:
                file.write(bytes(size))
                file.flush()
    try:
        yield
    finally:
        filler.unlink()


def with_less_room(operation: Operation, disk: Path, rooms: tuple[int, ...] = ROOMS) -> Result:
    """Do an operation with each amount of room in turn, until it comes through."""
    result = Result("R13", f"a disk that is really full: {operation.name}")
    for room in rooms:
        active = ActiveModel.of(operation.home)
        with room_left(disk, room):
            ended = operation.do()
            with result.trial(f"{room} bytes left"):
                assert_whole(operation.home)
                if ended.status != 0:
                    active.assert_untouched()
                    assert_clear(ended)
                    assert Activation(operation.home).active(verify=True).problem is None
        operation.undo()
        if ended.status == 0:
            result.figures = {"bytes that were enough": room}
            break
    with result.trial("with room"):
        assert operation.do().status == 0, "it fails by itself"
        operation.undo()
    return result


def results(count: int | None = None) -> Iterator[Result]:
    """Yield each operation; the count is how many amounts of room are tried."""
    rooms = ROOMS[: count or len(ROOMS)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder) / "disk") as disk:
                for operation in changes_of_versions(disk):
                    yield with_less_room(operation, disk, rooms)
                with trainings(disk / "training") as operations:
                    for operation in operations:
                        yield with_less_room(operation, disk, rooms)
        except MountRefused as refusal:
            yield Result("R13", "a disk that is really full", skipped=str(refusal))


if __name__ == "__main__":
    command(results, unit="amounts of room")
