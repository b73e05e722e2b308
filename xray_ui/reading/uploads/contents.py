"""Which films lie in what was uploaded? Looked into once, when it arrives; kept in memory only."""

import io
from collections.abc import Callable
from typing import BinaryIO, cast

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from model_store.film.refusals import UnreadableImage
from model_store.sources.films import Contents, FilmFile, Source, look_into
from model_store.sources.studies import Place, places
from xray_ui.reading.uploads import upload
from xray_ui.server import sessions

CONTENTS = "contents_of_uploads"
_TAKEN_AWAY = "This file was taken away from the upload; please upload it again."


def take() -> set[str]:
    """Look into what was uploaded since the last run; returns the identities of the files."""
    known = _contents()
    new = [file for file in _uploads() if file.file_id not in known]
    if not new:
        return set()
    sources = [Source(file.file_id, file.name, _opener(file.file_id)) for file in new]
    found = look_into(sources, may_be_stopped=sessions.stop_where_nobody_waits)
    # What was known stays known: a turn of the page from within a run takes the uploads away for a moment.
    st.session_state[CONTENTS] = known | found
    return set(found)


def films() -> list[tuple[FilmFile, Place]]:
    """Return the films of all uploads, each with its place; the images of a study lie together."""
    files = [film for contents in _present() for film in contents.films]
    return [(files[position], place) for position, place in places([film.image for film in files]).items()]


def left_out() -> int:
    """Return how many of the uploaded files are no films."""
    return sum(contents.left_out for contents in _present())


def lost_sentence() -> str:
    """Say how many files the browser lists that the program has no more, as when it was started anew; "" for none."""
    count = sum(isinstance(file, DeletedFile) for file in _listed())
    if not count:
        return ""
    lost = "1 uploaded file is no longer there" if count == 1 else f"{count} uploaded files are no longer there"
    again = "it" if count == 1 else "them"
    return f"{lost}, since the program was started anew or the connection was lost; please upload {again} again."


def name_in_study(name: str, place: Place, *, several: bool) -> str:
    """Name a film with its place in its study; the study has a number where there are several, never an identifier."""
    study = f"study {place.study}" if several and place.study else ""
    image = f"image {place.image}{', chosen' if place.is_chosen else ''}" if place.of > 1 else ""
    where = ", ".join(part for part in (study, image) if part)
    return f"{where}: {name}" if where else name


def source_of(key: str) -> str:
    """Return the identity of the uploaded file that a film comes from."""
    return key.split("/")[0]


def reader_of(film: FilmFile) -> Callable[[], bytes]:
    """Return what reads the bytes of a film; one in a ZIP is not unpacked at every run."""
    return film.read_bytes if source_of(film.key) == film.key else lambda: _unpacked(film.key, film.read_bytes)


@st.cache_resource(max_entries=1, show_spinner=False, scope="session")
def _unpacked(key: str, _read: Callable[[], bytes]) -> bytes:
    return _read()


def _uploads() -> list[UploadedFile]:
    return [file for file in _listed() if isinstance(file, UploadedFile)]


def _listed() -> list[UploadedFile | DeletedFile]:
    return [file for key in (upload.KEY, upload.FOLDER_KEY) for file in st.session_state.get(key) or ()]


def _contents() -> dict[str, Contents]:
    return cast("dict[str, Contents]", st.session_state.get(CONTENTS, {}))


def _present() -> list[Contents]:
    contents = _contents()
    return [contents[file.file_id] for file in _uploads() if file.file_id in contents]


def _opener(file_id: str) -> Callable[[], BinaryIO]:
    # By its identity, so that nothing keeps the bytes of an upload that was taken away.
    def opened() -> BinaryIO:
        for file in _uploads():
            if file.file_id == file_id:
                return io.BytesIO(file.getvalue())
        raise UnreadableImage(_TAKEN_AWAY, "missing")

    return opened
