"""Where is a film dropped? The first thing on the screen, so this module imports nothing that takes time."""

import streamlit as st

from xray_ui.basics.page_names import TITLE
from xray_ui.reading.wording import PROMISE, WELCOME
from xray_ui.server.patches import MAX_MEGABYTES, keep_in_memory

KEY, FOLDER_KEY = "uploads", "uploads_of_folders"
"""Session keys of the uploaded files: those that were dropped or chosen, and those of folders that were chosen."""

SOURCE, SAMPLED, OPENED = "source", "sampled", "opened_film"
"""Session keys of where films come from, of whether the samples are tried, and of a film of a comparison."""

FOLDER, HELD, OF_BEFORE = "folder_of_films", "uploads_over_a_turn_of_the_page", "uploads_of_before"
"""Session keys of a folder of this machine, and of uploads that the control does not list, or not at this moment."""

WITHOUT_FILMS = "uploads_without_films"
"""Session key of the uploads in which no film was found."""

FROM_FILES = "My films"

_LABEL = "Radiographs, folders or ZIP files"
_HELP = f"PNG, JPEG or DICOM films, one or several, whole folders, or ZIP files of them. {PROMISE}"


def is_first(*, on_reading_page: bool) -> bool:
    """Return whether the first page is shown: there is no film of any kind, or none in what was uploaded."""
    session = st.session_state
    films = session.get(SOURCE, FROM_FILES) != FROM_FILES or session.get(SAMPLED) or session.get(OPENED) is not None
    films = films or any(session.get(key) for key in (FOLDER, HELD, OF_BEFORE))
    uploads = file_ids()
    return on_reading_page and not films and (not uploads or uploads == st.session_state.get(WITHOUT_FILMS))


def file_ids() -> tuple[str, ...]:
    """Return the identities of all uploaded files, those too that the server has no more."""
    return tuple(file.file_id for key in (KEY, FOLDER_KEY) for file in st.session_state.get(key) or ())


def show(*, on_reading_page: bool) -> None:
    """Show the upload control: in the middle of the first page, else at the top of the sidebar.

    It is one control wherever it is drawn, so the files stay; they lie in the session under the two keys.

    Args:
        on_reading_page: whether the page of that name is turned to.
    """
    keep_in_memory()
    with st.sidebar:
        st.title(TITLE, anchor=False)
    # The place is there in every run, so that nothing below it moves to another.
    middle = st.container(key="first_page")
    if is_first(on_reading_page=on_reading_page):
        with middle:
            st.title(WELCOME, anchor=False)
            _controls(f"{_LABEL}: drop them here")
            st.caption(PROMISE)
    else:
        with st.sidebar:
            _controls(_LABEL)


def _controls(label: str) -> None:
    # No list of types: the browser alone would check it, and a refused file deserves its sentence.
    st.file_uploader(
        label,
        accept_multiple_files=True,
        key=KEY,
        help=_HELP,
        max_upload_size=MAX_MEGABYTES,
    )
    # A folder can be dropped above as well, but the button of a browser chooses either files or folders.
    with st.popover("Choose a folder", icon=":material/folder_open:", width="stretch"):
        st.file_uploader(
            "Folder of radiographs",
            accept_multiple_files="directory",
            key=FOLDER_KEY,
            label_visibility="collapsed",
            max_upload_size=MAX_MEGABYTES,
        )
