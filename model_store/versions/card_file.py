"""How is the card of a version read? From its file, and checked; one that does not fit is not used."""

import json
from pathlib import Path
from typing import Any

from model_store.basics.errors import ModelCorrupted
from model_store.basics.records import SCHEMA, schema_of
from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.reading.network import CELLS, POOLED, TARGET_LAYER
from model_store.reading.preparation import PREPARATION
from model_store.versions.bundled import LUNGS_SHA256

CARD = "card.json"
MADE_FOR = {"preparation": PREPARATION, "lungs_sha256": LUNGS_SHA256, "target_layer": TARGET_LAYER}
"""What a version must have been made for to be read with this program."""


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
            calibration=_calibration(content, name),
            operating_point=_number(content["operating_point"]),
            content=content,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ModelCorrupted(f"The card of version {name} is missing or damaged.") from error
    for key, value in MADE_FOR.items():
        if content.get(key) != value and not outdated:
            raise ModelCorrupted(f"Version {card.version} was made for another {key.replace('_', ' ')}.")
    if content.get("network", POOLED) not in (CELLS, POOLED):
        raise ModelCorrupted(f"Version {card.version} was made for another network.")
    if schema_of(content) > SCHEMA:
        raise ModelCorrupted(f"Version {card.version} was made by a newer program; please install that one.")
    _ = card.record  # Whatever a reading needs of the card is looked at now.
    return card


def _number(value: object) -> float:
    """Return a number; raises TypeError for what is none, such as one in quotes, or a truth value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    return float(value)


def _calibration(content: dict[str, Any], name: str) -> Calibration:
    try:
        return Calibration.from_json(content)
    except ValueError as error:
        raise ModelCorrupted(f"The card of version {name} is damaged: {error}.") from error
