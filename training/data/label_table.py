"""Which films does a table of labels name? Its records become rows whose images are there, or a sentence."""

import os
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from training.data.labelled import DatasetError, composed
from training.data.table_columns import records

_SHOWN_LINES = 5


@dataclass(frozen=True)
class TableRow:
    """One line of a table.

    Attributes:
        line: its number in the file, from 1; where cells hold line breaks, that of its last line.
        path: the image, below the data folder as that was named.
        label: as it is written.
        patient: as it is written; "" where no patient is named.
        split: as it is written; "" where none is named.
    """

    line: int
    path: Path
    label: str
    patient: str
    split: str = ""


def read_table(table: Path, data: Path) -> list[TableRow]:
    """Read the rows of a table.

    A table may come from elsewhere and its paths name any file, so an image must lie in the data folder itself: what
    leads out of it, by `..` or by a symbolic link, is refused, even where the owner of the folder made the link.

    Args:
        table: the file; its images are named relative to its folder.
        data: the data folder.

    Raises:
        DatasetError: the table cannot be read or lacks a column, or lines are wrong, of which it numbers the first.
    """
    base, root = table.parent.resolve(), data.resolve()
    rows, problems = [], defaultdict(list)
    folders: dict[Path, dict[str, str]] = {}
    for record in records(table):
        path = _on_disk(record.image, base, root, folders)
        if problem := _problem_of(record.image, record.label, path, root):
            problems[problem].append(record.line)
            continue
        image = data / path.relative_to(root)
        rows.append(TableRow(record.line, image, record.label, composed(record.patient), composed(record.split)))
    for problem, lines in problems.items():
        raise DatasetError(f"{named_lines(table, lines)}: {problem}")
    return rows


def named_lines(table: Path, lines: list[int]) -> str:
    """Name lines of a table, at most five of them."""
    shown = ", ".join(map(str, lines[:_SHOWN_LINES]))
    more = f" and {len(lines) - _SHOWN_LINES} more" if len(lines) > _SHOWN_LINES else ""
    return f"{table.name}, line{'s' if len(lines) > 1 else ''} {shown}{more}"


def _on_disk(image: str, base: Path, root: Path, folders: dict[Path, dict[str, str]]) -> Path:
    """Return the file that a table means: written with slashes or backslashes, and as any system spells its letters.

    Args:
        image: as it is named.
        base: folder of the table.
        root: the data folder, out of which nothing is looked at.
        folders: what was found in folders that were listed already.
    """
    for name in (image, image.replace("\\", "/")):
        path = Path(os.path.normpath(base / name))
        if _is_file(path) or not path.is_relative_to(root):
            return path
    here = root
    for part in path.relative_to(root).parts:
        if not os.path.lexists(here / part):
            part = _names_in(here, folders).get(composed(part), part)
        here /= part
    return here


def _names_in(folder: Path, folders: dict[Path, dict[str, str]]) -> dict[str, str]:
    """Return the names in a folder by their composed spelling; macOS and many ZIPs take letters and accents apart."""
    if folder not in folders:
        try:
            folders[folder] = {composed(path.name): path.name for path in folder.iterdir()}
        except OSError:
            folders[folder] = {}
    return folders[folder]


def _problem_of(image: str, label: str, path: Path, root: Path) -> str:
    """Return what is wrong with a line, "" where nothing is."""
    if not image:
        return "no image is named; give its path or delete the line."
    if not label:
        return "the label is empty; give one or delete the line."
    if any(unicodedata.category(character) == "Cc" for character in image):
        return "the image's name holds control characters; rename the file."
    if image.startswith(("/", "\\")) or PureWindowsPath(image).drive:
        return "the image is named by an absolute path; name it relative to the folder of the CSV."
    if not path.is_relative_to(root) or path == root:
        return "the image lies outside of the data folder; put it into the folder."
    if not _is_file(path):
        return "there is no such image in the data folder; mend its path or delete the line."
    if not path.resolve().is_relative_to(root):
        return "the image is a link that leads out of the data folder; put the file itself into the folder."
    return ""


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # A name that is too long, or a folder that may not be entered.
        return False
