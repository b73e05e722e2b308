"""Which films does a table of labels name? A CSV with image, label and perhaps patient becomes rows, or a sentence."""

import csv
import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from training.data.labelled import DatasetError

COLUMNS = ("image", "label", "patient")

_SHOWN_LINES = 5


@dataclass(frozen=True)
class TableRow:
    """One line of a table.

    Attributes:
        line: its number in the file, from 1; where cells hold line breaks, that of its last line.
        path: the image, below the data folder as that was named.
        label: as it is written.
        patient: as it is written; "" where no patient is named.
    """

    line: int
    path: Path
    label: str
    patient: str


def read_table(table: Path, data: Path) -> list[TableRow]:
    """Read the rows of a table: UTF-8 with or without a byte order mark, cells parted by comma or semicolon.

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
    for line, image, label, patient in _records(table):
        path = Path(os.path.normpath(base / image))
        if problem := _problem_of(image, label, path, root):
            problems[problem].append(line)
            continue
        rows.append(TableRow(line, data / path.relative_to(root), label, patient))
    for problem, lines in problems.items():
        raise DatasetError(f"{named_lines(table, lines)}: {problem}")
    return rows


def named_lines(table: Path, lines: list[int]) -> str:
    """Name lines of a table, at most five of them."""
    shown = ", ".join(map(str, lines[:_SHOWN_LINES]))
    more = f" and {len(lines) - _SHOWN_LINES} more" if len(lines) > _SHOWN_LINES else ""
    return f"{table.name}, line{'s' if len(lines) > 1 else ''} {shown}{more}"


def _records(table: Path) -> Iterator[tuple[int, str, str, str]]:
    """Yield line number, image, label and patient of each line that is not blank."""
    if not table.is_file():
        raise DatasetError(f"There is no file {table}; expected a CSV with the columns image and label.")
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            delimiter = ";" if ";" in file.readline() else ","
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter)
            names = _header(table, next(reader, []))
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) > len(names):
                    where = named_lines(table, [reader.line_num])
                    raise DatasetError(f"{where}: it has more cells than the first line; put such names in quotes.")
                record = dict(zip(names, (cell.strip() for cell in cells), strict=False))
                yield reader.line_num, *(record.get(column, "") for column in COLUMNS)  # type: ignore[misc]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{table.name} is not a CSV in UTF-8; save it again as 'CSV UTF-8'.") from error


def _header(table: Path, cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if names.count("image") != 1 or names.count("label") != 1 or names.count("patient") > 1:
        raise DatasetError(
            f"The first line of {table.name} does not name the columns; expected image,label or image,label,patient."
        )
    return names


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
