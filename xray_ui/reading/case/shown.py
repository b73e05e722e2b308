"""Which film is shown, as it is corrected, and is another one on the screen?"""

import hashlib

import streamlit as st

from model_store.decoding.pool import decode
from model_store.film.radiograph import FilmIdentity, Radiograph

SHOWN = "shown_result"


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes, the identity of the image."""
    return hashlib.sha256(data).hexdigest()


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def radiograph(film: FilmIdentity, _data: bytes) -> Radiograph:
    """Decode a film and correct it; raises UnreadableImage. The key is the bytes' own hash, never a sample of them."""
    return decode(_data, window=film.window).corrected(film.turn, film.is_inverted, film.is_mirrored)


def what_is_shown() -> object:
    """Return what identifies the film, its corrections and the model that are on the screen; None at first."""
    return st.session_state.get(SHOWN)


def is_shown(key: tuple[object, ...]) -> bool:
    """Return whether this is on the screen, and nothing of another one.

    Args:
        key: what identifies the film, its corrections and the model.
    """
    return what_is_shown() == key


def turn_to(key: tuple[object, ...]) -> None:
    """Note what is on the screen from now on; to be called once nothing of another one is there."""
    st.session_state[SHOWN] = key
