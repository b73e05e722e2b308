"""How does a part of a card or a report become rows of text? A part that is missing gives no rows."""

from collections.abc import Mapping
from typing import Any

UNKNOWN = "not known"

Table = list[dict[str, str]]

Card = Mapping[str, Any]


def part(card: Card, *keys: str) -> dict[str, Any]:
    """Return a part of a card by its keys, outermost first; empty where it is missing."""
    found: Any = card
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def number(value: object) -> str:
    """Write a figure with three decimals, a count without; "not known" where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return UNKNOWN if value is None else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def interval(bounds: object) -> str:
    """Write a 95 % interval; "not known" where there is none."""
    if isinstance(bounds, list | tuple) and len(bounds) == 2:
        return f"{number(bounds[0])} to {number(bounds[1])}"
    return UNKNOWN


def texts(card: Card, key: str) -> list[str]:
    """Return a text or a list of texts of the card as a list."""
    value = card.get(key)
    if isinstance(value, str):
        return [value]
    return [str(text) for text in value] if isinstance(value, list) else []


def epochs_done(rows: list[dict[str, float]]) -> list[dict[str, Any]]:
    """Return the rows of a run's metrics for the curves, epochs counted from 1."""
    return [{**row, "epoch": row["epoch"] + 1} for row in rows if "epoch" in row]
