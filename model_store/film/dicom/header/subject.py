"""What does a data set say was filmed, and was the picture left as it was taken? Answered in words of our own alone.

Descriptions are free text that may name anybody: what is found in them is never passed on as it stands there.
"""

import re

from pydicom.dataset import Dataset

from model_store.film.dicom.values import text
from model_store.film.header.body_parts import described_part
from model_store.film.header.header import ANIMAL, TEST_OBJECT, UNNAMED

DESCRIPTIONS = ("SeriesDescription", "ProtocolName", "AcquisitionDeviceProcessingDescription")
"""What describes this picture; that of the study may name several parts of the body, each on a film of its own."""

_PEOPLE = re.compile(r"HOMO|HUMAN|HUMAIN|UMAN|MENSCH|MENS\b|PERSON")
_PEOPLE_CODES = ("337915000", "L-85B00")
"""Homo sapiens in SNOMED CT and SNOMED-RT, PS3.16 CID 7454."""

_TEST_OBJECT = re.compile(r"\b(PH|F)ANTOM(E|A|S)?\b")

_TAKEN_OUT = r"(SUPP\w*|SUBTR\w*|REMOV\w*|FREE|LESS|ELIMIN\w*)"
_WITHOUT_BONES = re.compile(
    rf"(BONES?|RIBS?|KNOCHEN)\W*{_TAKEN_OUT}|{_TAKEN_OUT}\W+(OF\W+)?(BONES?|RIBS?)|SOFT\W?TISSUE|WEICHTEIL|"
    r"BONE\W?(IMAGE|ONLY)|CLEAR\W?READ|DUAL\W?ENERGY"
)
"""How programs name what they make of a chest film: bones taken out of it, or the two pictures of dual energy."""


def subject_of(dataset: Dataset) -> str:
    """Return what was filmed where the file says that it was no person: ANIMAL or TEST_OBJECT, else ""."""
    if _is_animal(dataset):
        return ANIMAL
    is_control = "YES" in (
        text(dataset, "QualityControlSubject").upper(),
        text(dataset, "QualityControlImage").upper(),
    )
    names = ("PatientName", "PatientID", "StudyDescription", *DESCRIPTIONS)
    return TEST_OBJECT if is_control or any(_TEST_OBJECT.search(_words(dataset, name)) for name in names) else ""


def other_part_of(dataset: Dataset) -> str:
    """Return the part of the body that a description of the picture names, "ABDOMEN" for example; "" for the chest."""
    return next(filter(None, (described_part(text(dataset, keyword)) for keyword in DESCRIPTIONS)), "")


def is_without_bones(dataset: Dataset) -> bool:
    """Return whether a description says that a program took the bones out of the picture, or all else."""
    return any(_WITHOUT_BONES.search(_words(dataset, name)) for name in (*DESCRIPTIONS, "DerivationDescription"))


def _is_animal(dataset: Dataset) -> bool:
    species = _words(dataset, "PatientSpeciesDescription")
    codes = [text(item, "CodeValue") for item in dataset.get("PatientSpeciesCodeSequence") or []]
    if _PEOPLE.search(species) or any(code in _PEOPLE_CODES for code in codes):
        return False
    breed = _words(dataset, "PatientBreedDescription")
    return any(codes) or species.strip() not in UNNAMED or breed.strip() not in UNNAMED


def _words(dataset: Dataset, keyword: str) -> str:
    return re.sub(r"[_^=]", " ", str(dataset.get(keyword) or "")).upper()
