"""How old is the patient, by the stated age or the birth date, and what is stated that nobody can understand?"""

import re
from datetime import date
from typing import Any

from pydicom.dataset import Dataset

from model_store.film.dicom.values import is_given, text
from model_store.film.header.header import UNNAMED

_UNITS = re.compile(
    r"\w{0,2}|YEARS?|YRS?|OLD|MONTHS?|MTHS?|MOS|WEEKS?|WKS?|DAYS?|JAHRE?|MONATE?|WOCHEN?|TAGE?|ANS|MOIS|JOURS?|"
    r"A[NÑ]OS?|MES(ES)?|D[IÍ]AS?|ANN[IO]|MES[IE]|GIORN[IO]|JAAR|LAT|ROK|LET"
)
"""Words that may stand behind a number in the place of an age; any other could name somebody."""

UNSHOWN_AGE = "a text"
"""What is shown of an age that may be anything."""

_YEARS = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}

_AGE = re.compile(r"(\d{1,3})([DWMY])")
"""What an age string (VR AS) is in PS3.5, which asks for three digits; that many write fewer does no harm."""

_ROUNDED = 1.5
"""Years by which an age may differ from that by the birth date: programs round, and write that of another day."""


def age_not_understood(dataset: Dataset) -> str:
    """Return an age that is no age string (PS3.5, VR AS), or that the birth date contradicts, as it may be shown."""
    stated = text(dataset, "PatientAge").upper()
    if not is_given(dataset, "PatientAge"):
        return ""
    if _AGE.fullmatch(stated):
        years, by_birth = age_of(dataset), _age_by_birth(dataset)
        contradicted = None not in (years, by_birth) and abs((years or 0) - (by_birth or 0)) > _ROUNDED
        return f"{stated}, by birth date {by_birth:.0f} years" if contradicted else ""
    shown = re.fullmatch(r"([<>~]?\d{1,3}(?:[.,]\d{1,2})?)\W{0,2}(\w*)\.?", stated)
    is_harmless = stated in UNNAMED or (shown and _UNITS.fullmatch(shown[2]))
    return stated if is_harmless else UNSHOWN_AGE


def age_of(dataset: Dataset) -> float | None:
    """Return the age at the examination in years, as it is stated or by the birth date; None where neither tells."""
    if stated := _AGE.fullmatch(text(dataset, "PatientAge").upper()):
        return round(int(stated[1]) * _YEARS[stated[2]], 2)
    return _age_by_birth(dataset)


def _age_by_birth(dataset: Dataset) -> float | None:
    born = _date(dataset.get("PatientBirthDate"))
    days = (_date(dataset.get(keyword)) for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"))
    examined = next(filter(None, days), None)
    # The years 1 and 1900 stand for a day that a program does not know, or may not tell.
    if born is None or examined is None or examined < born or born.year <= 1900:
        return None
    had_birthday = (examined.month, examined.day) >= (born.month, born.day)
    years = examined.year - born.year - (not had_birthday)
    # On 29 February one is born and has no birthday in most years; the day before it will do.
    last = date(born.year + years, born.month, min(born.day, 28) if born.month == 2 else born.day)
    return round(years + min((examined - last).days / 366, 0.99), 2)


def _date(value: Any) -> date | None:
    found = re.fullmatch(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})", str(value or "").strip())
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
