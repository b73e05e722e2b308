"""How does a version come from another machine? As one file, which is checked before anything of it is kept."""

import shutil
import tempfile
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from model_store.basics.errors import UserError
from model_store.disk.home import xray_home
from model_store.disk.writing import room_for
from model_store.versions.registry import Registry
from model_store.versions.transfer.transfer import import_version
from xray_ui.access.maintaining import maintaining
from xray_ui.models import activation, wording

FILE, NAME = "import_file", "import_name"
IMPORTED = "imported_version"
_TURN = "import_turn"


def show() -> None:
    """Offer to import a version."""
    with st.popover("Import", icon=":material/upload_file:", key="import-box"):
        st.text(wording.IMPORT_HELP)
        file = st.file_uploader("Version file", key=f"{FILE}-{st.session_state.get(_TURN, 0)}")
        name = st.text_input("Another name (optional)", key=NAME, max_chars=64)
        if st.button("Import this file", type="primary"):
            with maintaining():
                _import(file, name.strip())


def take_imported() -> str | None:
    """Return the name of the version that was just imported, once."""
    name = st.session_state.pop(IMPORTED, None)
    return name if isinstance(name, str) else None


def _import(file: UploadedFile | None, name: str) -> None:
    if file is None:
        raise UserError(wording.NO_IMPORT_FILE)
    uploads = xray_home() / "uploads"
    with room_for(uploads, file.size), st.spinner("Checking the file"):
        uploads.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=uploads) as folder:
            copy = Path(folder) / "version.zip"
            with copy.open("wb") as target:
                shutil.copyfileobj(file, target)
            version = import_version(copy, Registry(xray_home()), name=name or None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1  # An empty uploader, under another key.
    st.session_state[IMPORTED] = version.name
    st.session_state[activation.SAID] = wording.imported(version.name)
    st.rerun()
