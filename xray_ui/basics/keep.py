"""How much does a session remember of one thing? The newest few hundred values."""

import threading
from collections.abc import Hashable
from typing import TypeVar

KEPT = 256
"""How many cases a session remembers at most."""

Key = TypeVar("Key", bound=Hashable)

Value = TypeVar("Value")

# Of all sessions, since it is held for some microseconds: a session's films are read in threads of their own as well.
_LOCK = threading.Lock()


def keep(kept: dict[Key, Value], key: Key, value: Value, most: int = KEPT) -> None:
    """Remember a value; where there are too many, the oldest is forgotten. Safe to call from several threads."""
    with _LOCK:
        kept.pop(key, None)
        kept[key] = value
        while len(kept) > most:
            del kept[next(iter(kept))]
