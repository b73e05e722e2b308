"""What does the header of this film's file say? A fold-out beside the film, without anything that names the patient."""

import streamlit as st

from model_store.radiograph import Radiograph
from xray_ui import header_wording, wording


def show(radiograph: Radiograph) -> None:
    """Show what matters of the header; nothing for a file without one."""
    if radiograph.header is None:
        return
    with st.expander(header_wording.TITLE), st.container(key="header"):
        rows = "\n".join(
            f"| {name} | {wording.literal(value)} |"
            for name, value in header_wording.rows(radiograph.header, radiograph.transfer_syntax or "")
        )
        st.markdown(f"| Header | |\n|---|---|\n{rows}")
        st.caption(header_wording.LEFT_OUT)
