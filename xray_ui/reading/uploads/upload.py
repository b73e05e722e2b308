"""Where is a film dropped? The first thing on the screen, so this module imports nothing that takes time."""

import streamlit as st

from xray_ui.basics.page_names import TITLE
from xray_ui.server.patches import MAX_MEGABYTES, keep_in_memory

KEY, FOLDER_KEY = "uploads", "uploads_of_folders"
"""Session keys of the uploaded files: those that were dropped or chosen, and those of folders that were chosen."""

_HELP = (
    "PNG, JPEG or DICOM films, one or several, whole folders, or ZIP files of them. "
    "Nothing is saved, and nothing leaves the computer on which this program runs."
)


def show() -> None:
    """Show the upload control at the top of the sidebar; the files lie in the session under the two keys."""
    keep_in_memory()
    with st.sidebar:
        st.title(TITLE, anchor=False)
        # No list of types: the browser alone would check it, and a refused file deserves its sentence.
        st.file_uploader(
            "Radiographs, folders or ZIP files",
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
