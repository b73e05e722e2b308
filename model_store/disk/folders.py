"""How does a folder appear, or disappear, in one step, whatever stops the process on the way?"""

import contextlib
import errno
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model_store.disk.writing import sync_folder

LEFTOVER_SECONDS = 24 * 3600.0
"""Age from which a folder that a killed process left half written, or half deleted, is cleared away."""

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """Fill a folder out of sight: it has its name when the context has ended well, and is not there otherwise.

    What is written into it has to be brought to the disk in the context; the name is brought there here. Until then
    the folder's name begins with a dot, by which whoever lists its parent leaves it out.

    Args:
        folder: the folder to make; its parents are made where they are missing.

    Raises:
        FileExistsError: something of that name is there already.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    temporary = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        yield temporary
        _rename(temporary, folder)
        try:
            sync_folder(folder.parent)
        except OSError:
            folder.rename(temporary)  # What may not outlive a power cut is not there.
            raise
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def remove_folder(folder: Path) -> None:
    """Delete a folder: its name is gone in one step, its content after that."""
    hidden = folder.with_name(f".{folder.name[:64]}.{secrets.token_hex(4)}")
    folder.rename(hidden)
    sync_folder(folder.parent)
    shutil.rmtree(hidden, ignore_errors=True)


def _rename(temporary: Path, folder: Path) -> None:
    try:
        temporary.rename(folder)
    except OSError as error:
        if error.errno in _TAKEN:
            raise FileExistsError(errno.EEXIST, "There is such a folder already", str(folder)) from error
        raise


def _sweep(parent: Path) -> None:
    for path in parent.glob(".*"):
        with contextlib.suppress(OSError):  # It may vanish while it is looked at: others write and sweep too.
            if path.is_dir() and time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
