"""What forbids a training on these data, and what should be known before it? Sentences that say what to do."""

import math
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from model_store.trainings.folder_names import TEST_SPLIT, split_key
from model_store.versions.comparison.wording import known_validation
from training.data.copies import film_numbers
from training.data.describe import copies
from training.data.division import Parts, own_test_split
from training.data.labelled import CLASSES, LabelledImage, shared_images
from training.examination.evidence import Evidence

FEWEST_FILMS = 10
"""Readable films of a class below which nothing can be learned, nor judged."""

ADVISED_FILMS = 100
ADVISED_HELD_OUT = 30
"""Held-out films of a class below which an interval is wider than any margin of the gate."""

GREATEST_IMBALANCE = 5
FILMS_WITHOUT_PATIENTS = 50
SHARE_WITHOUT_PATIENTS = 0.05
"""Of more films than the first, more than the second may not be films of which nobody said whose they are."""

FILMS_OF_ONE_PATIENT = 10
"""More films than this, and more than half of all, are hardly of one patient."""

_NAMES_SHOWN = 5


def problems(evidence: Evidence) -> list[str]:
    """Return what forbids the training."""
    found = [*_class_problems(evidence), *_split_problems(evidence.unknown_splits)]
    if evidence.is_whole:  # Else nobody waits until all films were decoded.
        found += [*_leaks(evidence.images), *_film_problems(evidence)]
    if evidence.obstacle:
        found.append(evidence.obstacle)
    if not evidence.has_room:
        needed, free = math.ceil(evidence.bytes_needed / 1e6), evidence.bytes_free // 1_000_000
        found.append(
            f"The training needs {needed:,} MB of disk and {free:,} MB are free; "
            f"please free at least {needed - free:,} MB more."
        )
    return found


def warnings(evidence: Evidence) -> list[str]:
    """Return what does not forbid the training but should be known."""
    images = evidence.images
    found = _copies(images) if evidence.is_whole else []
    if evidence.refused:
        found.append(f"Films that cannot be read and are not learned from: {len(evidence.refused)}; the list says why.")
    if evidence.is_whole:
        found += [*_one_sided_test(images), *_imbalance(images), *_few_films(evidence)]
    found += _one_patient_for_all(images)
    return found + _without_patients(images)


def unused_columns(table: str, columns: list[str]) -> list[str]:
    """Say which columns of a table of labels nothing is read from."""
    return (
        [f"Of {table} the {_listed('column', columns)} {'are' if len(columns) > 1 else 'is'} not used."]
        if columns
        else []
    )


def known_films(parts: Parts, *, init: AbstractSet[str], active: AbstractSet[str]) -> list[str]:
    """Say what versions know of the films before the training begins.

    Args:
        parts: what becomes of the films.
        init: the entries of the list of all images that the version to begin from learned from.
        active: the same of the active version.
    """
    known = shared_images(parts.validation, init)
    found = [known_validation(known, len(parts.validation))] if known else []
    if parts.held_out and (shared_images(parts.held_out, init) or shared_images(parts.held_out, active)):
        found.append(
            "The version to begin from or the active one has learned from films that would be held out, so the "
            "versions will not be compared on these."
        )
    return found


def _class_problems(evidence: Evidence) -> list[str]:
    if evidence.unknown:
        kind = "label" if evidence.has_table else "folder"
        return [f"Say what the {_listed(kind, evidence.unknown)} {'means' if len(evidence.unknown) == 1 else 'mean'}."]
    found = {image.label for image in evidence.images}
    if not found:
        return ["No films were found; expected folders NORMAL and PNEUMONIA, or a labels.csv beside the films."]
    missing = [label for label in CLASSES if label not in found]
    return [f"There are no films of class {label}; both classes are needed, so add some." for label in missing]


def _split_problems(unknown: list[str]) -> list[str]:
    if not unknown:
        return []
    return [
        f"Say what the films of the {_listed('folder', unknown)} are for: to learn from, only to judge on, or to be "
        "left out."
    ]


def _film_problems(evidence: Evidence) -> list[str]:
    found, counts = [], Counter(image.label for image in evidence.readable)
    for label in CLASSES:
        if not counts[label]:
            found.append(f"Every film of class {label} is refused; see the reasons and export these films anew.")
        elif counts[label] < FEWEST_FILMS:
            found.append(
                f"Class {label} has too few readable films: {counts[label]}; add at least "
                f"{FEWEST_FILMS - counts[label]} more."
            )
    return found


