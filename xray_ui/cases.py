"""What is one case? One film, corrected or not, as one version reads it: what results and decisions are kept under."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeVar

from model_store.radiograph import FilmIdentity
from model_store.registry import Version
from xray_ui.versions import Identity, identity

KEPT = 256
"""How many cases a session remembers at most."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Case:
    """One film as one version reads it.

    Attributes:
        film: which film, and how it is corrected.
        version: which version.
    """

    film: FilmIdentity
    version: Identity

    @property
    def key(self) -> str:
        """A short name for the widgets of this case, so that what is typed or pressed stays with it."""
        return hashlib.sha256(repr((self.film, self.version)).encode()).hexdigest()[:24]


def case_of(film: FilmIdentity, version: Version) -> Case:
    """Return the case of a film and a version."""
    return Case(film, identity(version.card))


def keep(kept: dict[Key, Value], key: Key, value: Value) -> None:
    """Remember a value; where there are too many, the oldest is forgotten."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > KEPT:
        del kept[next(iter(kept))]
