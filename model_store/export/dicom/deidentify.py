"""Whose result is it? The patient, study and image of a DICOM object that is made from a film, de-identified or kept.

De-identified is what the Basic Application Level Confidentiality Profile of DICOM PS3.15, annex E, asks for, by
construction: a new object begins empty, and nothing of the film's header is taken over but whether its picture was
compressed with loss and may hold writing that identifies the patient. UIDs are replaced, the same ones by the same ones
within one export.
"""

import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydicom import config
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import UID, generate_uid
from pydicom.valuerep import DA, TM, validate_value

from model_store.decoding.pool import header_text
from model_store.export.dicom.refusals import PatientNotKept
from model_store.film.dicom.values import LOSSY
from model_store.film.refusals import UnreadableImage

KEPT = (
    *("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientAge"),
    *("StudyDate", "StudyTime", "AccessionNumber", "StudyID", "StudyDescription", "ReferringPhysicianName"),
)
"""What is copied from the film where the patient is kept: the attributes by which an archive files an object."""

REQUIRED = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "AccessionNumber", "StudyID", "ReferringPhysicianName"),
)
"""What every object has to have, if need be empty: the type 2 attributes of the Patient and General Study modules."""

NOT_IN_THE_FILE = (
    "This film's file does not say in a valid form which patient, study and image it is, so its result cannot be filed "
    "with them; please save it without the patient's identity."
)

METHOD = "New object: nothing of the source's header, UIDs replaced"

Header = dict[str, str | None]
"""Values of a film's header by keyword, as text."""

_DATES = ("DA", "TM", "DT")
_NO_DAY = {"ContentDate": "19000101", "ContentTime": "000000"}
"""What an object has to say of when it was made says nothing; such values are for PS3.15, table E.1-1, to choose."""

_NO_LETTERS = ("Cc", "Cs", "Zl", "Zp")
"""Characters that no name or number has: controls, halves of characters, ends of lines. Some names need others that
are not to be seen, such as the full-width space between Japanese ones and the joiners in Persian ones."""

_MOST_PARTS = 5
"""Of a person's name in one way to write it, DICOM PS3.5, section 6.2.1.1."""

