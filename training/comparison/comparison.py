"""Which of two versions reads the same films better? Both are judged side by side, with their paired differences."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.card import ModelCard
from model_store.versions.learned_from import are_learned, knows_copies
from training.comparison.margins import Margins, checks, verdict
from training.comparison.version_scores import VersionScores
from training.data.labelled import CLASSES, LabelledImage
from training.evaluation.scored import Scored, decision_figures, rank_figures
from training.statistics.metrics import as_json_values, ece_by_chance
from training.statistics.paired import PairedDifference, delong, paired_proportion

FIGURES = ("auroc", "accuracy", "sensitivity", "specificity", "brier", "ece")
"""What is shown of each version, every one with its interval under the same name and `_ci`."""


def compare_set(
    active: VersionScores, challenger: VersionScores, *, key: str, name: str, margins: Margins
) -> dict[str, Any]:
    """Compare two versions on one set of films; a film counts as decided wrongly by each version that refused it.

    What needs probabilities of both, or is to stand side by side without a decision (AUROC, Brier score, calibration
    error), is of the films that both have read.

    Args:
        active: scores of the version that is in use.
        challenger: scores of the new one, on the same films.
        key: "held_out" or "reference".
        name: what the films are called on the screen, for example "Reference test films".
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
        why = f"No film labelled {missing} was read by both versions, and a comparison needs films of both classes."
        return not_compared(key=key, name=name, why=why)
    differences = _differences(active, challenger, images, both)
    challenger_figures = _figures(challenger, both)
    compared = {
        "key": key,
        "name": name,
        **_sizes(images, both),
        "active": _figures(active, both),
        "challenger": challenger_figures,
        "difference": {figure: difference.as_json() for figure, difference in differences.items()},
        "checks": checks(
            differences,
            ece=challenger_figures["ece"],
            by_chance=ece_by_chance(challenger.among(both).scored.probabilities),
            margins=margins,
        ),
        "disagreements": _disagreements(active.among(both), challenger.among(both)),
    }
    values: dict[str, Any] = as_json_values(compared)
    return values


def not_compared(*, key: str, name: str, why: str) -> dict[str, Any]:
    """Return the place of a set on which the versions were not compared; `why` is one sentence."""
    return {"key": key, "name": name, "not_compared": why}


def comparison(
    active: ModelCard,
    challenger: ModelCard,
    *,
    sets: Sequence[Mapping[str, Any]],
    margins: Margins,
    cautions: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the whole comparison as JSON values: both versions, the gate, the sets and the verdict.

    Args:
        active: card of the version that is in use.
        challenger: card of the new one.
        sets: of `compare_set` or `not_compared`.
        margins: the same by which the sets were judged.
        cautions: sentences of `cautions_of`, to stand after those of the verdict.
    """
    passed, sentences = verdict(sets)
    values: dict[str, Any] = as_json_values(
        {
            "active": _identity(active),
            "challenger": _identity(challenger),
            "gate": margins.as_json(),
            "sets": [dict(each) for each in sets],
            "passed": passed,
            "sentences": [*sentences, *cautions],
        }
    )
    return values


def without_paths(compared: Mapping[str, Any]) -> dict[str, Any]:
    """Return a comparison for a card, which may leave the machine: of the films on which they disagree, no paths."""
    sets = [dict(each) for each in compared["sets"]]
    for each in sets:
        if "disagreements" in each:
            each["disagreements"] = [
                {name: value for name, value in film.items() if name != "path"} for film in each["disagreements"]
            ]
    return {**compared, "sets": sets}


def shared_images(images: Sequence[LabelledImage], learned_from: AbstractSet[str]) -> int:
    """Count the images that a version learned from, given the entries of its list; a copy saved anew is one of them."""
    return int(are_learned([(image.sha256, image.fingerprint) for image in images], learned_from).sum())


def reason_not_to_compare(
    images: Sequence[LabelledImage], *, challenger: frozenset[str] | None, active: frozenset[str] | None
) -> str | None:
    """Say in one sentence why two versions cannot be compared fairly on these images; None where they can.

    Args:
        images: of the set.
        challenger: the entries of the list of all images that the new version learned from; None where that is not
            known, which forbids nothing but asks for a caution (`cautions_of`).
        active: the same of the version that is in use.
    """
    if missing := _missing_classes(images):
        return f"There is no film labelled {missing} here, and a comparison needs films of both classes."
    learned = [("the new version", challenger), ("the active version", active)]
    shared = [(who, shared_images(images, known)) for who, known in learned if known is not None]
    found = " and ".join(f"{who} learned from {count}" for who, count in shared if count)
    if not found:
        return None
    return f"Of these {len(images)} films {found}, so a comparison on them would not be fair."


def cautions_of(learned_from: Mapping[str, frozenset[str] | None]) -> list[str]:
    """Return a sentence for each version, by name, of which it is not known what it learned from, or not all of it."""
    unknown = [
        f"It is not known on which films version {name} was trained; if films of this comparison were among them, "
        "its figures here are better than they would be on new films."
        for name, known in learned_from.items()
        if known is None
    ]
    return unknown + [
        f"Of the films that version {name} learned from the files are known, but not what they show, so copies that "
        "were saved anew cannot be known; if such are among these films, its figures here are better than they would "
        "be on new films."
        for name, known in learned_from.items()
        if known is not None and not knows_copies(known)
    ]


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


def _identity(card: ModelCard) -> dict[str, Any]:
    return {
        "version": card.version,
        "identity": card.identity,
        "weights_sha256": card.weights_sha256,
        "operating_point": card.operating_point,
        "calibration": card.calibration.as_json(),
    }
