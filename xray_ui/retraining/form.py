"""How does a clinician ask for a training? Films, recipe and name in the sidebar; first the films are examined."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from model_store.disk.home import xray_home
from model_store.sources.data_root import data_root, shown_folder
from model_store.trainings import request, uploads
from model_store.trainings.request import TrainingRequest
from model_store.trainings.store import active_run, is_name_taken
from model_store.versions.registry import Registry, UnusableName
from xray_ui.access import login
from xray_ui.access.maintaining import maintaining, name_of_actor
from xray_ui.basics import page_names
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use
from xray_ui.retraining import data as retraining_data
from xray_ui.retraining import job, wording
from xray_ui.retraining.data import UnusableUpload
from xray_ui.retraining.job import JobRefused

OPEN = "retrain_open"
SOURCE, FOLDER, ZIP = "retrain_source", "retrain_folder", "retrain_zip"
PRESET, INIT, NAME, NOTE, BY = "retrain_preset", "retrain_init", "retrain_name", "retrain_note", "retrain_by"
FROM_FOLDER, FROM_ZIP = "Folder", "ZIP file"
ACTIVE = "the active version"
"""What to begin from: whichever version is active when the films are examined."""

_TURN = "retrain_turn"


@st.fragment
def show() -> None:
    """Show the form; it is folded up at first, and its lists are only made once it is open."""
    with guarded():
        if not login.may_maintain():
            st.text(login.MAINTAINERS_ONLY)
            return
        fold = st.expander("New training", key=OPEN, on_change="rerun", icon=":material/model_training:")
        if fold.open:
            with fold:
                _form()


def _form() -> None:
    if run := active_run(xray_home()):
        st.text(wording.under_way(run.id, run.status().since))
        return
    find_data = _source()
    st.selectbox(
        *("Kind of training", list(wording.PRESETS)),
        format_func=wording.PRESETS.__getitem__, key=PRESET, persist_state="session",
    )  # fmt: skip
    inits = _inits()
    st.selectbox("Begin from", list(inits), format_func=inits.__getitem__, key=INIT, persist_state="session")
    st.session_state.setdefault(NAME, f"retrained-{datetime.now():%Y%m%d-%H%M}")
    st.text_input("Name of the new version", key=NAME, max_chars=64, persist_state="session")
    st.text_area("Note", key=NOTE, max_chars=500, height=68, persist_state="session")
    if not login.user_name():
        st.session_state.setdefault(BY, request.account())
        st.text_input("Your name", key=BY, max_chars=80, persist_state="session")
    if st.button("Examine the films", type="primary", width="stretch", icon=":material/search:"):
        _examine(find_data)


def _source() -> Callable[[], Path]:
    """Let the films be chosen; returns what gives their folder or file, or raises UnusableUpload."""
    chosen = st.segmented_control(
        *("Where the films are", [FROM_FOLDER, FROM_ZIP]),
        default=None if SOURCE in st.session_state else FROM_FOLDER,
        required=True, key=SOURCE, persist_state="session", width="stretch",
    )  # fmt: skip
    return _zip() if chosen == FROM_ZIP else _folder()


def _folder() -> Callable[[], Path]:
    root = data_root(xray_home())
    folders = retraining_data.data_folders(root)
    if not folders:
        st.text(wording.no_folders(str(root)))
    chosen = st.selectbox(
        *("Data folder", folders), index=None, format_func=lambda folder: shown_folder(folder, root),
        placeholder=wording.CHOOSE, key=FOLDER, persist_state="session", disabled=not folders,
    )  # fmt: skip

    def find() -> Path:
        if chosen is None:
            raise UnusableUpload(wording.NO_FOLDER)
        return chosen

    return find


def _zip() -> Callable[[], Path]:
    file: UploadedFile | None = st.file_uploader(
        "ZIP file of a data folder", key=f"{ZIP}-{st.session_state.get(_TURN, 0)}", help=wording.zip_help()
    )

    def find() -> Path:
        if file is None:
            raise UnusableUpload(wording.NO_ZIP)
        return retraining_data.keep_zip(file, xray_home())

    return find


def _inits() -> dict[str, str]:
    """Return what a training can begin from, and what each is called."""
    names = {ACTIVE: "Active", **wording.INITS}
    with suppress(Exception):  # What is wrong with the active version is on the banner already.
        names[ACTIVE] += f": {in_use.in_use().version.card.version}"
    return names | {name: name for name in Registry().names() if name not in names}


def _examine(find_data: Callable[[], Path]) -> None:
    """Start the examination and turn to its page, or say why it cannot be started."""
    with maintaining():
        name = _checked_name()
        data = find_data()
        try:
            with st.spinner("Starting the examination"):
                started = job.start_examination(_request(name, data), xray_home())
        except JobRefused:
            uploads.drop_zip(data, xray_home())
            raise
        _turn_to(started)


def _turn_to(examination: str) -> None:
    # Another key is an empty uploader: Streamlit holds an upload in memory for as long as it is on the screen.
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state.pop(NAME, None)
    st.switch_page(page_names.RETRAIN_PAGE, query_params={"examination": examination})


def _checked_name() -> str:
    name = str(st.session_state[NAME]).strip()
    if not name:
        raise UnusableName(wording.NO_NAME)
    Registry().check_name(name)
    if is_name_taken(xray_home(), name):
        raise UnusableName(wording.RUN_EXISTS)
    return name


def _request(name: str, data: Path) -> TrainingRequest:
    chosen = st.session_state
    init = in_use.in_use().version.name if chosen[INIT] == ACTIVE else chosen[INIT]
    return TrainingRequest(
        data=data,
        preset=chosen[PRESET],
        init=init,
        name=name,
        note=chosen[NOTE].strip(),
        by=name_of_actor(chosen.get(BY) or ""),
    )
