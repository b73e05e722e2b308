"""How is a table of labels written? Whatever spreadsheets and programs call a CSV becomes records, or a sentence."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from training.data.labelled import DatasetError

if TYPE_CHECKING:
    import _csv

COLUMNS = {
    "image": ("image", "imagepath", "imagefile", "imagename", "filename", "filepath", "file", "path"),
    "label": ("label", "class"),
    "patient": (
        *("patient", "patientid", "patientnumber", "patientno", "patientnr", "pid", "mrn"),
        *("subject", "subjectid", "subjectnumber", "subjectno", "subjectnr"),
    ),
    "split": ("split", "datasplit", "subset"),
}
"""What each column may be called, of which the first that is there counts; letters and digits alone are compared."""

_DELIMITERS = "\t;,|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\t;,|]*', re.IGNORECASE)
"""What Excel reads before everything else, and is never shown."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Record:
    """One line of a table, as it is written.

    Attributes:
        line: its number in the file, from 1; where cells hold line breaks, that of its last line.
        image: the image's path.
        label: of the image.
        patient: "" where no patient is named.
        split: "" where none is named.
    """

    line: int
    image: str
    label: str
    patient: str
    split: str


@dataclass(frozen=True)
class _Table:
    """A table whose columns are known: what follows the first line, and where each column stands.

    Attributes:
        reader: yields what follows.
        skipped: how many lines stand before the first.
        unclosed: the line, counted from the first, from which on all is within a quotation mark; 0 for none.
        names: of the columns.
        places: where each column that is read stands.
    """

    reader: "_csv.Reader"
    skipped: int
    unclosed: int
    names: list[str]
    places: dict[str, int]


def records(table: Path) -> Iterator[Record]:
    """Yield the lines of a table that are not blank.

    The table is UTF-8, or UTF-16 as Excel's "Unicode Text"; cells are parted by tab, semicolon, comma or bar. Blank
    lines, `sep=` and what begins with "#" may stand before the line that names the columns.

    Raises:
        DatasetError: it is no table, lacks a column, a line has more cells than there are columns, or a quotation mark
            is never closed.
    """
    with _said(table):
        opened = _opened(table)
        if opened.unclosed:
            raise DatasetError(
                f"{table.name}, line {opened.skipped + opened.unclosed}: a quotation mark is opened and never closed; "
                "close it or delete it."
            )
        for cells in opened.reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = opened.skipped + opened.reader.line_num
            if any(cell.strip() for cell in cells[len(opened.names) :]):
                raise DatasetError(
                    f"{table.name}, line {line}: it has more cells than the first line; put such names in quotes."
                )
            found = {column: cells[place].strip() for column, place in opened.places.items() if place < len(cells)}
            yield Record(line, *(found.get(column, "") for column in COLUMNS))


def unused_columns(table: Path) -> list[str]:
    """Return the names of the columns that nothing is read from, as they are written; raises DatasetError."""
    with _said(table):
        opened = _opened(table)
    used = set(opened.places.values())
    return [name for place, name in enumerate(opened.names) if name and place not in used]


@contextmanager
def _said(table: Path) -> Iterator[None]:
    """Say in words what is wrong with a file that is no table."""
    try:
        yield
    except (UnicodeError, csv.Error) as error:
        raise DatasetError(f"{table.name} is not a CSV in UTF-8; save it again as 'CSV UTF-8'.") from error


def _opened(table: Path) -> _Table:
    if not table.is_file():
        raise DatasetError(f"There is no file {table}; expected a CSV with the columns image and label.")
    content = table.read_bytes()
    if content.startswith(codecs.BOM_UTF32_LE):  # Which begins as UTF-16 does.
        raise csv.Error("a table in UTF-32")
    text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    lines, delimiters, skipped = io.StringIO(text, newline=""), _DELIMITERS, 0
    while first := lines.readline():
        if separator := _SEPARATOR_LINE.fullmatch(first.rstrip("\r\n")):
            delimiters = separator[1]
        elif first.strip() and not first.lstrip(' "').startswith("#"):
            break
        skipped += 1
    rest = lines.tell() - len(first)
    for delimiter in delimiters:
        lines.seek(rest)
        reader = csv.reader(lines, delimiter=delimiter)
        names = [cell.strip() for cell in next(reader, [])]
        places = _places(names)
        if {"image", "label"} <= places.keys():
            lines.seek(rest)
            unclosed = _unclosed(csv.reader(lines, delimiter=delimiter, strict=True))
            lines.seek(rest)
            reader = csv.reader(lines, delimiter=delimiter)
            next(reader)
            return _Table(reader, skipped, unclosed, names, places)
    raise DatasetError(
        f"The first line of {table.name} does not name the columns; expected image,label or image,label,patient."
    )


def _unclosed(strict: "_csv.Reader") -> int:
    """Return the line on which a quotation mark is opened that is never closed; 0 for none."""
    begun = 0
    try:
        for _ in strict:
            begun = strict.line_num
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return begun + 1
    return 0


def _places(names: list[str]) -> dict[str, int]:
    """Return where each column stands; none at all where one of them is named twice."""
    keys = [re.sub(r"[\W_]+", "", name.casefold()) for name in names]
    counts, places = Counter(keys), {}
    for column, spellings in COLUMNS.items():
        if found := [spelling for spelling in spellings if counts[spelling]]:
            if counts[found[0]] > 1:
                return {}
            places[column] = keys.index(found[0])
    return places
