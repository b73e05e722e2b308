"""How does a clinician ask for a training? Films, kind and name on a page of its own; first the films are examined."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from model_store.disk.home import xray_home
from model_store.sources.data_root import data_root, shown_folder
from model_store.trainings import cost, request, uploads
from model_store.trainings.request import TrainingRequest
from model_store.trainings.store import active_run, is_name_taken
from model_store.versions.registry import Registry, UnusableName
from xray_ui.access import login
from xray_ui.access.maintaining import maintaining, name_of_actor
from xray_ui.basics import page_names
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use
from xray_ui.reading.uploads import examples
from xray_ui.retraining import data as retraining_data
from xray_ui.retraining import wording
from xray_ui.retraining.data import UnusableUpload
from xray_ui.retraining.job import JobRefused
from xray_ui.retraining.run import progress as run_progress

SOURCE, FOLDER, ZIP = "retrain_source", "retrain_folder", "retrain_zip"
PRESET, INIT, NAME, NOTE, BY = "retrain_preset", "retrain_init", "retrain_name", "retrain_note", "retrain_by"
FROM_FOLDER, FROM_ZIP = "Folder", "ZIP file"
ACTIVE = "the active version"
"""What to begin from: whichever version is active when the films are examined."""

USUAL_FILMS = 100
"""Films for which the cost is said where nobody knows yet how many there are."""

_TURN = "retrain_turn"


@st.fragment
def show() -> None:
    """Show the form."""
    with st.container(key="new_training_page", width=860), guarded():
        st.title("New training", anchor=False)
        if not login.may_maintain():
            st.text(login.MAINTAINERS_ONLY)
        elif run := active_run(xray_home()):
            st.text(wording.under_way(run.id, run.status().since))
            st.page_link(
                page_names.RETRAIN_PAGE, label="Watch this training", icon=":material/monitoring:",
                query_params={"run": run.id},
            )  # fmt: skip
        else:
            _form()


def _form() -> None:
    st.text(wording.STEPS)
    st.header("1. Which films?", anchor=False)
    find_data, films = _source()
    st.header("2. How much is to be learned anew?", anchor=False)
    _kind(films)
    st.header("3. What is the new version called?", anchor=False)
    _names()
    if st.button("Examine the films", type="primary", icon=":material/search:"):
        _examine(find_data)
    st.caption(wording.EXAMINE_HELP)


def _kind(films: int) -> None:
    """Let the kind of training be chosen, each with what it means and what it costs on this machine."""
    chosen = st.session_state.get(INIT)
    init = chosen if chosen in wording.INITS else "bundled"
    costs = [_cost(preset, init, films) for preset in wording.PRESETS]
    st.radio(
        *("Kind of training", list(wording.PRESETS)),
        format_func=wording.PRESETS.__getitem__, key=PRESET, persist_state="session", label_visibility="collapsed",
        captions=[f"{wording.MEANINGS[preset]} {said}" for preset, said in zip(wording.PRESETS, costs, strict=True)],
    )  # fmt: skip


def _cost(preset: str, init: str, films: int) -> str:
    home, count = xray_home(), films or USUAL_FILMS
    pace = cost.pace(home)
    reference = examples.configured_folder()
    judged = _files_in(reference / "test") if reference else 0
    new = judged - min(cost.prepared_films(home), judged)
    stages = cost.training(count, preset, init, pace=pace, reference=judged, new=new)
    time, room = cost.seconds(stages), cost.disk_needed(preset, count)
    is_measured = cost.is_measured(home, preset, init)
    return wording.cost(time, room, f"these {films} films" if films else f"{count} films", is_measured=is_measured)


@st.cache_data(ttl=300, max_entries=64, show_spinner=False)
def _files_in(folder: Path) -> int:
    return cost.files_in(folder)


def _names() -> None:
    left, right = st.columns(2)
    with left:
        st.session_state.setdefault(NAME, f"retrained-{datetime.now():%Y%m%d-%H%M}")
        st.text_input("Name of the new version", key=NAME, max_chars=64, persist_state="session")
        if not login.user_name():
            st.session_state.setdefault(BY, request.account())
            st.text_input("Your name", key=BY, max_chars=80, persist_state="session")
    with right:
        inits = _inits()
        st.selectbox(
            *("Begin from", list(inits)),
            format_func=inits.__getitem__, key=INIT, persist_state="session", help=wording.INIT_HELP,
        )  # fmt: skip
        st.text_area("Note", key=NOTE, max_chars=500, height=68, persist_state="session")


def _source() -> tuple[Callable[[], Path], int]:
    """Let the films be chosen.

    Returns:
        What gives their folder or file, or raises UnusableUpload; and about how many films there are, 0 where that is
        not known.
    """
    chosen = st.segmented_control(
        *("Where the films are", [FROM_FOLDER, FROM_ZIP]),
        default=None if SOURCE in st.session_state else FROM_FOLDER,
        required=True, key=SOURCE, persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    return _zip() if chosen == FROM_ZIP else _folder()


def _folder() -> tuple[Callable[[], Path], int]:
    root = data_root(xray_home())
    with st.spinner("Looking for data folders"):
        folders = retraining_data.data_folders(root)
    chosen: Path | None = None
    if not folders:
        st.text(wording.no_folders(str(root)))
    else:
        is_only = len(folders) == 1 and FOLDER not in st.session_state  # Then nobody has to choose it.
        chosen = st.selectbox(
            *("Data folder", folders), index=0 if is_only else None,
            format_func=lambda folder: shown_folder(folder, root),
            placeholder=wording.CHOOSE, key=FOLDER, persist_state="session",
        )  # fmt: skip

    def find() -> Path:
        if chosen is None:
            raise UnusableUpload(wording.NO_FOLDER)
        return chosen

    return find, _files_in(chosen) if chosen else 0


def _zip() -> tuple[Callable[[], Path], int]:
    file: UploadedFile | None = st.file_uploader(
        "ZIP file of a data folder", key=f"{ZIP}-{st.session_state.get(_TURN, 0)}", help=wording.zip_help()
    )

    def find() -> Path:
        if file is None:
            raise UnusableUpload(wording.NO_ZIP)
        with st.spinner("Keeping the ZIP file until it is unpacked"):
            return retraining_data.keep_zip(file, xray_home())

    return find, 0


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
            started = run_progress.start_examination(_request(name, data))
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
