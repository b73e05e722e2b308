"""What does a DICOM data set say of its film? Read into a `Header`: never a name, a number, a date or a free text."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from pydicom.charset import convert_encodings
from pydicom.dataset import Dataset

from model_store.film.dicom.header.age import age_not_understood, age_of
from model_store.film.dicom.header.subject import DESCRIPTIONS, is_without_bones, other_part_of, subject_of
from model_store.film.dicom.kinds import is_for_processing, is_secondary_capture
from model_store.film.dicom.values import is_given, listed, numbers, text
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

_VIEW_DESCRIPTIONS = (*DESCRIPTIONS, "StudyDescription")

_CODE = re.compile(r"[A-Z0-9 _]{1,16}")
"""What a code string (VR CS) may be; anything else in its place is free text, which may name anybody."""

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
        age_years=age_of(dataset),
        age_stated=age_not_understood(dataset),
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
        described_part=other_part_of(dataset),
        subject=subject_of(dataset),
        is_without_bones=is_without_bones(dataset),
    )
    silent = {name for name in _SAID_IN if getattr(header, name) in ("", None, ())}
    silent |= {"windows"} if len(windows) <= 1 and not unfit_windows else set()  # One window is the whole range.
    return replace(
        header, unclear=tuple(name for name in _SAID_IN if name in silent and is_given(dataset, *_SAID_IN[name]))
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
    return next(filter(None, (_described_view(text(dataset, keyword)) for keyword in _VIEW_DESCRIPTIONS)), "")


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
