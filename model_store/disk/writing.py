"""How is a file written so that a crash, a kill, a power loss or a full disk leaves the old content or the new one?"""

import errno
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from model_store.basics.errors import UserError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

_OPENS_FOLDERS = hasattr(os, "O_DIRECTORY")
"""Whether a folder can be brought to the disk by itself; Windows opens none, and keeps names in a journal."""


class DiskFull(UserError, OSError):
    """There is no room on the disk; the sentence says how much is needed and how much is free."""

    def __init__(self, bytes_needed: int, bytes_free: int) -> None:
        needed, free = max(math.ceil(bytes_needed / 1e6), 1), bytes_free // 1_000_000
        super().__init__(
            f"The disk is full: {needed} MB are needed, {free} MB are free; please make room and try again."
        )
        self.errno = errno.ENOSPC


@contextmanager
def room_for(folder: Path, bytes_needed: int, *, beforehand: bool = True) -> Iterator[None]:
    """Write into a folder inside this context: a disk without room is found beforehand, or said in words afterwards.

    Args:
        folder: where is written; it need not exist yet.
        bytes_needed: how much the files take that are written, beside those they replace.
        beforehand: whether too little room is found before anything is written; else only once the disk is full.

    Raises:
        DiskFull: less than `bytes_needed` is free, or the disk or the user's share of it filled up on the way.
    """
    free = free_bytes(folder)
    if beforehand and free < bytes_needed:
        raise DiskFull(bytes_needed, free)
    try:
        yield
    except DiskFull:
        raise
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise DiskFull(bytes_needed, free_bytes(folder)) from error


def free_bytes(folder: Path) -> int:
    """Return how many bytes are free on the disk of a folder, which need not exist yet."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    return shutil.disk_usage(existing).free


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a new content for a file: it takes the file's place when the context ends well, and not at all otherwise.

    The file's bytes are on the disk before its name is changed, and the change of name before the context is left.

    Args:
        path: the file.
        mode: who may read and write a new one, from its first byte on; the process's own mask takes rights from it.

    Raises:
        OSError: the disk is full or the folder cannot be written; the old content is still there.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        if mode != 0o666:
            temporary.touch(mode, exist_ok=False)
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a crash at any moment leaves the old content or the new one, never a part.

    Raises:
        OSError: the disk is full or the folder cannot be written; the old content is still there.
    """
    with replacing(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk: a new name is lost in a power cut otherwise."""
    if not _OPENS_FOLDERS:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Bring a file's bytes to the disk."""
    with path.open("r+b") as file:  # Windows brings to the disk only what may be written.
        os.fsync(file.fileno())
