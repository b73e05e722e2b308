"""How does a result leave as DICOM? As a Secondary Capture and a Structured Report that refer to the film."""

import hashlib
import io
import logging
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from model_store.dicom_result import DicomResult
from model_store.overlay import Picture

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

HOW_TO_INSTALL = (
    "Saving as DICOM needs one more package; whoever installed this program adds it with: pip install highdicom"
)


class ExportUnavailable(RuntimeError):
    """The package that writes DICOM objects is not installed; the message says how to get it."""


@dataclass(frozen=True)
class DicomFiles:
    """The two files of a result.

    Attributes:
        secondary_capture: the picture.
        structured_report: what was found.
    """

    secondary_capture: bytes
    structured_report: bytes


def is_available() -> bool:
    """Return whether results can be saved as DICOM."""
    return find_spec("highdicom") is not None


def why_not_kept(source: bytes) -> str | None:
    """Return in one sentence why a result cannot go to its film's own patient and study; None where it can."""
    from model_store.deidentify import PatientNotKept, origin_of

    try:
        origin_of(source, keep_patient=True)
    except PatientNotKept as refusal:
        return str(refusal)
    return None


def export_dicom(
    picture: Picture, result: DicomResult, source: bytes | None = None, *, keep_patient: bool = False
) -> DicomFiles:
    """Make the DICOM objects of a result.

    Args:
        picture: (height, width, 3), uint8, red green blue, the result as it is to be seen.
        result: what was found.
        source: the film's DICOM file; None for a film that is none.
        keep_patient: whether both objects go to the film's own patient and study; de-identified otherwise.

    Raises:
        ExportUnavailable: highdicom is not installed.
        PatientNotKept: the patient is to be kept and the file does not say whose it is.
        ValueError: the file is not the film that the result was read from.
    """
    if not is_available():
        raise ExportUnavailable(HOW_TO_INSTALL)
    if source is not None and hashlib.sha256(source).hexdigest() != result.reading.sha256:
        raise ValueError("This result was read from another file.")
    from model_store.deidentify import origin_of
    from model_store.secondary_capture import build_secondary_capture
    from model_store.structured_report import build_structured_report

    logging.getLogger("highdicom").setLevel(logging.CRITICAL + 1)  # It would log names that seem odd to it.
    origin = origin_of(source, keep_patient=keep_patient)
    capture = build_secondary_capture(picture, result, origin)
    return DicomFiles(_bytes(capture), _bytes(build_structured_report(result, origin, capture)))


def to_zip(files: DicomFiles) -> bytes:
    """Pack both files into one ZIP, in a folder whose name no other export has, so that several can be unpacked."""
    folder = hashlib.sha256(files.structured_report).hexdigest()[:12]
    packed = io.BytesIO()
    members = {"secondary-capture": files.secondary_capture, "structured-report": files.structured_report}
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            # Its day is that of all ZIPs that say nothing, since the day of a film often is that of its result.
            member = zipfile.ZipInfo(f"result-{folder}/{name}.dcm")
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _bytes(built: "Dataset") -> bytes:
    written = io.BytesIO()
    built.save_as(written, enforce_file_format=True)
    return written.getvalue()
