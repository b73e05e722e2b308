"""Which labelled radiographs are there, and whose are they? A folder becomes a list, and a split by patient."""

import hashlib
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

CLASSES = ("NORMAL", "PNEUMONIA")
TEST_SPLIT = "test"
_UNSPLIT = "all"

_PNEUMONIA_NAME = re.compile(r"person(\d+)_(bacteria|virus)_")
_NORMAL_NAME = re.compile(r"(NORMAL2-)?IM-(\d+)-")


class DatasetError(ValueError):
    """The folder cannot be trained or evaluated on; the message says what was expected and what was found."""


@dataclass(frozen=True)
class LabelledImage:
    """One file of a data set.

    Attributes:
        path: the file.
        split: name of the split's folder; "all" where the classes lie directly in the data folder.
        label: "NORMAL" or "PNEUMONIA".
        patient: key of the patient; the file's own name where the name tells nothing.
        pathogen: "bacteria", "virus" or "" where the name does not tell.
        sha256: hexadecimal SHA-256 of the bytes.
    """

    path: Path
    split: str
    label: str
    patient: str
    pathogen: str
    sha256: str

    @property
    def target(self) -> int:
        """1 for PNEUMONIA, 0 for NORMAL."""
        return CLASSES.index(self.label)


def scan(data: Path, *, splits: set[str] | None = None, exclude: set[str] = frozenset()) -> list[LabelledImage]:  # type: ignore[assignment]
    """List the images of `data/<split>/<class>/` or `data/<class>/`, sorted by path.

    Args:
        data: the data folder; split folders may have any name, class folders are NORMAL and PNEUMONIA in any case.
        splits: read only these; None for all.
        exclude: splits that are not opened at all, in small letters.

    Raises:
        DatasetError: the folder is missing, or a class is missing or empty.
    """
    if not data.is_dir():
        raise DatasetError(f"There is no folder {data}; expected one with the folders NORMAL and PNEUMONIA.")
    images = []
    for split, folder in _class_folders(data, splits, exclude):
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        images += [_labelled(path, split, folder.name.upper()) for path in files]
    found = {image.label for image in images}
    for label in CLASSES:
        if label not in found:
            where = f" in {', '.join(sorted(splits))}" if splits else ""
            raise DatasetError(
                f"No images of class {label} were found{where} below {data}; expected {data.name}/<split>/{label}/ or "
                f"{data.name}/{label}/ with at least one image."
            )
    return images


def split_by_patient(
    images: list[LabelledImage], *, share: float, seed: int
) -> tuple[list[LabelledImage], list[LabelledImage]]:
    """Divide images into training and validation so that no patient and no byte-identical file is in both.

    Patients are drawn class by class, so that both classes keep their shares.

    Args:
        images: at least two patients of each class.
        share: part of each class's images that goes to validation, 0..1.
        seed: of the draw.

    Returns:
        The training images and the validation images, in their old order.

    Raises:
        DatasetError: a class has fewer than two patients.
    """
    groups = _patient_groups(images)
    held_out: set[int] = set()
    for label in CLASSES:
        members = [group for group in groups if images[group[0]].label == label]
        if len(members) < 2:
            raise DatasetError(f"Class {label} has fewer than two patients; validation needs at least one of its own.")
        random.Random(f"{seed}-{label}").shuffle(members)
        wanted, taken = share * sum(map(len, members)), 0
        for group in members[:-1]:
            if taken and taken >= wanted:
                break
            held_out.update(group)
            taken += len(group)
    training = [image for index, image in enumerate(images) if index not in held_out]
    return training, [image for index, image in enumerate(images) if index in held_out]


def _class_folders(data: Path, splits: set[str] | None, exclude: set[str]) -> list[tuple[str, Path]]:
    def is_wanted(split: str) -> bool:
        # A test folder in capitals is a test folder: not to train on it matters more than the spelling.
        name = split.lower()
        return name not in exclude and (splits is None or name in {wanted.lower() for wanted in splits})

    def classes_of(folder: Path) -> list[Path]:
        return sorted(child for child in folder.iterdir() if child.is_dir() and child.name.upper() in CLASSES)

    found = [(_UNSPLIT, folder) for folder in classes_of(data)] if is_wanted(_UNSPLIT) else []
    for split in sorted(child for child in data.iterdir() if child.is_dir() and child.name.upper() not in CLASSES):
        if is_wanted(split.name):
            found += [(split.name, folder) for folder in classes_of(split)]
    return found


def _labelled(path: Path, split: str, label: str) -> LabelledImage:
    patient, pathogen = _patient_of(path.stem)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LabelledImage(path=path, split=split, label=label, patient=patient, pathogen=pathogen, sha256=digest)


def _patient_of(stem: str) -> tuple[str, str]:
    # The person number alone is a trap: Kermany's numbering restarts for each pathogen.
    if match := _PNEUMONIA_NAME.match(stem):
        return f"{match[2]}-{match[1]}", match[2]
    if match := _NORMAL_NAME.match(stem):
        return f"{match[1] or ''}IM-{match[2]}", ""
    return stem, ""


def _patient_groups(images: list[LabelledImage]) -> list[list[int]]:
    """Group indices by patient, patients who share a byte-identical file together."""
    first_group: dict[str, int] = {}
    groups: dict[int, list[int]] = defaultdict(list)
    for index, image in enumerate(images):
        keys = (f"{image.label}/{image.patient}", image.sha256)
        known = sorted({first_group[key] for key in keys if key in first_group})
        home = known[0] if known else index
        for other in known[1:]:
            groups[home] += groups.pop(other)
            first_group.update({key: home for key, group in first_group.items() if group == other})
        groups[home].append(index)
        first_group.update(dict.fromkeys(keys, home))
    return [sorted(groups[key]) for key in sorted(groups)]
