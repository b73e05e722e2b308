"""What does the beginning of a DICOM file say of its place in a study? Nothing that is kept says who the patient is."""

import hashlib
import io
import re
import unicodedata
import zlib
from contextlib import suppress

from pydicom.dataset import Dataset
from pydicom.filereader import _read_file_meta_info, read_dataset, read_partial, read_preamble
from pydicom.uid import DeflatedExplicitVRLittleEndian

from model_store.film.dicom.file import silent
from model_store.film.dicom.header.header import header_of
from model_store.film.dicom.kinds import other_kind
from model_store.film.dicom.values import numbers, text
from model_store.film.header.header import Header, StudyImage

_PIXELS = 0x7FE00010


def study_image(start: bytes, salt: str) -> StudyImage:
    """Read the header of a DICOM file as far as it goes; one that cannot be read stands alone.

    Args:
        start: how the file begins; values that lie behind it, or are nonsense, count as not given.
        salt: what is hashed with the study's UID, and with who the patient is; images of one study, or of one patient,
            have the same hash by the same salt.
    """
    with silent(), suppress(Exception):  # Whatever a damaged header leads pydicom to.
        dataset = _header(start)
        header = _film_header(dataset)
        study = _study(dataset)
        return StudyImage(
            study=hashlib.sha256((salt + study).encode()).hexdigest() if study else "",
            kind=other_kind(dataset)
            or ("a series of pictures" if (_whole(dataset, "NumberOfFrames") or 1) > 1 else ""),
            header=header,
            is_other_part=header.is_chest is False,
            size=(_whole(dataset, "Rows") or 0) * (_whole(dataset, "Columns") or 0),
            number=_whole(dataset, "InstanceNumber"),
            patient=hashlib.sha256((salt + patient).encode()).hexdigest() if (patient := _patient(dataset)) else "",
            day=day if re.fullmatch(r"[0-9]{8}", day := text(dataset, "StudyDate").strip()) else "",
        )
    return StudyImage()


def _patient(header: Dataset) -> str:
    return text(header, "PatientID") or _name_and_birth(header)


def _study(dataset: Dataset) -> str:
    """Return what identifies a study, "" for none; of two patients it is never the same.

    Programs that take names out of files sometimes leave one identifier for the studies of all patients.
    """
    study, patient = text(dataset, "StudyInstanceUID"), text(dataset, "PatientID")
    return f"{study} {patient or str(dataset.get('PatientName') or '').casefold()}" if study else ""


def _film_header(dataset: Dataset) -> Header:
    with suppress(Exception):  # An object without a picture lacks what a film has.
        return header_of(dataset, ())
    return Header()


def _whole(dataset: Dataset, keyword: str) -> int | None:
    with suppress(ValueError, OverflowError):
        return next(map(int, numbers(dataset, keyword)), None)
    return None


def _header(start: bytes, *, most: int = 0) -> Dataset:
    """Read a header; of a deflated one as many bytes as are given are inflated, or `most` where that is more."""
    file = io.BytesIO(start)
    read_preamble(file, force=True)
    meta = _read_file_meta_info(file)
    if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(start[file.tell() :], max(most, len(start)))
        return read_dataset(io.BytesIO(inflated), False, True, stop_when=_at_pixels)
    file.seek(0)
    return read_partial(file, stop_when=_at_pixels, force=True)


def _at_pixels(tag: int, vr: str | None, length: int) -> bool:
    return tag >= _PIXELS


_PATIENTS = b"patients of a data set"
"""What keys the hash of a patient: always the same, so that a patient is found again in every later division."""


PATIENT_BYTES = 16_000_000
"""What is read of a file to find its patient: private data of scanners stand before that, hundreds of kilobytes."""


def patient_key(start: bytes) -> str:
    """Return what tells the patient of a DICOM file from others: 32 digits, the same in every process, or "".

    It is a hash of the header's patient number, or of name and birth date where that is missing, which others could
    find again by trying all: it may be compared, but neither shown nor written anywhere.

    Args:
        start: how the file begins; `PATIENT_BYTES` of it are enough.
    """
    with silent(), suppress(Exception):  # Whatever a damaged header leads pydicom to.
        header = _header(start, most=PATIENT_BYTES)
        patient = _patient(header)
        return hashlib.blake2b(patient.encode(), key=_PATIENTS, digest_size=16).hexdigest() if patient else ""
    return ""


def _name_and_birth(header: Dataset) -> str:
    """Return name and birth date in one spelling; "" unless both are given, since many people share a name."""
    name = unicodedata.normalize("NFC", str(header.get("PatientName") or "")).casefold()
    birth = text(header, "PatientBirthDate")
    parts = " ".join(re.findall(r"\w+", name))
    return f"{parts} {birth}" if parts and birth else ""
