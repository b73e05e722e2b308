"""What is one case? One film, corrected or not, as one version reads it: what results and decisions are kept under."""

import hashlib
from dataclasses import dataclass

from model_store.film.radiograph import FilmIdentity
from model_store.versions.registry import Version
from xray_ui.readers.in_use import Identity, identity


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
