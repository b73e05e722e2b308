"""Which of two versions reads the same films better? Both are judged side by side, with their paired differences."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.card import ModelCard
from model_store.learned import DIGITS
from training.dataset import CLASSES, LabelledImage
from training.gate import Gate, checks, verdict
from training.paired import PairedDifference, delong, paired_proportion
from training.scored import Scored, as_json_values, decision_figures, decisions, rank_figures

FIGURES = ("auroc", "accuracy", "sensitivity", "specificity", "brier", "ece")
"""What is shown of each version, every one with its interval under the same name and `_ci`."""


@dataclass(frozen=True)
class VersionScores:
    """What a version said of the films of a set.

    Attributes:
        scored: the films with its probabilities, and those that were refused.
        operating_point: probability from which it suspects pneumonia, 0..1.
    """

    scored: Scored
    operating_point: float

    def decisions(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return targets and decisions of all films, the refused ones last and decided wrongly."""
        return decisions(self.scored, operating_point=self.operating_point)


def compare_set(active: VersionScores, challenger: VersionScores, *, key: str, name: str, gate: Gate) -> dict[str, Any]:
    """Compare two versions on one set of films; refused films count as decided wrongly by both.

    Args:
        active: scores of the version that is in use.
        challenger: scores of the new one, on the same films in the same order.
        key: "held_out" or "reference".
        name: what the films are called on the screen, for example "Reference test films".
        gate: the margins that were set before the run.

    Returns:
        Sizes, both versions' figures, their differences (challenger - active), the gate's checks, and the films on
        which the decisions differ, the greatest difference of probability first. Where no film of a class could be
        read, the place of a set that was not compared.

    Raises:
        ValueError: the films are not the same.
    """
    _refuse_other_films(active.scored, challenger.scored)
    if missing := _missing_classes(active.scored.images):
        why = f"No film labelled {missing} could be read, and a comparison needs films of both classes."
        return not_compared(key=key, name=name, why=why)
    differences = _differences(active, challenger)
    challenger_figures = _figures(challenger)
    compared = {
        "key": key,
        "name": name,
        **_sizes(active.scored),
        "active": _figures(active),
        "challenger": challenger_figures,
        "difference": {figure: difference.as_json() for figure, difference in differences.items()},
        "checks": checks(differences, ece=challenger_figures["ece"], gate=gate),
        "disagreements": _disagreements(active, challenger),
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
    gate: Gate,
    cautions: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the whole comparison as JSON values: both versions, the gate, the sets and the verdict.

    Args:
        active: card of the version that is in use.
        challenger: card of the new one.
        sets: of `compare_set` or `not_compared`.
        gate: the same by which the sets were judged.
        cautions: sentences of `cautions_of`, to stand after those of the verdict.
    """
    passed, sentences = verdict(sets)
    values: dict[str, Any] = as_json_values(
        {
            "active": _identity(active),
            "challenger": _identity(challenger),
            "gate": gate.as_json(),
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
    """Count the images that a version learned from, given the first 16 digits of the SHA-256 of all of those."""
    return sum(image.sha256[:DIGITS] in learned_from for image in images)


def reason_not_to_compare(
    images: Sequence[LabelledImage], *, challenger: frozenset[str] | None, active: frozenset[str] | None
) -> str | None:
    """Say in one sentence why two versions cannot be compared fairly on these images; None where they can.

    Args:
        images: of the set.
        challenger: the first 16 digits of the SHA-256 of all images that the new version learned from; None where
            that is not known, which forbids nothing but asks for a caution (`cautions_of`).
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
    """Return a sentence for each version, by name, of which it is not known what it learned from."""
    return [
        f"It is not known on which films version {name} was trained; if films of this comparison were among them, "
        "its figures here are better than they would be on new films."
        for name, known in learned_from.items()
        if known is None
    ]


def _missing_classes(images: Sequence[LabelledImage]) -> str:
    labels = {image.label for image in images}
    return " or ".join(label for label in CLASSES if label not in labels)


def _refuse_other_films(active: Scored, challenger: Scored) -> None:
    same_refused = [image for image, _ in active.refused] == [image for image, _ in challenger.refused]
    if active.images != challenger.images or not same_refused:
        raise ValueError("Two versions can only be compared on the same films in the same order; these differ.")


def _sizes(scored: Scored) -> dict[str, int]:
    images = [*scored.images, *(image for image, _ in scored.refused)]
    pneumonias = sum(image.target for image in images)
    return {
        "n": len(images),
        "n_normal": len(images) - pneumonias,
        "n_pneumonia": pneumonias,
        "patients": len({image.patient_key for image in images}),
        "n_refused": len(scored.refused),
    }


def _targets(scored: Scored) -> NDArray[np.int64]:
    return np.array([image.target for image in scored.images], np.int64)


def _figures(version: VersionScores) -> dict[str, Any]:
    every = rank_figures(version.scored, _targets(version.scored)) | decision_figures(*version.decisions())
    shown = {name: every[name] for figure in FIGURES for name in (figure, f"{figure}_ci")}
    return shown | {"confusion_matrix": every["confusion_matrix"]}


def _differences(active: VersionScores, challenger: VersionScores) -> dict[str, PairedDifference]:
    (targets, first), (_, second) = active.decisions(), challenger.decisions()
    ill, first_correct, second_correct = targets == 1, first == targets, second == targets
    of_those_read = active.scored.probabilities, challenger.scored.probabilities
    return {
        "auroc": delong(_targets(active.scored), *of_those_read),
        "sensitivity": paired_proportion(first_correct[ill], second_correct[ill]),
        "specificity": paired_proportion(first_correct[~ill], second_correct[~ill]),
        "accuracy": paired_proportion(first_correct, second_correct),
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
        "weights_sha256": card.weights_sha256,
        "operating_point": card.operating_point,
        "temperature": card.temperature,
    }
