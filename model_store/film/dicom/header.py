"""What does a DICOM data set say of its film? Read into a `Header`: never a name, a number, a date or a free text."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from pydicom.charset import convert_encodings
from pydicom.dataset import Dataset

from model_store.film.dicom.kinds import is_for_processing, is_secondary_capture
from model_store.film.dicom.values import listed, numbers, text
from model_store.film.header.body_parts import names_chest
from model_store.film.header.header import FRONTAL_VIEWS, LATERAL_VIEWS, OBLIQUE_VIEWS, UNNAMED, Header
from model_store.film.header.sides import orientation_of

_VIEW_CODES = {
    "399348003": "AP", "R-10206": "AP", "272479007": "PA", "R-10214": "PA", "R-40888": "PA", "399173006": "LL",
    "R-10236": "LL", "399198007": "RL", "R-10232": "RL", "399067008": "LATERAL", "R-102CD": "LATERAL",
    "399033003": "FRONTAL", "R-10202": "FRONTAL",
    **dict.fromkeys(("399182000", "399184004", "399236003", "399160007", "399312000", "399059000"), "OBLIQUE"),
    **dict.fromkeys(("399135007", "399356000", "399006002", "399038007"), "OBLIQUE"),
}  # fmt: skip
"""Codes of projections in SNOMED CT and SNOMED-RT, PS3.16 CID 4010."""

_REGION_CODES = {
    "51185008": "CHEST", "816094009": "CHEST", "T-D3000": "CHEST", "818981001": "ABDOMEN", "T-D4000": "ABDOMEN",
    "89546000": "SKULL", "T-11100": "SKULL", "85562004": "HAND", "T-D8700": "HAND", "56459004": "FOOT",
    "T-D9700": "FOOT", "12921003": "PELVIS", "T-D6000": "PELVIS", "72696002": "KNEE", "T-D9200": "KNEE",
    "122495006": "TSPINE", "T-11502": "TSPINE",
}  # fmt: skip
"""Codes of parts of the body that are filmed often, PS3.16 CID 4009."""

_VIEWS = {"LAT": "LATERAL", "LLAT": "LL", "RLAT": "RL", "LATL": "LL", "LATR": "RL"}
"""How some detectors write a view."""

_WORDS = {
    "PA": re.compile("PA"),
    "AP": re.compile("AP"),
    "FRONTAL": re.compile(r"FRONTAL\w*|FACE|FRENTE"),
    "OBLIQUE": re.compile(r"OBL(IQU\w*)?"),
    "LATERAL": re.compile(r"[LR]?LAT(ERA\w*|ERO)?|LL|RL|PROFIL|PERFIL|SEITL(ICH)?|DWARS"),
}
"""How a view is described, in the languages that descriptions are written in."""

_DESCRIPTIONS = ("SeriesDescription", "ProtocolName", "AcquisitionDeviceProcessingDescription", "StudyDescription")

_CODE = re.compile(r"[A-Z0-9 _]{1,16}")
"""What a code string (VR CS) may be; anything else in its place is free text, which may name anybody."""

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

_SPACINGS = {
    "PixelSpacing": "pixel spacing",
    "ImagerPixelSpacing": "imager pixel spacing",
    "NominalScannedPixelSpacing": "scanned film",
}

_SAID_IN = {
    "modality": ("Modality",),
    "body_part": ("BodyPartExamined", "AnatomicRegionSequence"),
    "view": ("ViewPosition", "ViewCodeSequence"),
    "age_years": ("PatientAge", "PatientBirthDate"),
    "sex": ("PatientSex",),
    "spacing": tuple(_SPACINGS),
    "orientation": ("PatientOrientation",),
    "windows": ("WindowCenter", "WindowWidth", "VOILUTSequence"),
}
"""Where a file says what is in an attribute of its `Header`."""


def header_of(dataset: Dataset, windows: Sequence[str], unfit_windows: Sequence[str] = ()) -> Header:
    """Read what matters of a data set.

    Args:
        dataset: the film's.
        windows: names of the windows that it offers and that fit it, and of the whole range.
        unfit_windows: names of those that do not fit it, with what they would show.
    """
    spacing, spacing_kind = _spacing(dataset)
    sex = text(dataset, "PatientSex").upper()
    header = Header(
        modality=_code(dataset, "Modality"),
        body_part=_body_part(dataset),
        view=_view(dataset),
        age_years=_age(dataset),
        age_stated=_age_not_understood(dataset),
        sex=sex if sex in ("F", "M", "O") else "",
        spacing=spacing,
        spacing_kind=spacing_kind,
        windows=tuple(windows),
        unfit_windows=tuple(unfit_windows),
        photometric=_code(dataset, "PhotometricInterpretation"),
        bits=int(dataset.BitsStored),
        secondary=is_secondary_capture(dataset),
        for_processing=is_for_processing(dataset),
        orientation=orientation_of(_orientation(dataset)),
    )
    silent = {name for name in _SAID_IN if getattr(header, name) in ("", None, ())}
    silent |= {"windows"} if len(windows) <= 1 and not unfit_windows else set()  # One window is the whole range.
    return replace(
        header, unclear=tuple(name for name in _SAID_IN if name in silent and _is_given(dataset, *_SAID_IN[name]))
    )


def aspect_of(dataset: Dataset) -> float:
    """Return how many times as high as wide a pixel is; 1 where it is square, or nothing plausible is said."""
    spacing, _ = _spacing(dataset)
    stated = spacing or tuple(numbers(dataset, "PixelAspectRatio"))
    if len(stated) != 2 or min(stated) <= 0:
        return 1.0
    ratio = stated[0] / stated[1]
    # Spacings are rounded, and no detector has pixels of another shape than 1:5.
    return ratio if 0.2 <= ratio <= 5 and abs(ratio - 1) > 0.01 else 1.0


def _spacing(dataset: Dataset) -> tuple[tuple[float, float] | None, str]:
    for keyword, kind in _SPACINGS.items():
        found = numbers(dataset, keyword)
        if len(found) == 2 and all(np.isfinite(found)) and min(found) > 0:
            return (found[0], found[1]), kind
    return None, ""


def _code(dataset: Dataset, keyword: str) -> str:
    value = text(dataset, keyword).upper()
    return value if _CODE.fullmatch(value) else ""


def _coded(dataset: Dataset, keyword: str, codes: dict[str, str]) -> str:
    items = dataset.get(keyword) or []
    return next((codes[code] for item in items if (code := text(item, "CodeValue")) in codes), "")


def _body_part(dataset: Dataset) -> str:
    """Return the part of the body; "CHEST" for one that is named in words that are no code, of which none is kept."""
    if code := _code(dataset, "BodyPartExamined"):
        return code
    if any(names_chest(each) for each in _spellings(dataset, "BodyPartExamined")):
        return "CHEST"
    return _coded(dataset, "AnatomicRegionSequence", _REGION_CODES)


def _spellings(dataset: Dataset, keyword: str) -> list[str]:
    """Return a code string as it may be meant: it has plain letters in the standard, and any others in some files."""
    said = text(dataset, keyword)
    found = [said]
    for encoding in ("utf-8", *convert_encodings(dataset.get("SpecificCharacterSet"))):
        with suppress(UnicodeError):
            found.append(said.encode("latin-1").decode(encoding))
    return found


def _view(dataset: Dataset) -> str:
    stated = text(dataset, "ViewPosition")
    position = _code(dataset, "ViewPosition").replace(" ", "").replace("_", "")
    position = "OBLIQUE" if "OBL" in position else _VIEWS.get(position, position)
    if position in FRONTAL_VIEWS | LATERAL_VIEWS | OBLIQUE_VIEWS:
        return position
    if view := _described_view(stated) or ("" if position in UNNAMED else position):
        return view
    if coded := _coded(dataset, "ViewCodeSequence", _VIEW_CODES):
        return coded
    if "".join(_orientation(dataset)[:1])[:1] in ("A", "P"):  # From left to right the picture goes through the patient.
        return "LATERAL"
    return next(filter(None, (_described_view(text(dataset, keyword)) for keyword in _DESCRIPTIONS)), "")


def _orientation(dataset: Dataset) -> list[str]:
    return [str(each).strip() for each in listed(dataset.get("PatientOrientation"))]


def _described_view(description: str) -> str:
    """Return the one view that a description names; "" where it names none, or several as that of a study does."""
    words = re.findall(r"[A-Z]+", re.sub(r"\b([AP])[./-]([AP])\b", r"\1\2", description.upper()))
    if any(word.startswith("DECUB") for word in words):  # Lateral is how the patient lies, and not the view.
        return ""
    views = [view for view, names in _WORDS.items() if any(map(names.fullmatch, words))]
    if len(views) > 1 and views[1] == "FRONTAL":
        views.remove("FRONTAL")  # Which is AP or PA.
    return views[0] if len(views) == 1 else ""


def _is_given(dataset: Dataset, *keywords: str) -> bool:
    """Return whether one of these elements holds anything; none of them is understood for that."""
    values = (dataset.get_item(keyword).value for keyword in keywords if keyword in dataset)
    said = (value.strip(b" \0") if isinstance(value, bytes) else value for value in values)
    return any(value is not None and str(value).strip() not in ("", "[]", "b''") for value in said)


_ROUNDED = 1.5
"""Years by which an age may differ from that by the birth date: programs round, and write that of another day."""


def _age_not_understood(dataset: Dataset) -> str:
    """Return an age that is no age string (PS3.5, VR AS), or that the birth date contradicts, as it may be shown."""
    stated = text(dataset, "PatientAge").upper()
    if not _is_given(dataset, "PatientAge"):
        return ""
    if _AGE.fullmatch(stated):
        years, by_birth = _age(dataset), _age_by_birth(dataset)
        contradicted = None not in (years, by_birth) and abs((years or 0) - (by_birth or 0)) > _ROUNDED
        return f"{stated}, by birth date {by_birth:.0f} years" if contradicted else ""
    shown = re.fullmatch(r"([<>~]?\d{1,3}(?:[.,]\d{1,2})?)\W{0,2}(\w*)\.?", stated)
    is_harmless = stated in UNNAMED or (shown and _UNITS.fullmatch(shown[2]))
    return stated if is_harmless else UNSHOWN_AGE


def _age(dataset: Dataset) -> float | None:
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
