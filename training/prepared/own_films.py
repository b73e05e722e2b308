"""Which films did a version learn from, and which judged it? They are divided again as its training divided them."""

import contextlib
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model_store.basics.errors import ModelCorrupted
from model_store.reading.card import ModelCard
from model_store.reading.film_check.check import FilmCheck
from model_store.trainings.folder_names import TEST_SPLIT
from model_store.versions.registry import ModelNotFound, Registry
from training.data.dataset import scan
from training.data.division import Parts, divide_images
from training.data.labelled import DatasetError, LabelledImage
from training.prepared.crops import prepare_crops
from training.prepared.fingerprints import keep_fingerprints
from training.run.plan import TrainingPlan
from training.run.progress import Progress
from training.run.recipes import FitConfig


@dataclass(frozen=True)
class Draw:
    """By what films were divided for a training.

    Attributes:
        validation_share: part of the films to learn from that validation got, by patient.
        seed: of validation's draw.
        hold_out: whether films were set aside for a comparison before.
        left_out: whether the films that could not be read were left out before; else they took part in the draw, as
            they do where it is that of a version which could read them.
    """

    validation_share: float
    seed: int
    hold_out: bool
    left_out: bool = True

    def divide(self, images: list[LabelledImage], refused: AbstractSet[Path]) -> Parts:
        """Divide films; raises DatasetError where a class has too few patients."""
        drawn = {key: value for key, value in asdict(self).items() if key != "left_out"}
        return divide_images(images, **drawn, refused=refused if self.left_out else frozenset())


def parts_for(
    plan: TrainingPlan, images: list[LabelledImage], refused: AbstractSet[Path], registry: Registry
) -> tuple[Parts, Draw]:
    """Divide films for a training: as they were for the version that it begins from, where they are that version's.

    Films that it learned from would be no validation of what becomes of its weights.

    Args:
        plan: of the training.
        images: all films that it opens.
        refused: films that cannot be read.
        registry: where the version to begin from is found.

    Raises:
        DatasetError: a class has too few patients.
    """
    if plan.config.init in registry.names():
        with contextlib.suppress(
            DatasetError, ModelNotFound, ModelCorrupted
        ):  # Its card tells of no films, or of others.
            card = registry.version(plan.config.init).card
            draws = [draw for draw in _draws(card) if draw.hold_out or not plan.compare]
            if found := _as_counted(card, draws, images, refused):
                return found
    draw = Draw(plan.config.validation_share, plan.config.seed, plan.compare)
    return draw.divide(images, refused), draw


def own_parts(
    data: Path, card: ModelCard, film_check: FilmCheck, *, home: Path, progress: Progress | None = None
) -> Parts:
    """Return the films that a version learned from, validated on, or held out; the data's test folder is not opened.

    Args:
        data: the data that it learned from.
        card: of the version.
        film_check: which films are read.
        home: the app's folder, for cached crops.
        progress: where it is said how far the preparation is.

    Raises:
        DatasetError: the card does not say how they were drawn, or these are other films.
    """
    draws = _draws(card)
    images = own_images(data, card)
    keep_fingerprints(images, home / "cache", progress)
    refused: set[Path] = set()
    # Which were left out is not in the card; without any, nothing is prepared.
    if card.record.data.refused and any(draw.left_out for draw in draws):
        refused = {image.path for image, _ in prepare_crops(images, film_check, home / "cache", progress).refused}
    if found := _as_counted(card, draws, images, refused):
        return found[0]
    raise DatasetError(
        f"These are not the films that version {card.version} learned from: its card counts other validation films "
        "than are drawn from them."
    )


def own_images(data: Path, card: ModelCard) -> list[LabelledImage]:
    """List the images of the data that a version learned from, but those of a test split; raises DatasetError."""
    try:
        said = card.content.get("data", {}).get("said", {})
        classes, splits = dict(said.get("classes", {})), dict(said.get("splits", {}))
    except (AttributeError, TypeError, ValueError) as error:
        raise DatasetError(f"The card of version {card.version} is damaged where it says what names mean.") from error
    return scan(data, exclude={TEST_SPLIT}, classes=classes, said=splits)


def films_of(images: list[LabelledImage]) -> dict[str, Any]:
    """Return how many films of each class there are, and of how many patients, as cards count them."""
    labels = [image.label for image in images]
    patients = {image.patient_key for image in images}
    return {label: labels.count(label) for label in sorted(set(labels))} | {"patients": len(patients)}


def _draws(card: ModelCard) -> list[Draw]:
    """Return by what a version's films were divided, or may have been; raises DatasetError."""
    try:
        if not card.record.data.validation:
            raise KeyError("validation")
        if drawn := card.record.data.drawn:
            return [Draw(**vars(drawn))]
        # Cards of before say by what validation was drawn, but not whether films were held out; the counts do.
        config = FitConfig.from_json(card.record.recipe)
        left_out = bool(card.record.data.refused)
        return [Draw(config.validation_share, config.seed, hold_out, left_out) for hold_out in (False, True)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DatasetError(
            f"The card of version {card.version} does not say how its validation films were drawn."
        ) from error


def _as_counted(
    card: ModelCard, draws: list[Draw], images: list[LabelledImage], refused: AbstractSet[Path]
) -> tuple[Parts, Draw] | None:
    """Return the films as the first draw divides them that gives the validation films which the card counts."""
    for draw in draws:
        parts = draw.divide(images, refused)
        readable = [image for image in parts.validation if image.path not in refused]
        if card.record.data.validation in (films_of(parts.validation), films_of(readable)):
            return parts, draw
    return None
