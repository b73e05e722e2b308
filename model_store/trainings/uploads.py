"""Where does a ZIP of films to train on lie until it is unpacked? For its owner alone, and no longer than that."""

import os
import secrets
import time
from pathlib import Path
from typing import IO

from model_store.disk.folders import LEFTOVER_SECONDS
from model_store.disk.writing import replacing, room_for

_CHUNK = 1 << 20


def keep_zip(file: IO[bytes], home: Path) -> Path:
    """Write a ZIP file to `home`/uploads, readable by its owner alone, and return its path: another one each time.

    Args:
        file: the ZIP, which can be sought in; it is read in pieces.
        home: the app's folder.

    Raises:
        DiskFull: there is no room for it.
    """
    _clear_old(_uploads(home))
    # Of two who hand in the same ZIP each has a file, which goes when the one examination has unpacked it.
    kept = _uploads(home) / f"{secrets.token_hex(8)}.zip"
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    with room_for(kept.parent, size):
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(kept, mode=0o600) as copy:
            while chunk := file.read(_CHUNK):
                copy.write(chunk)
    return kept


def is_kept_zip(path: Path, home: Path) -> bool:
    """Return whether a path is a ZIP file that `keep_zip` wrote."""
    return path.parent == _uploads(home) and path.suffix == ".zip"


def drop_zip(path: Path, home: Path) -> None:
    """Delete a ZIP file that `keep_zip` wrote; any other path is left alone."""
    if is_kept_zip(path, home):
        path.unlink(missing_ok=True)


def _clear_old(uploads: Path) -> None:
    """Delete the files of those who left before their examination had begun, whole or not."""
    for path in [*uploads.glob("*.zip"), *uploads.glob(".*.part")]:
        try:
            if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                path.unlink(missing_ok=True)
        except FileNotFoundError:  # It was unpacked, or had its name, a moment ago.
            continue


def _uploads(home: Path) -> Path:
    return home / "uploads"
