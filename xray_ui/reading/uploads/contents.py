"""Which films lie in what was uploaded, or in the folder that was chosen? Looked into once; kept in memory only."""

import hashlib
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from model_store.film.refusals import UnreadableImage
from model_store.sources.films import MAX_FILES, Contents, FilmFile, Source, look_into
from model_store.sources.films import left_out_sentence as films_left_out
from model_store.sources.paths import sources
from model_store.sources.studies import Place, places
from xray_ui.reading.uploads import kept, upload
from xray_ui.server import sessions

CONTENTS = "contents_of_uploads"
_CHANGED = "This file is not as it was when its folder was looked into; please choose the folder again."
_TAKEN_AWAY = "This file was taken away from the upload; please upload it again."


@dataclass(frozen=True)
class Folder:
    """A folder of this machine whose films are read where they lie.

    Attributes:
        path: the folder.
        identity: what begins the keys of its films.
        contents: its films.
        is_whole: whether it was looked into to its end.
    """

    path: Path
    identity: str
    contents: Contents
    is_whole: bool


def take() -> set[str]:
    """Look into what was uploaded since the last run; returns the identities of the files."""
    known = _contents()
    new = [file for file in _uploads() if file.file_id not in known]
    if not new:
        return set()
    sources = [Source(file.file_id, name_of(file.name), _opener(file.file_id)) for file in new]
    found = look_into(sources, may_be_stopped=sessions.stop_where_nobody_waits)
    # What was known stays known: a turn of the page from within a run takes the uploads away for a moment.
    st.session_state[CONTENTS] = known | found
    return set(found)


def name_of(sent: str) -> str:
    """Return what an upload is called, on one line: browsers send a quote or the end of a line in a name as %22 or %0A.

    Args:
        sent: the name as the browser sent it; nothing else in it is encoded, not even a percent sign.
    """
    return re.sub("(?:%0D|%0A|[\\r\\n])+", " ", sent).replace("%22", '"')


def take_folder(folder: Path) -> str:
    """Look into a folder of this machine, with the folders below it; returns its identity, which holds no path.

    It takes the place of the folder before. What leads out of it is left out.
    """
    identity = f"folder {hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    files = [each for each in islice(sources([folder]), MAX_FILES + 1) if _lies_in(Path(os.fsdecode(each.key)), folder)]
    # By what a file is now: one that is written anew is another film, which is looked for in vain.
    named = {_identity_of_file(each, identity): each for each in files[:MAX_FILES]}
    found = look_into(
        [Source(key, each.name, _unchanged(each, key, identity)) for key, each in named.items()],
        may_be_stopped=sessions.stop_where_nobody_waits,
    )
    together = Contents(
        tuple(film for contents in found.values() for film in contents.films),
        sum(contents.left_out for contents in found.values()),
    )
    st.session_state[upload.FOLDER] = Folder(folder, identity, together, is_whole=len(files) <= MAX_FILES)
    return identity


def folder() -> "Folder | None":
    """Return the folder that was looked into; None where there is none."""
    return cast("Folder | None", st.session_state.get(upload.FOLDER))


def leave_folder() -> None:
    """Let go of the folder and its films."""
    st.session_state.pop(upload.FOLDER, None)


def _lies_in(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except OSError:
        return False


def _identity_of_file(source: Source, folder: str) -> str:
    try:
        status = os.stat(source.key)  # noqa: PTH116 - the key is what the system calls it, which need not be text
        state = f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"
    except OSError:
        state = ""
    return f"{folder} {hashlib.sha256(os.fsencode(source.key) + state.encode()).hexdigest()[:24]}"


def _unchanged(source: Source, key: str, folder: str) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        if _identity_of_file(source, folder) != key:
            raise UnreadableImage(_CHANGED, "changed")
        return source.open()

    return opened


def films() -> list[tuple[FilmFile, Place]]:
    """Return the films of all uploads, each with its place; the images of a study lie together."""
    files = [film for contents in _present() for film in contents.films]
    return [(files[position], place) for position, place in places([film.image for film in files]).items()]


def left_out_sentence() -> str:
    """Say how many of the files are no films, and how many are lost; "" where there are none."""
    count = sum(contents.left_out for contents in _present())
    return " ".join(filter(None, [films_left_out(count) if count else "", lost_sentence()]))


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
    """Return the identity of the uploaded file, or of the folder, that a film comes from."""
    chosen = folder()
    return chosen.identity if chosen and key.startswith(f"{chosen.identity} ") else key.split("/")[0]


def reader_of(film: FilmFile) -> Callable[[], bytes]:
    """Return what reads the bytes of a film; one in a ZIP is not unpacked at every run of the page."""
    if "/" not in film.key:
        return film.read_bytes
    return lambda: _unpacked(film.key, film.read_bytes) if get_script_run_ctx() else film.read_bytes()


# Of two, since another film may stand beside the one that is open.
@st.cache_resource(max_entries=2, show_spinner=False, scope="session")
def _unpacked(key: str, _read: Callable[[], bytes]) -> bytes:
    return _read()


def _uploads() -> list[UploadedFile]:
    return [file for file in _listed() if isinstance(file, UploadedFile)]


def bring_back(uploads: list[UploadedFile]) -> None:
    """Keep uploads of before the page was loaded anew, as far as the server still has them, and look into them again.

    What was known of them belongs to the session before, which may be asked no more.
    """
    kept.keep([file for file in {each.file_id: each for each in uploads}.values() if _is_held(file.file_id)])
    take()


def hold() -> None:
    """Let the uploads stay listed over a turn of the page from within a run.

    Streamlit forgets then what the browser lists, until the browser says it again.
    """
    st.session_state[upload.HELD] = [file for file in _in_control() if isinstance(file, UploadedFile)]


def _listed() -> list[UploadedFile | DeletedFile]:
    return [*kept.files(), *_in_control()]


def _in_control() -> list[UploadedFile | DeletedFile]:
    if said := [file for key in (upload.KEY, upload.FOLDER_KEY) for file in st.session_state.get(key) or ()]:
        st.session_state.pop(upload.HELD, None)
        return said
    return [file for file in st.session_state.get(upload.HELD, ()) if _is_held(file.file_id)]


def _is_held(file_id: str) -> bool:
    """Return whether the server has an upload still, which it forgets once that is taken away."""
    context = get_script_run_ctx()
    return context is not None and bool(context.uploaded_file_mgr.get_files(context.session_id, [file_id]))


def _contents() -> dict[str, Contents]:
    return cast("dict[str, Contents]", st.session_state.get(CONTENTS, {}))


def _present() -> list[Contents]:
    contents = _contents()
    uploaded = [contents[file.file_id] for file in _uploads() if file.file_id in contents]
    chosen = folder()
    return [*uploaded, chosen.contents] if chosen else uploaded


def _opener(file_id: str) -> Callable[[], BinaryIO]:
    # By its identity, so that nothing keeps the bytes of an upload that was taken away; and of the server, not of the
    # session, which cannot be asked by what is read in the background.
    context = get_script_run_ctx()

    def opened() -> BinaryIO:
        for file in context.uploaded_file_mgr.get_files(context.session_id, [file_id]) if context else ():
            return io.BytesIO(file.data)
        raise UnreadableImage(_TAKEN_AWAY, "missing")

    return opened
