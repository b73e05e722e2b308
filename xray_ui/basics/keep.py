"""How much does a session remember of one thing? The newest few hundred values."""

from collections.abc import Hashable
from typing import TypeVar

KEPT = 256
"""How many cases a session remembers at most."""

Key = TypeVar("Key", bound=Hashable)

Value = TypeVar("Value")


def keep(kept: dict[Key, Value], key: Key, value: Value) -> None:
    """Remember a value; where there are too many, the oldest is forgotten."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > KEPT:
        del kept[next(iter(kept))]
