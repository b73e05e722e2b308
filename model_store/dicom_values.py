"""What does an element of a DICOM data set hold? As plain values, empty where it is missing or nonsense."""

from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000, JPEG2000MC, JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless

LOSSY = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, JPEG2000, JPEG2000MC)
"""Transfer syntaxes whose pixels may differ from those that were compressed."""


def text(dataset: Dataset, keyword: str) -> str:
    """Return a text without the spaces round it; "" where there is none, or several."""
    value = dataset.get(keyword)
    return str(value).strip() if isinstance(value, str) else ""


def numbers(dataset: Dataset, keyword: str) -> list[float]:
    """Return one or several numbers; none where one of them is nonsense."""
    try:
        return [float(each) for each in listed(dataset.get(keyword))]
    except (TypeError, ValueError):
        return []


def listed(value: Any) -> list[Any]:
    """Return the values of an element that may have one, several or none."""
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str | int | float) else list(value)
