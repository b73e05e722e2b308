"""What is known of a version? Its card, by which it decides; one that does not fit is not used."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_store.lungs import LUNGS_SHA256
from model_store.network import TARGET_LAYER
from model_store.preprocessing import PREPARATION
from model_store.weights import ModelCorrupted

CARD = "card.json"
MADE_FOR = {"preparation": PREPARATION, "lungs_sha256": LUNGS_SHA256, "target_layer": TARGET_LAYER}
"""What a version must have been made for to be read with this program."""


@dataclass(frozen=True)
class ModelCard:
    """What is known of one version.

    Attributes:
        version: its name.
        weights_sha256: of its weights file.
        temperature: by which logits are divided, fitted on validation patients.
        operating_point: probability from which pneumonia is suspected, 0..1, fitted on validation patients.
        content: the whole card: data, recipe, figures, limits.
    """

    version: str
    weights_sha256: str
    temperature: float
    operating_point: float
    content: dict[str, Any]


def read_card(folder: Path, *, weights_sha256: str | None = None, outdated: bool = False) -> ModelCard:
    """Read the card of a version's folder.

    Args:
        folder: where `card.json` lies.
        weights_sha256: the hash that the card has to name; None for any.
        outdated: whether it may belong to another preparation.

    Raises:
        ModelCorrupted: the card is missing, is not valid, or belongs to other weights or another preparation.
    """
    try:
        content = (folder / CARD).read_bytes()
    except OSError as error:
        raise ModelCorrupted(f"The card of version {folder.name} is missing or damaged.") from error
    card = parse_card(content, name=folder.name, outdated=outdated)
    if weights_sha256 is not None and card.weights_sha256 != weights_sha256:
        raise ModelCorrupted(f"The card of version {folder.name} names other weights than the program expects.")
    return card


def parse_card(data: bytes, *, name: str, outdated: bool = False) -> ModelCard:
    """Read a card from its bytes, JSON.

    Args:
        data: the content of a `card.json`.
        name: what the version is called where its card does not tell.
        outdated: whether it may belong to another preparation.

    Raises:
        ModelCorrupted: the card is not valid, or belongs to another preparation.
    """
    try:
        content = json.loads(data)
        card = ModelCard(
            version=str(content["version"]),
            weights_sha256=str(content["weights_sha256"]),
            temperature=float(content["temperature"]),
            operating_point=float(content["operating_point"]),
            content=content,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ModelCorrupted(f"The card of version {name} is missing or damaged.") from error
    for key, value in MADE_FOR.items():
        if content.get(key) != value and not outdated:
            raise ModelCorrupted(f"Version {card.version} was made for another {key.replace('_', ' ')}.")
    if not (0 < card.temperature < math.inf and 0 < card.operating_point < 1):
        raise ModelCorrupted(f"The card of version {card.version} holds no usable temperature or operating point.")
    return card
