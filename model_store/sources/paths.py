"""Which files lie at or below these paths? Folders are walked to the bottom; nothing is opened yet."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from model_store.film.refusals import UnreadableImage
from model_store.sources.films import Source


def sources(paths: Sequence[Path]) -> Iterator[Source]:
    """Yield every file at or below the paths, in their order; one that does not exist too, since it is answered for."""
    for path in paths:
        for file in _files(path):
            name = os.fsencode(file).decode(errors="backslashreplace")
            yield Source(os.fspath(file), name, partial(_open, file))


def _files(path: Path) -> Iterator[Path]:
    if not _is_folder(path):
        yield path
        return
    unopened: list[Path] = []
    for folder, subfolders, names in os.walk(path, onerror=lambda error: unopened.append(Path(error.filename))):
        subfolders.sort()
        # A link to a folder is not followed, which could go in a ring; it is answered for like a file.
        linked = [name for name in subfolders if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in sorted([*names, *linked]))
    yield from unopened


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # A name too long, or below a folder that may not be entered.
        return False


def _open(path: Path) -> BinaryIO:
    if path.exists() and not path.is_file():  # Opening a pipe or a device could wait for ever.
        raise UnreadableImage(
            "This is not an ordinary file; please choose a radiograph in PNG, JPEG or DICOM format.", "not a file"
        )
    return path.open("rb")
