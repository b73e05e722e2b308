"""Which films did a version learn from, and which judged it? They are divided again as its training divided them."""

from pathlib import Path
from typing import Any

from model_store.card import ModelCard
from model_store.film_gate import FilmGate
from training.config import FitConfig
from training.crops import prepare_crops
from training.dataset import TEST_SPLIT, DatasetError, LabelledImage, scan
from training.division import Parts, divide_images
from training.progress import Progress


def own_parts(data: Path, card: ModelCard, gate: FilmGate, *, home: Path, progress: Progress | None = None) -> Parts:
    """Return the films that a version learned from, validated on, or held out; the data's test folder is not opened.

    Args:
        data: the data that it learned from.
        card: of the version.
        gate: which films are read.
        home: the app's folder, for cached crops.
        progress: where it is said how far the preparation is.

    Raises:
        DatasetError: the card does not say how they were drawn, or these are other films.
    """
    try:
        config = FitConfig.from_json(card.content["recipe"])
        counts, refused = card.content["data"]["validation"], int(card.content["data"]["refused"])
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(
            f"The card of version {card.version} does not say how its validation films were drawn."
        ) from error
    images = scan(data, exclude={TEST_SPLIT})
    left_out: set[Path] = set()
    if refused:  # Which were left out is not in the card; without any, nothing need be prepared to know.
        left_out = {image.path for image, _ in prepare_crops(images, gate, home / "cache", progress).refused}
    # The card does not say whether films were held out for a comparison; the counts do.
    for hold_out in (False, True):
        parts = divide_images(
            images, validation_share=config.validation_share, seed=config.seed, hold_out=hold_out, refused=left_out
        )
        if films_of(parts.validation) == counts:
            return parts
    raise DatasetError(
        f"These are not the films that version {card.version} learned from: its card counts other validation films "
        "than are drawn from them."
    )


def films_of(images: list[LabelledImage]) -> dict[str, Any]:
    """Return how many films of each class there are, and of how many patients, as cards count them."""
    labels = [image.label for image in images]
    patients = {image.patient_key for image in images}
    return {label: labels.count(label) for label in sorted(set(labels))} | {"patients": len(patients)}
