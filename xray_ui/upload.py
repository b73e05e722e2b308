"""Where is a film dropped? The first thing on the screen, so this module imports nothing that takes time."""

import streamlit as st
from starlette.formparsers import MultiPartParser

TITLE = "Chest X-ray reader"
KEY = "uploads"
"""Session key of the uploaded files."""

MAX_MEGABYTES = 100
"""Largest film, as `model_store.radiograph` has it; the server lets more through, for ZIP files and versions."""

_HELP = "PNG or JPEG, one film or several. Nothing is saved, and nothing leaves this computer."


def show() -> None:
    """Show the upload control at the top of the sidebar; the files lie in the session under `KEY`."""
    _keep_in_memory()
    with st.sidebar:
        st.title(TITLE, anchor=False)
        # No list of types: the browser alone would check it, and a refused file deserves its sentence.
        st.file_uploader(
            "Radiographs (PNG or JPEG)", accept_multiple_files=True, key=KEY, help=_HELP, max_upload_size=MAX_MEGABYTES
        )


def _keep_in_memory() -> None:
    """Let the server hold a film that arrives in memory; by itself it writes what is above 1 MB to a temporary file."""
    MultiPartParser.spool_max_size = (MAX_MEGABYTES + 1) << 20
