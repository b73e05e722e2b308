"""The chest X-ray reader: `streamlit run streamlit_app.py`."""

import pandas  # noqa: F401  # before plotly, whose own import of it has raced with Streamlit's at a cold start
import streamlit as st

from xray_ui import sidebar, state, style, wording

st.set_page_config(page_title=wording.TITLE, page_icon=style.icon(), layout="wide", initial_sidebar_state=270)
st.html(style.CSS)
page = st.navigation(
    [
        st.Page("xray_ui/pages/reading.py", title="Read", icon=":material/radiology:", default=True),
        st.Page("xray_ui/pages/model.py", title="Model", icon=":material/fact_check:"),
    ],
    position="top",
)
sidebar.show()
page.run()
# Last, so that the upload is on the screen before the import of TensorFlow competes with it for the processor.
state.start_preparing()
