"""Which of two versions reads the same films better? Both are judged side by side, with their paired differences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.basics.records import read_record
from model_store.reading.card import ModelCard
from model_store.versions.comparison.record import Cautions, Compared, Comparison, FilmSet, NotCompared
from training.comparison.margins import Margins, checks, is_passed
from training.comparison.version_scores import VersionScores
from training.data.labelled import CLASSES, LabelledImage, shared_images
from training.evaluation.scored import Scored, decision_figures, rank_figures
from training.statistics.metrics import as_json_values, ece_by_chance
from training.statistics.paired import PairedDifference, delong, paired_proportion

FIGURES = ("auroc", "accuracy", "sensitivity", "specificity", "brier", "ece")
"""What is shown of each version, every one with its interval under the same name and `_ci`."""


def compare_set(active: VersionScores, challenger: VersionScores, *, key: str, margins: Margins) -> FilmSet:
    """Compare two versions on one set of films; a film counts as decided wrongly by each version that refused it.

    What needs probabilities of both, or is to stand side by side without a decision (AUROC, Brier score, calibration
    error), is of the films that both have read.

    Args:
        active: scores of the version that is in use.
        challenger: scores of the new one, on the same films.
        key: `HELD_OUT` or `REFERENCE`.
        margins: the margins that were set before the run.

    Returns:
        Sizes, both versions' figures, their differences (challenger - active), the gate's checks, and the films on
        which the decisions differ, the greatest difference of probability first. Where no film of a class was read
        by both, the place of a set that was not compared.

    Raises:
        ValueError: the films are not the same.
    """
    images = _same_films(active.scored, challenger.scored)
    read = {image.path for image in challenger.scored.images}
    both = [image for image in active.scored.images if image.path in read]
    if missing := _missing_classes(both):
        return FilmSet(key=key, not_compared=NotCompared(why="unread", label=missing))
    differences = _differences(active, challenger, images, both)
    challenger_figures = _figures(challenger, both)
    values = {
        "key": key,
        **_sizes(images, both),
        "active": _figures(active, both),
        "challenger": challenger_figures,
        "difference": {figure: difference.as_json() for figure, difference in differences.items()},
        "disagreements": _disagreements(active.among(both), challenger.among(both)),
    }
    judged = checks(
        differences,
        ece=challenger_figures["ece"],
        by_chance=ece_by_chance(challenger.among(both).scored.probabilities),
        margins=margins,
    )
    return replace(read_record(FilmSet, as_json_values(values)), checks=judged)


def comparison(
    active: ModelCard,
    challenger: ModelCard,
    *,
    sets: Sequence[FilmSet],
    margins: Margins,
    cautions: Cautions | None = None,
) -> Comparison:
    """Return the whole comparison: both versions, the gate, the sets and the verdict.

    Args:
        active: card of the version that is in use.
        challenger: card of the new one.
        sets: what was found, by set of films.
        margins: the same by which the sets were judged.
        cautions: what the verdict has to be read with.
    """
    return Comparison(
        active=_compared(active),
        challenger=_compared(challenger),
        gate=margins.as_json(),
        sets=tuple(sets),
        passed=is_passed(sets),
        cautions=cautions or Cautions(),
    )


def reason_not_to_compare(
    images: Sequence[LabelledImage], *, challenger: frozenset[str] | None, active: frozenset[str] | None
) -> NotCompared | None:
    """Return why two versions cannot be compared fairly on these images; None where they can.

    Args:
        images: of the set.
        challenger: the entries of the list of all images that the new version learned from; None where that is not
            known, which forbids nothing but asks for a caution.
        active: the same of the version that is in use.
    """
    if missing := _missing_classes(images):
        return NotCompared(why="missing", label=missing)
    known = {"challenger": challenger, "active": active}
    learned = {side: shared_images(images, each) for side, each in known.items() if each is not None}
    return NotCompared(why="learned", n=len(images), learned=learned) if any(learned.values()) else None


def _missing_classes(images: Sequence[LabelledImage]) -> str:
    labels = {image.label for image in images}
    return " or ".join(label for label in CLASSES if label not in labels)


def _same_films(active: Scored, challenger: Scored) -> list[LabelledImage]:
    """Return all films, read or refused, by path; raises ValueError where those of the versions are not the same."""
    one, other = (
        sorted([*each.images, *(image for image, _ in each.refused)], key=lambda image: image.path)
        for each in (active, challenger)
    )
    if one != other:
        raise ValueError("Two versions can only be compared on the same films; these differ.")
    return one


def _sizes(images: Sequence[LabelledImage], both: Sequence[LabelledImage]) -> dict[str, int]:
    pneumonias = sum(image.target for image in images)
    return {
        "n": len(images),
        "n_normal": len(images) - pneumonias,
        "n_pneumonia": pneumonias,
        "patients": len({image.patient_key for image in images}),
        "n_refused": len(images) - len(both),
    }


def _targets(images: Sequence[LabelledImage]) -> NDArray[np.int64]:
    return np.array([image.target for image in images], np.int64)


def _figures(version: VersionScores, both: Sequence[LabelledImage]) -> dict[str, Any]:
    every = rank_figures(version.among(both).scored, _targets(both)) | decision_figures(*version.decisions())
    shown = {name: every[name] for figure in FIGURES for name in (figure, f"{figure}_ci")}
    return shown | {"confusion_matrix": every["confusion_matrix"], "n_refused": len(version.scored.refused)}


def _differences(
    active: VersionScores,
    challenger: VersionScores,
    images: Sequence[LabelledImage],
    both: Sequence[LabelledImage],
) -> dict[str, PairedDifference]:
    ill = _targets(images) == 1
    first, second = (np.array([version.is_right(image) for image in images]) for version in (active, challenger))
    of_those_read = (version.among(both).scored.probabilities for version in (active, challenger))
    return {
        "auroc": delong(_targets(both), *of_those_read),
        "sensitivity": paired_proportion(first[ill], second[ill]),
        "specificity": paired_proportion(first[~ill], second[~ill]),
        "accuracy": paired_proportion(first, second),
    }


def _disagreements(active: VersionScores, challenger: VersionScores) -> list[dict[str, Any]]:
    first, second = active.scored.probabilities, challenger.scored.probabilities
    differ = np.flatnonzero((first >= active.operating_point) != (second >= challenger.operating_point))
    images = active.scored.images
    return [
        {
            "path": str(images[row].path.absolute()),
            "sha256": images[row].sha256,
            "label": images[row].label,
            "active": float(first[row]),
            "challenger": float(second[row]),
        }
        for row in sorted(differ, key=lambda row: (-abs(second[row] - first[row]), images[row].sha256))
    ]


def _compared(card: ModelCard) -> Compared:
    return Compared(
        version=card.version,
        identity=card.identity,
        weights_sha256=card.weights_sha256,
        operating_point=card.operating_point,
    )
