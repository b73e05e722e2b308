"""What did the reader choose to stand beside the film on the screen? Only for that film, as that version reads it."""

from dataclasses import dataclass

import streamlit as st

from model_store.basics.errors import ModelCorrupted
from model_store.film.radiograph import FilmIdentity
from model_store.film.refusals import UnreadableImage
from model_store.versions.registry import ModelNotFound, Registry, Version
from xray_ui.readers import in_use
from xray_ui.reading import wording as reading_wording
from xray_ui.reading.beside import wording
from xray_ui.reading.case import overruling, shown
from xray_ui.reading.case.case import Case, case_of
from xray_ui.reading.film import corrections
from xray_ui.reading.uploads import chosen

_VERSION, _FILM = "version ", "film "


@dataclass(frozen=True)
class Beside:
    """What stands beside the film on the screen.

    Attributes:
        film: another film; None for the same one as another version reads it.
        version: which reads it.
        identity: of the film that stands there, as it is corrected.
        data: of its file.
        problem: why it cannot be had, as a sentence; "" where it can.
    """

    film: chosen.Film | None
    version: Version
    identity: FilmIdentity
    data: bytes
    problem: str = ""

    @property
    def case(self) -> Case:
        """The film and the version that stand there."""
        return case_of(self.identity, self.version)

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from anything else that could stand there."""
        return self.case, overruling.reason(self.case), self.problem


def key_of(case: Case) -> str:
    """Return the session key of the choice: of this film and this version, so that it is gone with them."""
    return f"beside-{case.key}"


def offered(film: chosen.Film, version: Version, films: list[chosen.Film]) -> dict[str, str]:
    """Return what can stand beside a film, and what each is called: earlier films of its patient, versions, films.

    Args:
        film: which is open.
        version: which reads it.
        films: all that can be chosen; none where another would not belong to it.
    """
    others = [each for each in films if each.key != film.key]
    earlier = {each.key for each in others if film.image and each.image and each.image.is_of_earlier_study(film.image)}
    names = {
        f"{_FILM}{each.key}": wording.film_option(each.name, is_earlier=each.key in earlier)
        for each in sorted(others, key=lambda each: each.key not in earlier)
    }
    first = {key: name for key, name in names.items() if key.removeprefix(_FILM) in earlier}
    versions = {f"{_VERSION}{each.name}": wording.version_option(in_use.shown_name(each)) for each in _others(version)}
    return first | versions | names


def _others(version: Version) -> list[Version]:
    """Return all versions by which a film can be read besides this one."""
    registry, found = Registry(), []
    for name in registry.names():
        try:
            each = registry.version(name)
        except (ModelCorrupted, ModelNotFound):  # Which the Models page says.
            continue
        if in_use.identity(each.card) != in_use.identity(version.card):
            found.append(each)
    return found


def beside(case: Case, film: chosen.Film, data: bytes, version: Version, films: list[chosen.Film]) -> Beside | None:
    """Return what the reader chose to stand beside a film; None for nothing, or for what is there no more.

    Args:
        case: the film, as it is corrected, and the version.
        film: the film that is open.
        data: of its file.
        version: which reads it.
        films: all that can be chosen.
    """
    wish = st.session_state.get(key_of(case))
    if not isinstance(wish, str):
        return None
    if wish.startswith(_VERSION):
        name = wish.removeprefix(_VERSION)
        other = next((each for each in _others(version) if each.name == name), None)
        return Beside(None, other, case.film, data) if other else None
    found = next((each for each in films if f"{_FILM}{each.key}" == wish and each.key != film.key), None)
    return _other_film(found, version) if found else None


def _other_film(film: chosen.Film, version: Version) -> Beside:
    try:
        data = film.read_bytes()
    except UnreadableImage as error:
        return Beside(film, version, FilmIdentity(film.key), b"", str(error))
    except OSError:
        return Beside(film, version, FilmIdentity(film.key), b"", reading_wording.FILM_MISSING)
    return Beside(film, version, corrections.corrected(shown.sha256_of(data)), data)
