"""How is a session cleared? Everything that it, or the server for it, holds of a film or a person."""

import streamlit as st
from streamlit import runtime
from streamlit.runtime.caching import clear_session_data_cache, clear_session_resource_cache
from streamlit.runtime.scriptrunner import get_script_run_ctx

from xray_ui.server import work


def clear_session() -> None:
    """Forget all that the session holds: films, results, uploads, decoded pictures and what was typed."""
    context = get_script_run_ctx()
    work.end_all(context.session_id if context else "")  # First, so that nothing is read any more of what is forgotten.
    st.session_state.clear()
    if context:
        clear_session_data_cache(context.session_id)
        clear_session_resource_cache(context.session_id)
        context.uploaded_file_mgr.remove_session_files(context.session_id)
        context.fragment_storage.clear()  # What is drawn anew by itself holds what it was drawn of.
        # What is offered to be downloaded is held until it is made, and after that.
        media = runtime.get_instance().media_file_mgr
        media.clear_session_refs(context.session_id)
        media.remove_orphaned_files()
