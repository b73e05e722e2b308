"""What is a labelled film? A file with its split, class, patient and hash; and what do names of classes mean?"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from model_store.basics.errors import UserError
from model_store.decoding.pool import decode
from model_store.film.fingerprint import fingerprint
from model_store.film.kind.formats import is_dicom
from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import MAX_BYTES, UnreadableImage
from model_store.sources.films import HEADER_BYTES
from model_store.trainings.folder_names import CLASSES as CLASSES
from model_store.trainings.folder_names import LEFT_OUT as LEFT_OUT
from model_store.trainings.folder_names import TEST_SPLIT, TRAINING_SPLIT, class_key, split_key
from model_store.versions import learned_from

UNSPLIT = "all"
"""Split of films that lie in no split."""

SPLIT_MEANINGS = (TRAINING_SPLIT, TEST_SPLIT, LEFT_OUT)
"""What a name of a split can be said to mean."""

_MARK_BYTES = 256
"""What is read of every file to see whether it is DICOM."""

_PNEUMONIA_NAME = re.compile(r"person(\d+)_(bacteria|virus)_")
_NORMAL_NAME = re.compile(r"(NORMAL2-)?IM-(\d+)-")
_RELEASE_NAME = re.compile(r"(?:NORMAL|(BACTERIA|VIRUS))-(\d+)-\d+", re.IGNORECASE)
"""Of the set's original release: kind, number of the patient, and of the film."""


class DatasetError(UserError, ValueError):
    """The data cannot be trained or evaluated on; the message says what was expected and what was found."""


@dataclass(frozen=True)
class LabelledImage:
    """One file of a data set.

    Attributes:
        path: the file.
        split: name of the split's folder, or what that was said to mean; "all" where there is none.
        label: "NORMAL" or "PNEUMONIA".
        patient: name of the patient, or of the patient's folder, or a hash of a DICOM header's number; the file's own
            name where nothing tells.
        pathogen: "bacteria", "virus" or "" where the name does not tell.
        sha256: hexadecimal SHA-256 of the bytes.
        patient_is_named: whether a table, the header or a folder names the patient; file names count anew in each
            class.
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
    def has_no_patient(self) -> bool:
        """True where neither a table nor the header, a folder or the file's name tells whose film it is."""
        return not self.patient_is_named and self.patient == self.path.stem

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


def labelled_image(path: Path, *, split: str, label: str, patient: str = "", folder: str = "") -> LabelledImage:
    """Read a file's hash and, where no patient is named, the patient from a DICOM header or from names.

    Args:
        path: the file.
        split: of the film.
        label: of the film.
        patient: as a table names the patient; "" for none.
        folder: name of the patient's folder, "" for none; it counts where the header tells no patient.
    """
    from_name, pathogen = _patient_of(path.stem)
    # Numbers of the original release are of patients, whatever their class; those of later copies begin anew in each.
    folder = folder or (from_name if _RELEASE_NAME.match(path.stem) else "")
    with path.open("rb") as file:
        from_header = "" if patient else _patient_in_header(file)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LabelledImage(
        path=path,
        split=split,
        label=label,
        patient=patient or from_header or folder or from_name,
        pathogen=pathogen,
        sha256=digest,
        patient_is_named=bool(patient or from_header or folder),
        patient_is_hidden=bool(from_header),
    )


def shared_images(images: Sequence[LabelledImage], entries: AbstractSet[str]) -> int:
    """Count the images that a version learned from, given the entries of its list; a copy saved anew is one of them."""
    films = [(image.sha256, image.fingerprint) for image in images]
    return int(learned_from.are_learned(films, entries).sum())


def _patient_in_header(file: BinaryIO) -> str:
    """Return the hash by which a DICOM file tells patients apart, "" for any other file; at its beginning again."""
    start, patient = file.read(_MARK_BYTES), ""
    if is_dicom(start):
        # pydicom takes a third of a second to import, which PNG and JPEG do not need.
        from model_store.film.dicom.study import PATIENT_BYTES, patient_key

        start += file.read(HEADER_BYTES)
        patient = patient_key(start) or patient_key(start + file.read(PATIENT_BYTES))
    file.seek(0)
    return patient


def composed(name: str) -> str:
    """Return a name with its accents in its letters (NFC): macOS takes them apart, and both look the same."""
    return unicodedata.normalize("NFC", name)


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


def split_meanings(splits: Mapping[str, str]) -> dict[str, str]:
    """Return what names of splits were said to mean: "train", "test" or "-", by their `split_key`.

    Raises:
        DatasetError: a meaning is none of the three, or a test split is to be learned from.
    """
    for name, meaning in splits.items():
        if meaning not in SPLIT_MEANINGS:
            raise DatasetError(f"The folder '{name}' was said to mean '{meaning}'; expected train, test or -.")
        if split_key(name) == TEST_SPLIT and meaning == TRAINING_SPLIT:
            raise DatasetError(f"The folder '{name}' is a test split by its name; rename it to learn from its films.")
    return {split_key(name): meaning for name, meaning in splits.items()}


def _patient_of(stem: str) -> tuple[str, str]:
    # The person number alone is a trap: Kermany's numbering restarts for each pathogen.
    if match := _PNEUMONIA_NAME.match(stem):
        return f"{match[2]}-{match[1]}", match[2]
    if match := _RELEASE_NAME.match(stem):
        return match[2], (match[1] or "").lower()
    if match := _NORMAL_NAME.match(stem):
        return f"{match[1] or ''}IM-{match[2]}", ""
    return stem, ""
