"""DICOM files without pixels and results that were read from them, for the tests of what is exported."""

import hashlib
import io
from dataclasses import replace

import numpy as np
from pydicom.config import disable_value_validation
from pydicom.datadict import DicomDictionary, keyword_for_tag
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from model_store.export.dicom.result import DicomResult
from model_store.film.header.sides import USUAL
from model_store.reading.decision.calibration import Calibration
from model_store.reading.results import Evidence, Prediction, Reading
from tests.doubles.fakes import WEIGHTS, sample_explanation
from tests.doubles.films import phantom

COMPUTED_RADIOGRAPHY = "1.2.840.10008.5.1.4.1.1.1"
UIDS = {
    "SOPClassUID": COMPUTED_RADIOGRAPHY,
    "StudyInstanceUID": "1.2.999.1",
    "SeriesInstanceUID": "1.2.999.2",
    "SOPInstanceUID": "1.2.999.3",
}
PATIENT = {
    "PatientName": "Marker^Mary",
    "PatientID": "MARK-4711",
    "IssuerOfPatientID": "MARK-ISSUER",
    "PatientBirthDate": "20190517",
    "PatientSex": "F",
    "PatientAge": "004Y",
    "StudyDate": "20231105",
    "StudyTime": "031415",
    "AccessionNumber": "MARK-ACC",
    "StudyID": "MARK-STUDY",
    "StudyDescription": "MARK-DESCRIPTION",
    "ReferringPhysicianName": "Marker^Doctor",
}
PICTURE = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)

_MARKS = {
    **dict.fromkeys(("PN", "LO", "SH", "LT", "ST", "UT", "UC", "CS", "AE"), "ZQX{}"),
    **{
        "UI": "1.2.999.{}",
        "DA": "19310217",
        "TM": "031415.926",
        "DT": "19310217031415",
        "AS": "097Y",
        "UR": "ZQX://{}",
    },
    **{"DS": "27182.81", "IS": "271828"},
}
MARKED = (b"ZQX", b"1.2.999.", b"19310217", b"031415", b"097Y", b"27182")
"""What is in some value of a film in which everything is marked."""


def film(values=None, *, syntax=ExplicitVRLittleEndian, private=False, preamble=True, **others):
    """A DICOM file with these values, valid or not; None takes one away."""
    size = {"Rows": 256, "Columns": 320}
    with disable_value_validation():
        return _written(
            _dataset({**UIDS, **size, **(values or {}), **others}, syntax, private=private), preamble=preamble
        )


def _dataset(values, syntax, *, private):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    for keyword, value in values.items():
        if value is not None:
            setattr(dataset, keyword, value)
    if private:
        block = dataset.private_block(0x0011, "ZQX PRIVATE", create=True)
        block.add_new(0x01, "LO", "ZQXPRIVATE")
    dataset.file_meta.MediaStorageSOPClassUID = COMPUTED_RADIOGRAPHY
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.999.3"
    dataset.file_meta.SourceApplicationEntityTitle = "ZQXAE"
    return dataset


def _written(dataset, *, preamble):
    written = io.BytesIO()
    dataset.save_as(written, enforce_file_format=True)
    return written.getvalue() if preamble else written.getvalue()[132:]


def drawn_film(values=None, *, width=320, height=256, seed=1):
    """A film that can be read: a drawn chest in a file with these values."""
    pixels = phantom.chest_film(phantom.Chest(width=width, height=height, seed=seed))
    image = {
        "Rows": height,
        "Columns": width,
        "PixelData": pixels.tobytes(),
        "PhotometricInterpretation": "MONOCHROME2",
    }
    bits = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelRepresentation": 0, "SamplesPerPixel": 1}
    return film({"Modality": "CR", "BodyPartExamined": "CHEST", **bits, **image, **(values or {})})


def marked_film():
    """A film in which every attribute that can hold text, a date or a UID holds a mark, in items of sequences too."""
    values = {}
    for number, (tag, (kind, *_)) in enumerate(DicomDictionary.items()):
        keyword = keyword_for_tag(tag)
        is_marked = keyword and tag >> 16 not in (0x0000, 0x0002, 0x0004) and kind in _MARKS
        if is_marked and keyword not in ("SpecificCharacterSet", "PatientSex", *UIDS):
            values[keyword] = _MARKS[kind].format(number)
    item = Dataset()
    item.PatientName, item.ScheduledProcedureStepID, item.StudyInstanceUID = "ZQX^ITEM", "ZQXSTEP", "1.2.999.7"
    return film(values, RequestAttributesSequence=[item], OtherPatientIDsSequence=[item], private=True)


def result_of(source=None, *, source_format="DICOM", statements=(), zones=("right upper",), sides=USUAL, **prediction):
    """What a version says of a film; more of its prediction may be given."""
    evidence = Evidence(in_lung=0.8, chance=0.5, zones=zones, sides=sides)
    explanation = replace(sample_explanation(), evidence=evidence)
    reading = Reading(
        sha256=hashlib.sha256(source or b"png").hexdigest(),
        version="kermany-1",
        weights_sha256=WEIGHTS,
        prediction=Prediction(**{"logit": 1.0, "probability": 0.8412, "operating_point": 0.437} | prediction),
        explanations=(explanation,),
        seconds=0.3,
    )
    return DicomResult(
        *(reading, explanation, Calibration.by_temperature(1.31), source_format if source else "PNG"),
        (60, 80),
        tuple(statements),
    )