def _leaks(images: list[LabelledImage]) -> list[str]:
    groups, found = copies(images), []
    if patients := _in_test_and_elsewhere(images, [image.patient_key for image in images]):
        found.append(
            f"Patients with films in the test folder and among those to learn from: {patients}; keep each on one "
            "side, or name the patients in a CSV where one name stands for several."
        )
    if in_both := sum(len({image.label for image in group}) > 1 for group in groups):
        found.append(
            f"Films that lie in both classes, as the same file or saved anew: {in_both}; delete each from the class "
            "that is wrong."
        )
    if leaked := _in_test_and_elsewhere(images, film_numbers(images)):
        found.append(
            "Films that lie in the test folder and among those to learn from, as the same file or saved anew: "
            f"{leaked}; delete each from one of the two."
        )
    return found


def _in_test_and_elsewhere(images: list[LabelledImage], keys: Sequence[str | int]) -> int:
    """Count the keys on both sides of a test split that judges; validation is drawn anew from all others."""
    if not own_test_split(images):
        return 0
    sides: dict[bool, set[str | int]] = {True: set(), False: set()}
    for image, key in zip(images, keys, strict=True):
        sides[image.is_test].add(key)
    return len(sides[True] & sides[False])


def named_as_test(name: str, images: list[LabelledImage]) -> list[str]:
    """Warn where the data folder itself is called as a test split is, and all that lies in it is learned from."""
    if split_key(name) != TEST_SPLIT or any(image.is_test for image in images):
        return []
    return [
        f"The data folder itself is called '{name}', as a test split is; if its films were set aside to judge on, do "
        "not learn from them."
    ]


def _copies(images: list[LabelledImage]) -> list[str]:
    def is_harmless(group: list[LabelledImage]) -> bool:
        return len({image.label for image in group}) == 1 and len({image.is_test for image in group}) == 1

    more = sum(len(group) - 1 for group in copies(images) if is_harmless(group))
    return [f"Files that repeat the film of another one: {more}; they add nothing to learn from."] if more else []


def _one_sided_test(images: list[LabelledImage]) -> list[str]:
    if own_test_split(images) or not any(image.is_test for image in images):
        return []
    return ["The test folder holds one class alone, so its films are left out; others are held out where needed."]


def _imbalance(images: list[LabelledImage]) -> list[str]:
    (frequent, most), (rare, fewest) = Counter(image.label for image in images).most_common()
    if most <= GREATEST_IMBALANCE * fewest:
        return []
    return [
        f"There are {most / fewest:.1f} times as many films of class {frequent} as of class {rare}; beyond "
        f"{GREATEST_IMBALANCE} times the rare class is learned badly, so add films of class {rare}."
    ]


def _one_patient_for_all(images: list[LabelledImage]) -> list[str]:
    films = Counter(image.patient_key for image in images if image.patient_is_hidden)
    most = max(films.values(), default=0)
    if most <= FILMS_OF_ONE_PATIENT or 2 * most <= len(images):
        return []
    return [
        f"The headers of {most} films name one and the same patient, as anonymised files do; name patients in a CSV "
        "if they are several, since films of one patient are never parted."
    ]


def _without_patients(images: list[LabelledImage]) -> list[str]:
    """Warn of the share of films that may be of people of whom others are in another part."""
    nobody = sum(image.has_no_patient for image in images)
    if len(images) <= FILMS_WITHOUT_PATIENTS or nobody <= SHARE_WITHOUT_PATIENTS * len(images):
        return []
    films = "" if nobody == len(images) else f" for {nobody} of {len(images)} films"
    return [
        f"No patient is named{films}, so each {'of these' if films else 'film'} counts as a patient of its own; "
        "name patients in a CSV to keep them apart."
    ]


def _few_films(evidence: Evidence) -> list[str]:
    found = _fewer_than(ADVISED_FILMS, evidence.readable, "films")
    if evidence.hold_out and evidence.parts:
        readable = {image.path for image in evidence.readable}
        held_out = [image for image in evidence.parts.held_out if image.path in readable]
        found += _fewer_than(ADVISED_HELD_OUT, held_out, "held-out films")
    return found


def _fewer_than(advised: int, images: list[LabelledImage], what: str) -> list[str]:
    counts = Counter(image.label for image in images)
    return [
        f"Class {label} has fewer than {advised} {what} ({counts[label]}), so the comparison will hardly show that "
        "the new version is not worse."
        for label in CLASSES
        if counts[label] < advised
    ]


def _listed(kind: str, names: list[str]) -> str:
    """Name a few names: folders 'a', 'b' and 'c'."""
    shown = [f"'{name}'" for name in names[:_NAMES_SHOWN]]
    if len(names) > _NAMES_SHOWN:
        shown.append(f"{len(names) - _NAMES_SHOWN} more")
    together = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"{kind}{'s' if len(names) > 1 else ''} {together}"
