"""When is a model ready? Asked until it is, without a click."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from xray_ui.basics.guard import guarded
from xray_ui.readers import wording
from xray_ui.readers.background import BackgroundReader


def watch(reading: BackgroundReader) -> None:
    """Say that a model is being prepared, and run the page anew once it is."""
    _watch(reading, _page())


@st.fragment(run_every=1.0)
def _watch(reading: BackgroundReader, page: str) -> None:
    with guarded():
        # A question that was on its way when the page was changed would lead back to the page before.
        if reading.finished and _page() == page:
            st.rerun()
        st.markdown(f":material/hourglass_top: {wording.PREPARING}")


def _page() -> str:
    """Return which page is drawn, as the browser says that asked for it."""
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""
