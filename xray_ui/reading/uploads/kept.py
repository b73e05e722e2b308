"""Which films were handed over before the page was loaded anew? The control of uploads knows them no more."""

from typing import cast

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from xray_ui.basics.guard import guarded
from xray_ui.reading.uploads.upload import OF_BEFORE


def keep(found: list[UploadedFile]) -> None:
    """Keep uploads of before, in the memory of the session only."""
    if found:
        st.session_state[OF_BEFORE] = found


def files() -> list[UploadedFile]:
    """Return the uploads of before; none where the page was not loaded anew."""
    return cast("list[UploadedFile]", st.session_state.get(OF_BEFORE, []))


def show() -> None:
    """Say that they are still there, and offer to take them away, asking once; nothing where there are none."""
    if count := len(files()):
        said, them = ("1 file is", "it") if count == 1 else (f"{count} files are", "them")
        st.text(f"{said} still here from before this page was loaded anew.")
        with st.popover(f"Take {them} away", icon=":material/close:", key="take-away-box"):
            st.text(f"This cannot be undone; whoever wants to read {them} again has to upload {them} again.")
            st.button(f"Yes, take {them} away", on_click=take_away)


@guarded()
def take_away() -> None:
    """Forget the uploads of before."""
    found, context = files(), get_script_run_ctx()
    st.session_state.pop(OF_BEFORE, None)
    if context:
        uploads = cast("MemoryUploadedFileManager", context.uploaded_file_mgr)
        for file in found:
            uploads.remove_file(context.session_id, file.file_id)
