"""What forbids a training on these data, and what should be known before it? Codes, whose wording says what to do."""

import math
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from model_store.trainings.findings.record import Code, Finding, naming, said
from model_store.trainings.folder_names import TEST_SPLIT, split_key
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
"""Of a list of names; the others are counted."""


def problems(evidence: Evidence) -> list[Finding]:
    """Return what forbids the training."""
    found = [*_class_problems(evidence), *_split_problems(evidence.unknown_splits)]
    if evidence.is_whole:  # Else nobody waits until all films were decoded.
        found += [*_leaks(evidence.images), *_film_problems(evidence)]
    if evidence.obstacle:
        found.append(said(evidence.obstacle))
    if not evidence.has_room:
        needed, free = math.ceil(evidence.bytes_needed / 1e6), evidence.bytes_free // 1_000_000
        found.append(Finding(code=Code.DISK, n=needed, limit=free))
    return found


def warnings(evidence: Evidence) -> list[Finding]:
    """Return what does not forbid the training but should be known."""
    images = evidence.images
    found = _copies(images) if evidence.is_whole else []
    if evidence.refused:
        found.append(Finding(code=Code.REFUSED, n=len(evidence.refused)))
    if evidence.is_whole:
        found += [*_one_sided_test(images), *_imbalance(images), *_few_films(evidence)]
    found += _one_patient_for_all(images)
    return found + _without_patients(images)


def unused_columns(table: str, columns: list[str]) -> list[Finding]:
    """Return which columns of a table of labels nothing is read from."""
    return [naming(Code.UNUSED_COLUMNS, columns, _NAMES_SHOWN, name=table)] if columns else []


def known_films(parts: Parts, *, init: AbstractSet[str], active: AbstractSet[str]) -> list[Finding]:
    """Return what versions know of the films before the training begins.

    Args:
        parts: what becomes of the films.
        init: the entries of the list of all images that the version to begin from learned from.
        active: the same of the active version.
    """
    known = shared_images(parts.validation, init)
    found = [Finding(code=Code.KNOWN_VALIDATION, n=known, of=len(parts.validation))] if known else []
    if parts.held_out and (shared_images(parts.held_out, init) or shared_images(parts.held_out, active)):
        found.append(Finding(code=Code.KNOWN_HELD_OUT))
    return found


def _class_problems(evidence: Evidence) -> list[Finding]:
    if evidence.unknown:
        code = Code.UNKNOWN_LABELS if evidence.has_table else Code.UNKNOWN_FOLDERS
        return [naming(code, evidence.unknown, _NAMES_SHOWN)]
    found = {image.label for image in evidence.images}
    if not found:
        return [Finding(code=Code.NO_FILMS)]
    return [Finding(code=Code.NO_FILMS_OF_CLASS, label=label) for label in CLASSES if label not in found]


def _split_problems(unknown: list[str]) -> list[Finding]:
    return [naming(Code.UNKNOWN_SPLITS, unknown, _NAMES_SHOWN)] if unknown else []


def _film_problems(evidence: Evidence) -> list[Finding]:
    found, counts = [], Counter(image.label for image in evidence.readable)
    for label in CLASSES:
        if not counts[label]:
            found.append(Finding(code=Code.ALL_REFUSED, label=label))
        elif counts[label] < FEWEST_FILMS:
            found.append(Finding(code=Code.TOO_FEW, label=label, n=counts[label], limit=FEWEST_FILMS))
    return found


def _leaks(images: list[LabelledImage]) -> list[Finding]:
    groups, found = copies(images), []
    if patients := _in_test_and_elsewhere(images, [image.patient_key for image in images]):
        found.append(Finding(code=Code.PATIENTS_ON_BOTH_SIDES, n=patients))
    if in_both := sum(len({image.label for image in group}) > 1 for group in groups):
        found.append(Finding(code=Code.FILMS_IN_BOTH_CLASSES, n=in_both))
    if leaked := _in_test_and_elsewhere(images, film_numbers(images)):
        found.append(Finding(code=Code.FILMS_ON_BOTH_SIDES, n=leaked))
    return found


def _in_test_and_elsewhere(images: list[LabelledImage], keys: Sequence[str | int]) -> int:
    """Count the keys on both sides of a test split that judges; validation is drawn anew from all others."""
    if not own_test_split(images):
        return 0
    sides: dict[bool, set[str | int]] = {True: set(), False: set()}
    for image, key in zip(images, keys, strict=True):
        sides[image.is_test].add(key)
    return len(sides[True] & sides[False])


def named_as_test(name: str, images: list[LabelledImage]) -> list[Finding]:
    """Warn where the data folder itself is called as a test split is, and all that lies in it is learned from."""
    if split_key(name) != TEST_SPLIT or any(image.is_test for image in images):
        return []
    return [Finding(code=Code.NAMED_AS_TEST, name=name)]


def _copies(images: list[LabelledImage]) -> list[Finding]:
    def is_harmless(group: list[LabelledImage]) -> bool:
        return len({image.label for image in group}) == 1 and len({image.is_test for image in group}) == 1

    more = sum(len(group) - 1 for group in copies(images) if is_harmless(group))
    return [Finding(code=Code.COPIES, n=more)] if more else []


def _one_sided_test(images: list[LabelledImage]) -> list[Finding]:
    if own_test_split(images) or not any(image.is_test for image in images):
        return []
    return [Finding(code=Code.ONE_SIDED_TEST)]


def _imbalance(images: list[LabelledImage]) -> list[Finding]:
    (frequent, most), (rare, fewest) = Counter(image.label for image in images).most_common()
    if most <= GREATEST_IMBALANCE * fewest:
        return []
    return [Finding(code=Code.IMBALANCE, label=rare, name=frequent, n=most, of=fewest, limit=GREATEST_IMBALANCE)]


def _one_patient_for_all(images: list[LabelledImage]) -> list[Finding]:
    films = Counter(image.patient_key for image in images if image.patient_is_hidden)
    most = max(films.values(), default=0)
    if most <= FILMS_OF_ONE_PATIENT or 2 * most <= len(images):
        return []
    return [Finding(code=Code.ONE_PATIENT, n=most)]


def _without_patients(images: list[LabelledImage]) -> list[Finding]:
    """Warn of the share of films that may be of people of whom others are in another part."""
    nobody = sum(image.has_no_patient for image in images)
    if len(images) <= FILMS_WITHOUT_PATIENTS or nobody <= SHARE_WITHOUT_PATIENTS * len(images):
        return []
    code = Code.NO_PATIENTS if nobody == len(images) else Code.SOME_WITHOUT_PATIENTS
    return [Finding(code=code, n=nobody, of=len(images))]


def _few_films(evidence: Evidence) -> list[Finding]:
    found = _fewer_than(ADVISED_FILMS, evidence.readable, Code.FEW_FILMS)
    if evidence.hold_out and evidence.parts:
        readable = {image.path for image in evidence.readable}
        held_out = [image for image in evidence.parts.held_out if image.path in readable]
        found += _fewer_than(ADVISED_HELD_OUT, held_out, Code.FEW_HELD_OUT)
    return found


def _fewer_than(advised: int, images: list[LabelledImage], code: Code) -> list[Finding]:
    counts = Counter(image.label for image in images)
    return [
        Finding(code=code, label=label, n=counts[label], limit=advised) for label in CLASSES if counts[label] < advised
    ]
