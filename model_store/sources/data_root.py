"""Below which folder may films be chosen that lie on this machine, and which folders are there?"""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT_VARIABLE = "XRAY_DATA_ROOT"


def data_root(home: Path) -> Path:
    """Return the folder below which data folders are looked for: `XRAY_DATA_ROOT`, or `home`/data."""
    named = os.environ.get(ROOT_VARIABLE)
    return Path(named) if named else home / "data"


def shown_folder(folder: Path, root: Path) -> str:
    """Return what a folder is called on the screen: its place below the root."""
    inside = root.resolve()
    place = folder.relative_to(inside) if folder.is_relative_to(inside) else Path(folder.name)
    return str(place) if place.parts else inside.name


def folders_in(folder: Path, root: Path) -> list[Path]:
    """List the folders in a folder by name, hidden ones and links that lead out of the root left out.

    Args:
        folder: the folder.
        root: the folder that nothing may lie outside of, without links.
    """
    found = [
        Path(entry.path).resolve() for entry in _entries(folder) if entry.is_dir() and not entry.name.startswith(".")
    ]
    return sorted({path for path in found if path.is_relative_to(root) and path != root})


def folders_below(root: Path, depth: int, most: int) -> list[Path]:
    """List the root and the folders below it, by name, each before those in it; none outside the root.

    Args:
        root: the folder; empty where it is not there.
        depth: how many folders deep.
        most: how many at most.
    """
    try:
        inside = root.resolve(strict=True)
    except OSError:
        return []
    found: list[Path] = []
    waiting = [(inside, 0)]
    while waiting and len(found) < most:
        folder, deep = waiting.pop()
        if folder not in found:
            found.append(folder)
            waiting += [(each, deep + 1) for each in reversed(folders_in(folder, inside)) if deep < depth]
    return found


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    """Yield what lies in a folder; nothing where it cannot be opened."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return
