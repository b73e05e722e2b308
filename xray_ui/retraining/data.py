"""Which films can be trained on? Folders under one root, and ZIP files that are kept until they were unpacked."""

import io
import os
import zipfile
from pathlib import Path

from model_store.basics.errors import UserError
from model_store.sources.data_root import folders_in
from model_store.trainings import uploads
from model_store.trainings.folder_names import is_mask, is_split
from model_store.trainings.folder_walk import glance
from model_store.trainings.store import RunStore

MAX_ZIP_BYTES = 2_000_000_000
"""Largest ZIP file that is taken."""


class UnusableUpload(UserError, ValueError):
    """A ZIP file was not taken; the message is one sentence for the clinician."""


def data_folders(root: Path) -> list[Path]:
    """List the folders that look like data: the root itself, or its folders and theirs; none outside the root."""
    try:
        inside = root.resolve(strict=True)
    except OSError:
        return []
    if glance(inside).begins_here:
        return [inside]
    found = []
    for folder in folders_in(inside, inside):
        # What lies in a data folder is its splits; a test split must not be offered on its own.
        found += [folder] if _looks_like_data(folder) else list(filter(_looks_like_data, folders_in(folder, inside)))
    return found


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
    if any(status.is_active and not status.record for status in statuses):
        return  # It cannot be told which films are being learned from.
    used = [Path(status.record.data or "") for status in statuses if status.record]
    for examination in examinations.all():
        if data.is_relative_to(examination.path) and not any(each.is_relative_to(examination.path) for each in used):
            examinations.remove(examination.id)


def _looks_like_data(folder: Path) -> bool:
    """Return whether a folder holds labelled films; not where what it holds are several data folders, side by side."""
    layout = glance(folder)
    places = [layout.place(path) for path in layout.films]
    labelled = [place for place in places if place.label]
    if layout.begins_here or layout.table:
        return True
    if is_mask(folder.name) or any(place.split and not is_split(place.split) for place in labelled):
        return False
    is_named = any(layout.class_of(place.label) or place.split for place in labelled)
    return is_named or len({place.label for place in labelled}) > 1
