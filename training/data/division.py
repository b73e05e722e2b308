"""Which films are learned from, which choose, and which only judge? Divided by patient, the judging ones for good."""

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from training.data.copies import film_numbers, linked
from training.data.labelled import CLASSES, DatasetError, LabelledImage

HELD_OUT_SHARE = 0.2
"""Part of the patients on whom versions are compared where the data have no test split."""


@dataclass(frozen=True)
class Parts:
    """What becomes of the films of a data set.

    Attributes:
        training: films that a network learns from.
        validation: films of other patients, for every choice.
        held_out: films of yet other patients, on which versions are compared; empty where nothing is.
    """

    training: list[LabelledImage]
    validation: list[LabelledImage]
    held_out: list[LabelledImage]


@dataclass(frozen=True, eq=False)
class _Group:
    """Films that must not be parted: their places in the list, how many there are of each class, and the hash."""

    films: list[int]
    counts: Counter[str]
    order: float


def divide_images(
    images: list[LabelledImage],
    *,
    validation_share: float,
    seed: int,
    hold_out: bool,
    refused: AbstractSet[Path] = frozenset(),
) -> Parts:
    """Divide films into training, validation and, where wanted, held-out films.

    Args:
        images: all films.
        validation_share: part of the films to learn from that validation gets, by patient.
        seed: of validation's draw; held-out films do not depend on it.
        hold_out: whether anything is set aside; the films of a test split are never learned from.
        refused: films that cannot be read. They are in neither training nor validation, but stay held out: a reader
            who refuses a film has not found its pneumonia.

    Raises:
        DatasetError: a class has too few patients.
    """
    rest, held_out = set_aside(images) if hold_out else (_without_test(images), [])
    readable = [image for image in rest if image.path not in refused]
    training, validation = split_by_patient(readable, share=validation_share, seed=seed)
    return Parts(training, validation, held_out)


def set_aside(images: list[LabelledImage]) -> tuple[list[LabelledImage], list[LabelledImage]]:
    """Part the films that are only for judging from the others: the data's own test split, else `hold_out`.

    A test split with one class judges nothing, but it is not learned from either: it is in neither list. A patient
    who is in the test split and elsewhere stays in both: that is for `examine` to tell.

    Args:
        images: all films, refused ones too, so that what is set aside does not depend on what can be read.

    Returns:
        The films to learn from and the films set aside, in their old order.

    Raises:
        DatasetError: without a test split, a class has fewer than three patients.
    """
    rest, test = _without_test(images), own_test_split(images)
    return (rest, test) if test else hold_out(rest)


def own_test_split(images: list[LabelledImage]) -> list[LabelledImage]:
    """Return the films of the data's own test split; none where it lacks a class."""
    test = [image for image in images if image.is_test]
    return test if {image.label for image in test} == set(CLASSES) else []


def hold_out(
    images: list[LabelledImage], *, share: float = HELD_OUT_SHARE
) -> tuple[list[LabelledImage], list[LabelledImage]]:
    """Set films aside by patient, for good: without any state, the same patients are held out in every later run.

    A patient is held out where the SHA-256 of "held out/" and the patient's key lies below `share` of its range; with
    a patient go all who share a film with them, also one that was saved anew. Only where that leaves a class without
    a held-out patient, or with fewer than the two that training and validation need, does the choice depend on the
    other patients: then the lowest hash is held out, or the highest go back. So in a data set that grows beyond a dozen
    patients of each class nobody who was held out comes back.

    Args:
        images: at least three patients of each class.
        share: expected part of the patients to be held out, 0..1.

    Returns:
        The other films and the held-out films, in their old order.

    Raises:
        DatasetError: a class has fewer than three patients; the message says how many more are needed.
    """
    groups = sorted(_groups(images), key=lambda group: group.order)
    left = _groups_by_class(groups)
    for label in CLASSES:
        if left[label] < 3:
            raise DatasetError(
                f"Class {label} has {left[label]} patient{'s' if left[label] != 1 else ''}, but training, validation "
                f"and the held-out films need one each; add films of at least {3 - left[label]} more."
            )
    taken = {group for group in groups if group.order < share and _take(group, left, keep=2)}
    for label in CLASSES:
        if not any(label in group.counts for group in taken):
            taken.add(next(group for group in groups if label in group.counts and _take(group, left, keep=2)))
    return _parted(images, taken)


def split_by_patient(
    images: list[LabelledImage], *, share: float, seed: int
) -> tuple[list[LabelledImage], list[LabelledImage]]:
    """Divide images into training and validation so that no patient and no film is in both.

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
    groups = _groups(images)
    left = _groups_by_class(groups)
    taken: set[_Group] = set()
    for label in CLASSES:
        members = [group for group in groups if label in group.counts]
        if len(members) < 2:
            raise DatasetError(f"Class {label} has fewer than two patients; validation needs at least one of its own.")
        random.Random(f"{seed}-{label}").shuffle(members)
        wanted = share * sum(group.counts[label] for group in members)
        so_far = sum(group.counts[label] for group in taken)
        for group in members:
            if so_far and so_far >= wanted:
                break
            if group not in taken and _take(group, left, keep=1):
                taken.add(group)
                so_far += group.counts[label]
    return _parted(images, taken)


def _without_test(images: list[LabelledImage]) -> list[LabelledImage]:
    return [image for image in images if not image.is_test]


def _take(group: _Group, left: Counter[str], *, keep: int) -> bool:
    """Take a group off what is left of each class, unless fewer than `keep` groups of a class would remain."""
    if any(left[label] <= keep for label in group.counts):
        return False
    left.subtract(group.counts.keys())
    return True


def _parted(images: list[LabelledImage], taken: set[_Group]) -> tuple[list[LabelledImage], list[LabelledImage]]:
    chosen = {index for group in taken for index in group.films}
    rest = [image for index, image in enumerate(images) if index not in chosen]
    return rest, [image for index, image in enumerate(images) if index in chosen]


def _groups(images: list[LabelledImage]) -> list[_Group]:
    def group_of(films: list[int]) -> _Group:
        members = [images[index] for index in films]
        lowest = min(_hash(key) for key in {image.patient_key for image in members})
        return _Group(films, Counter(image.label for image in members), lowest)

    return [group_of(films) for films in _patient_groups(images)]


def _groups_by_class(groups: Iterable[_Group]) -> Counter[str]:
    return Counter(label for group in groups for label in group.counts)


def _hash(patient_key: str) -> float:
    """Return where in its range, 0..1, the hash of a patient lies."""
    return int.from_bytes(hashlib.sha256(f"held out/{patient_key}".encode()).digest()) / 2**256


def _patient_groups(images: list[LabelledImage]) -> list[list[int]]:
    """Group indices by patient, patients who share a film together."""
    first: dict[str | int, int] = {}
    pairs = [
        (index, first.setdefault(key, index))
        for index, (image, film) in enumerate(zip(images, film_numbers(images), strict=True))
        for key in (image.patient_key, film)
    ]
    groups = defaultdict(list)
    for index, group in enumerate(linked(pairs, len(images))):
        groups[group].append(index)
    return sorted(groups.values())