_IDENTIFYING = ("PatientID", "IssuerOfPatientID")
_UIDS = ("SOPClassUID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
_OTHERS = ("PatientIdentityRemoved", "BurnedInAnnotation", "LossyImageCompression", "Rows", "Columns")


@dataclass(frozen=True)
class ImageReference:
    """An image that others refer to.

    Attributes:
        sop_class_uid: what kind of object it is.
        series_uid: the series that it lies in.
        sop_uid: which object it is.
    """

    sop_class_uid: str
    series_uid: str
    sop_uid: str


@dataclass(frozen=True)
class Origin:
    """Where a new object belongs.

    Attributes:
        attributes: patient and study attributes by keyword, with all that are required, None for an empty one.
        study_uid: of the study.
        image: the film that the result was read from; None where there is none that could be referred to.
        is_kept: whether patient and study are the film's own.
        was_lossy: whether the film's picture was compressed with loss.
        burned_in: "YES" or "NO" as the film's file says of writing in its picture; None where it does not say.
        size: rows and columns of the film as its file stores it; None where that is not known.
    """

    attributes: dict[str, Any]
    study_uid: str
    image: ImageReference | None = None
    is_kept: bool = False
    was_lossy: bool = False
    burned_in: str | None = None
    size: tuple[int, int] | None = None

    @property
    def film(self) -> tuple[ImageReference, tuple[int, int]] | None:
        """The film's image and its rows and columns, where an archive can have it: not where its UIDs are replaced."""
        return (self.image, self.size) if self.is_kept and self.image and self.size else None


def origin_of(source: bytes | None, *, keep_patient: bool = False) -> Origin:
    """Say where the result of a film belongs.

    Args:
        source: the film's DICOM file; None for a film that is none, whose result gets a study of its own.
        keep_patient: whether to take over the film's own patient, study and image.

    Raises:
        PatientNotKept: they are to be taken over and the file does not say them.
    """
    header = _header(source) if source is not None else {}
    if keep_patient:
        return _kept(header)
    secret = secrets.token_hex(32)
    uids = {keyword: generate_uid(entropy_srcs=[secret, keyword, str(header.get(keyword))]) for keyword in _UIDS}
    kind = _sop_class(header)
    # A name that no other export has: archives take objects without an ID for those of one patient.
    name = f"XRR-{secrets.token_hex(6).upper()}"
    return Origin(
        attributes=dict.fromkeys(REQUIRED) | {"PatientName": f"{name}^", "PatientID": name} | _removed(METHOD),
        study_uid=uids["StudyInstanceUID"],
        image=ImageReference(kind, uids["SeriesInstanceUID"], uids["SOPInstanceUID"]) if kind else None,
        was_lossy=_was_lossy(header),
        burned_in=_burned_in(header),
    )


def complete(new: Dataset, origin: Origin) -> None:
    """Write into a new object whose it is, in text of UTF-8, and how it was de-identified."""
    for keyword, value in origin.attributes.items():
        setattr(new, keyword, value)
    new.SpecificCharacterSet = "ISO_IR 192"
    if not origin.is_kept:
        new.DeidentificationMethodCodeSequence = [_coded(codes.DCM.BasicApplicationConfidentialityProfile)]
        new.LongitudinalTemporalInformationModified = "REMOVED"
        new.walk(_remove_date)


def _remove_date(dataset: Dataset, element: DataElement) -> None:
    """Remove when an object was made: a film is often read on the day on which it was taken."""
    if element.VR in _DATES and element.value:
        if element.keyword in _NO_DAY:
            element.value = _NO_DAY[element.keyword]
        else:
            del dataset[element.tag]


def _coded(code: Code) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme_designator, code.meaning
    return item


def _header(source: bytes) -> Header:
    with suppress(UnreadableImage):  # One that ends the decoder says nothing, as one that is damaged.
        return header_text(source, (*_UIDS, *KEPT, *_OTHERS))
    return {}


def _kept(header: Header) -> Origin:
    uids = {keyword: _value(header, keyword) for keyword in _UIDS}
    kind, study = _sop_class(header), uids["StudyInstanceUID"]
    series, image = uids["SeriesInstanceUID"], uids["SOPInstanceUID"]
    # Another patient's ID, such as one cut short or the same of elsewhere, must never come of one that is not valid.
    is_lost = any(header.get(keyword) is not None and _value(header, keyword) is None for keyword in _IDENTIFYING)
    if kind is None or study is None or series is None or image is None or is_lost:
        raise PatientNotKept(NOT_IN_THE_FILE)
    copied = {keyword: value for keyword in KEPT if (value := _value(header, keyword)) is not None}
    was_removed = _value(header, "PatientIdentityRemoved") == "YES"
    return Origin(
        attributes=dict.fromkeys(REQUIRED) | copied | (_removed("As in the source image") if was_removed else {}),
        study_uid=study,
        image=ImageReference(kind, series, image),
        is_kept=True,
        was_lossy=_was_lossy(header),
        burned_in=_burned_in(header),
        size=_size(header),
    )


def _removed(method: str) -> dict[str, str]:
    return {"PatientIdentityRemoved": "YES", "DeidentificationMethod": method}


def _value(header: Header, keyword: str) -> str | None:
    """Return a header's value; None where it is missing, empty or not valid."""
    text = header.get(keyword)
    return text if text and _is_valid(keyword, text) else None


def _is_valid(keyword: str, text: str) -> bool:
    kind = dictionary_VR(keyword)
    if "\\" in text or any(unicodedata.category(letter) in _NO_LETTERS for letter in text):
        return False
    if keyword == "PatientSex" and text not in ("M", "F", "O"):
        return False
    if kind == "PN" and any(written.count("^") >= _MOST_PARTS for written in text.split("=")):
        return False
    try:
        validate_value(kind, text, config.RAISE)
        {"DA": DA, "TM": TM}.get(kind, str)(text)  # A 31st of June has the form of a date and is none.
    except ValueError:
        return False
    return True


def _sop_class(header: Header) -> str | None:
    kind = _value(header, "SOPClassUID")
    return kind if kind and UID(kind).type == "SOP Class" else None


def _was_lossy(header: Header) -> bool:
    return header.get("TransferSyntaxUID") in LOSSY or _value(header, "LossyImageCompression") == "01"


def _burned_in(header: Header) -> str | None:
    said = _value(header, "BurnedInAnnotation")
    return said if said in ("YES", "NO") else None


def _size(header: Header) -> tuple[int, int] | None:
    rows, columns = (header.get(keyword) or "" for keyword in ("Rows", "Columns"))
    return (int(rows), int(columns)) if rows.isdecimal() and columns.isdecimal() else None
