"""What does an element of a DICOM data set hold? As plain values, empty where it is missing or nonsense."""

import math
import re
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000, JPEG2000MC, JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless

_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")

LOSSY = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, JPEG2000, JPEG2000MC)
"""Transfer syntaxes whose pixels may differ from those that were compressed."""


def text(dataset: Dataset, keyword: str) -> str:
    """Return a text without the spaces round it; "" where there is none, or several."""
    value = dataset.get(keyword)
    return str(value).strip() if isinstance(value, str) else ""


def numbers(dataset: Dataset, keyword: str) -> list[float]:
    """Return one or several numbers, each in its place; nan for one that is none."""
    try:
        values = listed(dataset.get(keyword))
    except (TypeError, ValueError):  # One that is none keeps pydicom from returning the others.
        values = str(dataset.get_item(keyword).value, "latin-1").split("\\")
    return [_number(str(value).strip()) for value in values]


def _number(said: str) -> float:
    """Return a number that may have a comma for its point; nan where that may part its thousands instead."""
    try:
        return math.nan if _THOUSANDS.fullmatch(said) else float(said.replace(",", "."))
    except ValueError:
        return math.nan


def listed(value: Any) -> list[Any]:
    """Return the values of an element that may have one, several or none."""
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str | int | float) else list(value)


def is_given(dataset: Dataset, *keywords: str) -> bool:
    """Return whether one of these elements holds anything; none of them is understood for that."""
    values = (dataset.get_item(keyword).value for keyword in keywords if keyword in dataset)
    said = (value.strip(b" \0") if isinstance(value, bytes) else value for value in values)
    return any(value is not None and str(value).strip() not in ("", "[]", "b''") for value in said)
