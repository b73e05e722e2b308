"""What does a session remember of films and choices? All of it in memory only."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import streamlit as st

from model_store.decoding import decode
from model_store.radiograph import FilmIdentity, Radiograph
from model_store.registry import Version
from model_store.results import Explanation, Reading
from model_store.study import Place
from xray_ui import dropped, wording
from xray_ui.examples import Example, configured_folder, list_examples
from xray_ui.guard import guarded

SOURCE = "source"
FILM = "film"
REVEALED = "revealed_labels"
SHOWN = "shown_result"
CHANGES = "changes_of_image"
OPENED = "opened_film"
METHOD, METHODS = "heatmap_method", "heatmap_methods"
FROM_FILES, FROM_EXAMPLES = "My films", "Examples"
READING_PAGE, RETRAIN_PAGE, MODELS_PAGE = (f"xray_ui/pages/{name}.py" for name in ("reading", "retrain", "models"))


@dataclass(frozen=True)
class Film:
    """A film that can be chosen.

    Attributes:
        key: what identifies it in the list of the session.
        name: what it is called on the screen, as plain text.
        read_bytes: returns the file's bytes; raises UnreadableImage where they cannot be had.
        label: the data set's label of an example, else None.
        place: where it belongs among the films of its study.
    """

    key: str
    name: str
    read_bytes: Callable[[], bytes]
    label: str | None = None
    place: Place = field(default_factory=Place)


@dataclass(frozen=True)
class OpenedFilm:
    """A film of a comparison that is looked at again.

    Attributes:
        path: where it lies.
        sha256: what its bytes have to be.
        label: what the data set calls it.
        run: the run whose versions were compared.
        version: the version to read it with; None for the one in use.
    """

    path: Path
    sha256: str
    label: str
    run: str
    version: Version | None

    def as_film(self) -> Film:
        """Return the film as it can be shown; its label is known from the comparison already."""
        return Film(f"opened {self.sha256}", wording.shown_name(self.path.name), self.path.read_bytes, self.label)


# --- the films


@st.cache_resource(max_entries=2, show_spinner=False)
def _examples(folder: str) -> list[Example]:
    return list_examples(Path(folder))


def examples() -> list[Example]:
    """Return the examples that the environment offers; none without it."""
    folder = configured_folder()
    return _examples(str(folder)) if folder else []


def take_uploads() -> None:
    """Turn to the first film of a new upload, or to the frontal one of its study; keep the present film otherwise."""
    new = dropped.take()
    if not new:
        return
    close_film()
    st.session_state[SOURCE] = FROM_FILES
    mine = [film for film in films() if dropped.source_of(film.key) in new]
    if mine:
        st.session_state[FILM] = next((film for film in mine if film.place.is_chosen), mine[0]).key


def films() -> list[Film]:
    """Return the films that can be stepped through: the uploads, or the examples where these were chosen."""
    if st.session_state.get(SOURCE) == FROM_EXAMPLES:
        return [
            Film(f"example {i}", f"Example {i + 1}", example.path.read_bytes, example.label)
            for i, example in enumerate(examples())
        ]
    return [
        Film(film.key, wording.shown_name(film.name), dropped.reader_of(film), place=place)
        for film, place in dropped.films()
    ]


@guarded()
def step(offset: int, keys: list[str]) -> None:
    """Turn to the film that lies `offset` places on in the list."""
    position = keys.index(st.session_state[FILM]) + offset
    st.session_state[FILM] = keys[min(max(position, 0), len(keys) - 1)]


@guarded()
def forget(keys: list[str]) -> None:
    """Put widgets back to what they show at first."""
    for key in keys:
        st.session_state.pop(key, None)


def open_film(film: OpenedFilm) -> None:
    """Turn to a film of a comparison; it stays until it is closed or another film is uploaded."""
    st.session_state[OPENED] = film
    reveal_label(film.as_film().key)


def opened_film() -> OpenedFilm | None:
    """Return the film of a comparison that is looked at, or None."""
    return cast("OpenedFilm | None", st.session_state.get(OPENED))


def read_opened_as_usual() -> None:
    """Let the version in use read the film of a comparison."""
    if film := opened_film():
        st.session_state[OPENED] = replace(film, version=None)


@guarded()
def close_film() -> None:
    """Turn back from a film of a comparison to the session's own films."""
    st.session_state.pop(OPENED, None)


@guarded()
def reveal_label(key: str) -> None:
    """Show the label of an example from now on."""
    st.session_state.setdefault(REVEALED, set()).add(key)


def is_revealed(key: str) -> bool:
    """Return whether the reader has asked for the label of this example."""
    return key in st.session_state.get(REVEALED, set())


# --- the result


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes, the identity of the image."""
    return hashlib.sha256(data).hexdigest()


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def radiograph(film: FilmIdentity, _data: bytes) -> Radiograph:
    """Decode a film and correct it; raises UnreadableImage. The key is the bytes' own hash, never a sample of them."""
    _, turn, is_inverted, window = film
    return decode(_data, window=window).corrected(turn, is_inverted)


def changes_of_image(key: tuple[object, ...]) -> int:
    """Count how often the session has turned to another image or model, this one included.

    Args:
        key: what identifies the film, its corrections and the model.
    """
    if st.session_state.get(SHOWN) != key:
        st.session_state[SHOWN] = key
        st.session_state[CHANGES] = st.session_state.get(CHANGES, 0) + 1
    return int(st.session_state[CHANGES])


# --- the map


def offer_methods(reading: Reading) -> None:
    """Let the sidebar offer the methods by which this reading has a map; draws the app anew where these are others.

    The sidebar is drawn before the film, so it knows the methods of the reading before.
    """
    offered, before = tuple(explanation.method for explanation in reading.explanations), methods()
    st.session_state[METHODS] = offered
    if offered != before and max(len(offered), len(before)) > 1:
        st.rerun()


def methods() -> tuple[str, ...]:
    """Return the methods that can be chosen from, the default first; none before the first reading."""
    return cast("tuple[str, ...]", st.session_state.get(METHODS, ()))


def chosen_explanation(reading: Reading) -> Explanation:
    """Return the map by the method that the reader has chosen, or the default where this reading has none by it."""
    chosen = st.session_state.get(METHOD)
    return next((each for each in reading.explanations if each.method == chosen), reading.explanation)
