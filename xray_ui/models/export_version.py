"""How does a version leave this machine? As one file, which is made when somebody asks for it."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from model_store.disk.home import xray_home
from model_store.disk.writing import room_for
from model_store.versions.registry import Version
from model_store.versions.transfer.transfer import export_version
from xray_ui.basics.errors import without_details
from xray_ui.basics.guard import refusals_shown
from xray_ui.models import wording


def show(version: Version) -> None:
    """Offer a version as one file, or say how much room is missing for making it."""
    with refusals_shown(), room_for(xray_home(), _size(version)):
        st.download_button(
            "Export",
            data=without_details(partial(export_file, version)),
            file_name=f"{version.name}.xray-version.zip",
            mime="application/zip",
            on_click="ignore",
            help=wording.EXPORT_HELP,
            icon=":material/download:",
        )


def export_file(version: Version) -> bytes:
    """Return a version as the bytes of one file."""
    uploads = xray_home() / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=uploads) as folder:
        file = Path(folder) / "version.zip"
        export_version(version, file)
        return file.read_bytes()


def _size(version: Version) -> int:
    try:
        return version.weights.stat().st_size
    except OSError:
        return 0  # Exporting finds them missing and says so.
