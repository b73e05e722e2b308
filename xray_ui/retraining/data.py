"""Which films can be trained on? Folders under one root, and ZIP files that are kept until they were unpacked."""

import io
import os
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from model_store.errors import UserError
from model_store.film.looks import is_named_as_picture, looks_like_film
from model_store.trainings import uploads
from model_store.trainings.data_folder import TABLE_NAME, is_split
from model_store.trainings.store import RunStore

ROOT_VARIABLE = "XRAY_DATA_ROOT"
MAX_ZIP_BYTES = 2_000_000_000
"""Largest ZIP file that is taken."""

_CLASSES = ("NORMAL", "PNEUMONIA")
_LOOKED_INTO = 20
"""How many files of a folder are opened to see whether they are films; this is asked at every run of the page."""


class UnusableUpload(UserError, ValueError):
    """A ZIP file was not taken; the message is one sentence for the clinician."""


def data_root(home: Path) -> Path:
    """Return the folder below which data folders are looked for: `XRAY_DATA_ROOT`, or `home`/data."""
    named = os.environ.get(ROOT_VARIABLE)
    return Path(named) if named else home / "data"


def data_folders(root: Path) -> list[Path]:
    """List the folders that look like data: the root itself, or its folders and theirs; none outside the root."""
    try:
        inside = root.resolve(strict=True)
    except OSError:
        return []
    if _looks_like_data(inside, by_name=True):
        return [inside]
    found = []
    for folder in _folders(inside, inside):
        # What lies in a data folder is its splits; a test split must not be offered on its own.
        found += [folder] if _looks_like_data(folder) else list(filter(_looks_like_data, _folders(folder, inside)))
    return found


def shown_folder(folder: Path, root: Path) -> str:
    """Return what a data folder is called on the screen: its place below the root."""
    inside = root.resolve()
    place = folder.relative_to(inside) if folder.is_relative_to(inside) else Path(folder.name)
    return str(place) if place.parts else inside.name


def labels_of(folder: Path) -> Path | None:
    """Return the file with the labels of a data folder, or None where its folders name the classes."""
    found = (Path(entry.path) for entry in _entries(folder) if entry.name.lower() == TABLE_NAME and entry.is_file())
    return next(found, None)


def keep_zip(file: io.BytesIO | io.BufferedReader, home: Path) -> Path:
    """Keep an uploaded ZIP file until it is unpacked, and return its path.

    Args:
        file: the upload, open for reading; it is read in pieces.
        home: the app's folder.

    Raises:
        UnusableUpload: it is no ZIP file or too large.
        DiskFull: there is no room for it.
    """
    size = file.seek(0, os.SEEK_END)
    if size > MAX_ZIP_BYTES:
        raise UnusableUpload(f"The ZIP file has {size / 1e9:.1f} GB; at most {MAX_ZIP_BYTES / 1e9:g} GB are taken.")
    file.seek(0)
    if not zipfile.is_zipfile(file):
        raise UnusableUpload("This is not a ZIP file, or it is damaged; please choose the ZIP file of a data folder.")
    return uploads.keep_zip(file, home)


def drop_unpacked(data: Path, home: Path) -> None:
    """Delete films that were unpacked from an upload, with their examination, once no run has them as its data.

    Args:
        data: the data folder of a run or an examination; any folder that was not unpacked for one is left alone.
        home: the app's folder.

    Raises:
        RunAlreadyActive: they are still being examined.
    """
    examinations = RunStore(home, "examinations")
    statuses = [run.status() for run in RunStore(home).all()]
    if any(status.is_active and not status.content for status in statuses):
        return  # It cannot be told which films are being learned from.
    used = [Path(str(status.content.get("data") or "")) for status in statuses]
    for examination in examinations.all():
        if data.is_relative_to(examination.path) and not any(each.is_relative_to(examination.path) for each in used):
            examinations.remove(examination.id)


def _folders(folder: Path, root: Path) -> list[Path]:
    """List the folders in a folder by name, links that lead out of the root left out."""
    found = [
        Path(entry.path).resolve() for entry in _entries(folder) if entry.is_dir() and not entry.name.startswith(".")
    ]
    return sorted({path for path in found if path.is_relative_to(root) and path != root})


def _looks_like_data(folder: Path, *, by_name: bool = False) -> bool:
    """Return whether a folder holds labelled films; `by_name` where folders of any other name say nothing."""
    if labels_of(folder):
        return True
    children = _plain_folders(folder)
    splits = [child for child in children if is_split(child.name)]
    inside = [each for split in splits for each in _plain_folders(split)]
    classes = [child for child in [*children, *inside] if child not in splits and _holds_pictures(child)]
    named = any(child.name.upper() in _CLASSES or child.parent in splits for child in classes)
    return named or (not by_name and len(classes) > 1)


def _plain_folders(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in _entries(folder) if _is_plain_folder(entry)]


def _holds_pictures(folder: Path) -> bool:
    """Return whether a file is named as a picture, or one of the first is DICOM, which may have any name."""
    if any(is_named_as_picture(entry.name) for entry in _entries(folder)):
        return True
    return any(looks_like_film(Path(entry.path)) for entry in islice(_entries(folder), _LOOKED_INTO))


def _is_plain_folder(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    """Yield what lies in a folder; nothing where it cannot be opened."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return
