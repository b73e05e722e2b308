"""Which values of a film's header travel with its result? Each as text, or marked as none."""

from collections.abc import Iterable

from pydicom.charset import convert_encodings, default_encoding
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.valuerep import PersonName

from model_store.film.dicom.file import parsed, silent
from model_store.film.dicom.values import listed

_NUMBERS = ("DS", "US")
"""Kinds of attributes that are numbers: how many rows a film has, or its windows, parted by backslashes."""

_NO_TEXT = "\0"
"""What is put for a value that is there and no text, or several; it is valid for nothing."""


def header_text(data: bytes, keywords: Iterable[str]) -> dict[str, str | None]:
    """Return values of a header by keyword, and how the pixels are stored; nothing of one that cannot be followed.

    Args:
        data: the bytes of a whole DICOM file.
        keywords: of the data set; "TransferSyntaxUID" of the file's description is returned with them.
    """
    try:
        with silent():
            dataset = parsed(data)
            read = {keyword: _plain(dataset, keyword) for keyword in keywords}
            return read | {"TransferSyntaxUID": _plain(dataset.file_meta, "TransferSyntaxUID")}
    except MemoryError:
        raise
    except Exception:  # Whatever a damaged header leads pydicom to.
        return {}


def _plain(dataset: Dataset, keyword: str) -> str | None:
    """Return a value as text; None for a missing or empty one, and what is not valid for what is no text."""
    try:
        value = dataset.get(keyword)
    except Exception:  # pydicom raises whatever a value of the wrong kind or length leads it to.
        return _NO_TEXT
    if isinstance(value, str | PersonName):
        return (str(value) or None) if _is_spelt(str(value), dataset) else _NO_TEXT
    if dictionary_VR(keyword) in _NUMBERS and value is not None:
        return "\\".join(map(str, listed(value)))
    return None if value is None else _NO_TEXT


def _is_spelt(value: str, dataset: Dataset) -> bool:
    """Whether it is known which letters a text has, and not guessed: another patient's number could come of a guess."""
    if value.isascii():
        return True
    character_sets = convert_encodings(dataset.get("SpecificCharacterSet"))
    return "\ufffd" not in value and set(character_sets) != {default_encoding}
