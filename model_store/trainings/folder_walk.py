"""Which files lie in a data folder? All of it is gone through; what is not listed is counted."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from model_store.film.kind.looks import is_named_as_picture, looks_like_film
from model_store.trainings.folder_names import CLASSES, class_key
from model_store.trainings.layout import Layout

_SYSTEM_FOLDER = "__MACOSX"

_LOOKED_INTO = 20
"""How many files of a folder are opened at a glance to see whether they are films."""

_MOST_FOLDERS = 400
"""How many folders are looked into at a glance."""


def class_meaning(name: str) -> str:
    """Return which class a name is in any case, "" for neither."""
    return {class_key(label): label for label in CLASSES}.get(class_key(name), "")


def lay_out(
    data: Path,
    meaning: Callable[[str], str] = class_meaning,
    *,
    is_closed: Callable[[str], bool] = lambda name: False,
) -> Layout:
    """Go through a data folder.

    Symbolic links are followed, for whoever names a folder made them (an unpacked ZIP holds none).

    Args:
        data: the folder.
        meaning: returns what a class name means, "" for a name of which nobody has said it.
        is_closed: whether a folder of this name is not to be opened.
    """
    files: list[Path] = []
    closed: list[Path] = []
    hidden = barred = 0
    waiting, seen = deque([data]), set()
    while waiting:
        folder = waiting.popleft()
        identity = _identity(folder)
        if identity is None or identity in seen:
            barred += 1
            continue
        seen.add(identity)
        for entry in _entries(folder):
            path = folder / entry.name
            if _is_hidden(entry.name):
                hidden += 1
            elif not entry.is_dir():
                files.append(path)
            else:
                (closed if is_closed(entry.name) else waiting).append(path)
    return Layout(data, meaning, tuple(files), frozenset(filter(looks_like_film, files)), tuple(closed), hidden, barred)


def glance(data: Path) -> Layout:
    """Look at a data folder as at a folder that may be one: at some files, and no link; it is not gone through."""
    files: list[Path] = []
    films: list[Path] = []
    waiting = deque([data])
    for _ in range(_MOST_FOLDERS):
        if not waiting:
            break
        folder = waiting.popleft()
        entries = [entry for entry in _entries(folder) if not _is_hidden(entry.name)]
        waiting += [folder / entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        inside = [folder / entry.name for entry in entries if entry.is_file()]
        files += inside
        films += islice(_films(inside), 1)
    return Layout(data, class_meaning, tuple(files), frozenset(films))


def _films(files: list[Path]) -> Iterator[Path]:
    """Yield what is named as a picture, then what of the first files is DICOM, which may have any name."""
    yield from (path for path in files if is_named_as_picture(path.name))
    yield from filter(looks_like_film, files[:_LOOKED_INTO])


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what is the same by whatever way a folder is reached; None where it may not be opened."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if os.access(folder, os.R_OK | os.X_OK) else None


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    """Return what lies in a folder, sorted by name; nothing where it cannot be opened."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == _SYSTEM_FOLDER
