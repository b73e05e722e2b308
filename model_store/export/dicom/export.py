"""How does a result leave as DICOM? As a picture, a report and, on the film, its outlines."""

import hashlib
import io
import logging
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_store.export.colours import Picture
from model_store.export.dicom.refusals import PatientNotKept
from model_store.export.dicom.result import DicomResult

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True)
class DicomFiles:
    """The files of a result.

    Attributes:
        secondary_capture: the picture.
        structured_report: what was found.
        presentation_state: how it is drawn on the film itself; None where the film is not referred to.
    """

    secondary_capture: bytes
    structured_report: bytes
    presentation_state: bytes | None = None

    def in_a_folder(self) -> dict[str, bytes]:
        """Return the files that there are by what a name of theirs ends in, beside those of other results."""
        return dict(zip(("picture", "report", "outlines"), self.named().values(), strict=False))

    def named(self) -> dict[str, bytes]:
        """Return the files that there are by the kind of their objects."""
        files = {"secondary-capture": self.secondary_capture, "structured-report": self.structured_report}
        return files | ({"presentation-state": self.presentation_state} if self.presentation_state else {})


def why_not_kept(source: bytes) -> str | None:
    """Return in one sentence why a result cannot go to its film's own patient and study; None where it can."""
    from model_store.export.dicom.deidentify import origin_of

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
        keep_patient: whether the objects go to the film's own patient and study; de-identified otherwise.

    Raises:
        PatientNotKept: the patient is to be kept and the file does not say whose it is.
        ValueError: the file is not the film that the result was read from.
    """
    if source is not None and hashlib.sha256(source).hexdigest() != result.reading.sha256:
        raise ValueError("This result was read from another file.")
    from model_store.export.dicom.deidentify import origin_of
    from model_store.export.dicom.presentation_state import build_presentation_state
    from model_store.export.dicom.secondary_capture import build_secondary_capture
    from model_store.export.dicom.structured_report import build_structured_report

    logging.getLogger("highdicom").setLevel(logging.CRITICAL + 1)  # It would log names that seem odd to it.
    origin = origin_of(source, keep_patient=keep_patient)
    capture = build_secondary_capture(picture, result, origin)
    report = build_structured_report(result, origin, capture)
    state = build_presentation_state(result, origin, source) if source is not None else None
    return DicomFiles(_bytes(capture), _bytes(report), _bytes(state) if state else None)


def to_zip(files: DicomFiles) -> bytes:
    """Pack the files into one ZIP, in a folder whose name no other export has, so that several can be unpacked."""
    folder = hashlib.sha256(files.structured_report).hexdigest()[:12]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.named().items():
            # Its day is that of all ZIPs that say nothing, since the day of a film often is that of its result.
            member = zipfile.ZipInfo(f"result-{folder}/{name}.dcm")
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _bytes(built: "Dataset") -> bytes:
    written = io.BytesIO()
    built.save_as(written, enforce_file_format=True)
    return written.getvalue()
