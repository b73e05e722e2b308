"""Where is a film dropped? The first thing on the screen, so this module imports nothing that takes time."""

import streamlit as st

TITLE = "Chest X-ray reader"
KEY = "uploads"
"""Session key of the uploaded files."""

MAX_MEGABYTES = 100
"""Largest film, as `model_store.radiograph` has it; the server lets more through, for ZIP files and versions."""

_HELP = "PNG, JPEG or DICOM under any name, one film or several. Nothing is saved, and nothing leaves this computer."


def show() -> None:
    """Show the upload control at the top of the sidebar; the files lie in the session under `KEY`."""
    with st.sidebar:
        st.title(TITLE, anchor=False)
        # No list of types: the browser alone would check it, and a refused file deserves its sentence.
        st.file_uploader(
            "Radiographs (PNG, JPEG or DICOM)",
            accept_multiple_files=True,
            key=KEY,
            help=_HELP,
            max_upload_size=MAX_MEGABYTES,
        )
