"""DICOM files of a study, as a clinic's archive or disc holds them; drawn, and nobody's."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian

from tests.doubles.films import phantom

CT, DOSE_REPORT, DIRECTORY = (
    *("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.88.67"),
    "1.2.840.10008.1.3.10",
)
NAME = "Doe^Jane"


def film(view: str = "PA", *, study: str = "1.2.3", chest: phantom.Chest | None = None, **values: Any) -> bytes:
    """Return a CR film; `values` are further elements by keyword, None for one that is not there."""
    pixels = phantom.chest_film(chest or phantom.Chest(width=320, height=256))
    picture = {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        "PixelData": pixels.tobytes(),
    }
    said = {"Modality": "CR", "BodyPartExamined": "CHEST", "ViewPosition": view, "StudyInstanceUID": study}
    return saved(said | picture | values)


def other(sop_class: str, *, study: str = "1.2.3", modality: str = "SR") -> bytes:
    """Return an object without a picture."""
    return saved({"SOPClassUID": sop_class, "Modality": modality, "StudyInstanceUID": study})


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


@disable_value_validation()
def saved(values: dict[str, Any], *, syntax: str = ExplicitVRLittleEndian, preamble: bool = True) -> bytes:
    """Return the file of a data set of these elements, whether a standard allows them or not."""
    dataset = Dataset()
    for keyword, value in ({"SOPClassUID": ComputedRadiographyImageStorage, "PatientName": NAME} | values).items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.SOPInstanceUID = "1.2.3.4"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "1.2")
    dataset.file_meta.TransferSyntaxUID = syntax
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue() if preamble else file.getvalue()[132:]
