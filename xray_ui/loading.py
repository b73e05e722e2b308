"""When is a model ready? Asked until it is, without a click."""

import streamlit as st

from xray_ui import wording
from xray_ui.background import BackgroundReader
from xray_ui.guard import guarded


@st.fragment(run_every=1.0)
def watch(reading: BackgroundReader) -> None:
    """Say that a model is being prepared, and run the page anew once it is."""
    with guarded():
        if reading.finished:
            st.rerun()
        st.markdown(f":material/hourglass_top: {wording.PREPARING}")
