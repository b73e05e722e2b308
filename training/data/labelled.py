"""What is a labelled film? A file with its split, class, patient and hash; and what do names of classes mean?"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from model_store.decoding.pool import decode
from model_store.errors import UserError
from model_store.film.fingerprint import fingerprint
from model_store.film.formats import is_dicom
from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import MAX_BYTES, UnreadableImage
from model_store.sources.films import HEADER_BYTES
from model_store.trainings.data_folder import TEST_SPLIT, split_key
from model_store.versions import learned_from

CLASSES = ("NORMAL", "PNEUMONIA")
LEFT_OUT = "-"
"""What a name of a class means whose films are not used."""

UNSPLIT = "all"
"""Split of films that lie in no split."""

_MARK_BYTES = 256
"""What is read of every file to see whether it is DICOM."""

_PNEUMONIA_NAME = re.compile(r"person(\d+)_(bacteria|virus)_")
_NORMAL_NAME = re.compile(r"(NORMAL2-)?IM-(\d+)-")


class DatasetError(UserError, ValueError):
    """The data cannot be trained or evaluated on; the message says what was expected and what was found."""


@dataclass(frozen=True)
class LabelledImage:
    """One file of a data set.

    Attributes:
        path: the file.
        split: name of the split's folder; "all" where there is none.
        label: "NORMAL" or "PNEUMONIA".
        patient: name of the patient, or a hash of a DICOM header's number; the file's own name where nothing tells.
        pathogen: "bacteria", "virus" or "" where the name does not tell.
        sha256: hexadecimal SHA-256 of the bytes.
        patient_is_named: whether a table or the header names the patient; file names count anew in each class.
        patient_is_hidden: whether the patient comes from the header, and so is neither shown nor written anywhere.
    """

    path: Path
    split: str
    label: str
    patient: str
    pathogen: str
    sha256: str
    patient_is_named: bool = False
    patient_is_hidden: bool = False

    @property
    def target(self) -> int:
        """1 for PNEUMONIA, 0 for NORMAL."""
        return CLASSES.index(self.label)

    @property
    def patient_key(self) -> str:
        """What two films of one person have in common, and films of two people do not."""
        return self.patient if self.patient_is_named else f"{self.label}/{self.patient}"

    @property
    def is_test(self) -> bool:
        """True for a film of the test split, however that is spelled."""
        return split_key(self.split) == TEST_SPLIT

    @cached_property
    def fingerprint(self) -> str:
        """By what the film is known when it is saved anew; "" where it cannot be read. It is decoded for it once."""
        try:
            return fingerprint(self.radiograph().pixels)
        except (UnreadableImage, OSError):
            return ""

    @property
    def entry(self) -> str:
        """What the list of a version says that learned from it."""
        return learned_from.entry(self.sha256, self.fingerprint)

    def radiograph(self) -> Radiograph:
        """Read the film as every upload is read; raises UnreadableImage where it cannot be.

        DICOM has many decoders, and a file may be made to crash one, so it is decoded in a process that may be lost.
        """
        with self.path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        return decode(data) if is_dicom(data) else load_radiograph(data)


def labelled_image(path: Path, *, split: str, label: str, patient: str = "") -> LabelledImage:
    """Read a file's hash and, where no patient is named, the patient from a DICOM header or from the file's name."""
    from_name, pathogen = _patient_of(path.stem)
    with path.open("rb") as file:
        from_header = "" if patient else _patient_in_header(file)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LabelledImage(
        path=path,
        split=split,
        label=label,
        patient=patient or from_header or from_name,
        pathogen=pathogen,
        sha256=digest,
        patient_is_named=bool(patient or from_header),
        patient_is_hidden=bool(from_header),
    )


def _patient_in_header(file: BinaryIO) -> str:
    """Return the hash by which a DICOM file tells patients apart, "" for any other file; at its beginning again."""
    start, patient = file.read(_MARK_BYTES), ""
    if is_dicom(start):
        # pydicom takes a third of a second to import, which PNG and JPEG do not need.
        from model_store.film.dicom.study import patient_key

        patient = patient_key(start + file.read(HEADER_BYTES))
    file.seek(0)
    return patient


def composed(name: str) -> str:
    """Return a name with its accents in its letters (NFC): macOS takes them apart, and both look the same."""
    return unicodedata.normalize("NFC", name)


def class_key(name: str) -> str:
    """Return what is the same in all spellings of a class's name."""
    return composed(composed(name).strip().casefold())


def meanings(classes: Mapping[str, str]) -> dict[str, str]:
    """Return what each name of a class means: NORMAL, PNEUMONIA or "-", by its `class_key`.

    Args:
        classes: what names beside NORMAL and PNEUMONIA mean.

    Raises:
        DatasetError: a meaning is none of the three, or a name has two.
    """
    known = {class_key(label): label for label in CLASSES}
    for name, meaning in classes.items():
        if meaning not in (*CLASSES, LEFT_OUT):
            raise DatasetError(f"The class '{name}' was said to mean '{meaning}'; expected NORMAL, PNEUMONIA or -.")
        if known.setdefault(class_key(name), meaning) != meaning:
            raise DatasetError(f"The class '{name}' was given two meanings; say one of NORMAL, PNEUMONIA and -.")
    return known


def _patient_of(stem: str) -> tuple[str, str]:
    # The person number alone is a trap: Kermany's numbering restarts for each pathogen.
    if match := _PNEUMONIA_NAME.match(stem):
        return f"{match[2]}-{match[1]}", match[2]
    if match := _NORMAL_NAME.match(stem):
        return f"{match[1] or ''}IM-{match[2]}", ""
    return stem, ""
