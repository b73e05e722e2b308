"""What does a result look like in an archive? A DICOM Secondary Capture of the picture with the heatmap."""

from typing import TYPE_CHECKING

from model_store.export.colours import Picture
from model_store.export.dicom.deidentify import ImageReference, Origin, complete
from model_store.export.dicom.result import DicomResult
from model_store.export.wording.sentences import RESEARCH_USE

if TYPE_CHECKING:
    from highdicom.sc import SCImage
    from pydicom.dataset import Dataset

SERIES_NUMBER = 9001
"""Of the pictures; high, so that they come after the study's own series."""

_LONGEST = {"ST": 1024, "LT": 10240}
"""Characters at most of a short and a long text, DICOM PS3.5, table 6.2-1."""


def build_secondary_capture(picture: Picture, result: DicomResult, origin: Origin) -> "SCImage":
    """Make the Secondary Capture of a result.

    Args:
        picture: (height, width, 3), uint8, red green blue, as "Save picture" makes it.
        result: what was found.
        origin: the patient and study that it goes to, and the film.
    """
    from highdicom.sc import SCImage
    from pydicom.uid import ExplicitVRLittleEndian

    capture = SCImage(
        pixel_array=picture,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        study_instance_uid=origin.study_uid,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        content_qualification="RESEARCH",
        **result.alone_in_a_series(SERIES_NUMBER),
    )
    complete(capture, origin)
    _describe(capture, result, origin)
    return capture


def _describe(capture: "SCImage", result: DicomResult, origin: Origin) -> None:
    capture.ConversionType = "WSD"
    capture.PatientOrientation = []  # Unknown: the picture holds words and often two views of the film.
    capture.BodyPartExamined = "CHEST"
    # The program's words below the film name nobody. What is in the film itself the film's own file knows, or nobody,
    # and a reason that somebody typed may name anyone.
    if origin.burned_in == "YES" or (origin.burned_in and not result.reading.overruled):
        capture.BurnedInAnnotation = origin.burned_in
    if origin.was_lossy or result.source_format == "JPEG":
        capture.LossyImageCompression = "01"
    capture.DerivationDescription = result.derivation(origin)[: _LONGEST["ST"]]
    capture.ImageComments = " ".join([RESEARCH_USE, *result.statements])[: _LONGEST["LT"]]
    if origin.image:
        capture.SourceImageSequence = [_source(origin.image)]


def _source(image: ImageReference) -> "Dataset":
    from highdicom.sr import CodedConcept
    from pydicom.dataset import Dataset
    from pydicom.sr.codedict import codes

    item = Dataset()
    item.ReferencedSOPClassUID = image.sop_class_uid
    item.ReferencedSOPInstanceUID = image.sop_uid
    purpose = codes.DCM.SourceImageForImageProcessingOperation
    item.PurposeOfReferenceCodeSequence = [CodedConcept.from_code(purpose)]
    return item
