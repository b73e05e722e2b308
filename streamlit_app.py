"""The chest X-ray reader: `streamlit run streamlit_app.py`."""

import streamlit as st

from xray_ui.access import idle, login
from xray_ui.basics import errors, page_names
from xray_ui.frame import style
from xray_ui.reading.uploads import upload

errors.keep_details_out_of_the_log()
st.set_page_config(
    page_title=page_names.TITLE, page_icon=style.icon(), layout="wide", initial_sidebar_state=style.sidebar()
)
st.html(style.CSS)
login.admit()
idle.show_cleared()
reading = st.Page("xray_ui/pages/reading.py", title="Read", icon=":material/radiology:", default=True)
page = st.navigation(
    [
        reading,
        st.Page("xray_ui/pages/worklist.py", title="Worklist", icon=":material/checklist:"),
        st.Page("xray_ui/pages/retrain.py", title="Retrain", icon=":material/model_training:"),
        st.Page("xray_ui/pages/new_training.py", title="New training", visibility="hidden"),
        st.Page("xray_ui/pages/models.py", title="Models", icon=":material/fact_check:"),
    ],
    position="top",
)
upload.show(on_reading_page=page == reading)

# The rest takes most of a second to import at a cold start; a film can be dropped meanwhile.
import pandas  # noqa: E402, F401  # before plotly, whose own import of it has raced with Streamlit's

from model_store.decoding import pool  # noqa: E402
from xray_ui.basics import guard  # noqa: E402
from xray_ui.frame import banner, reloaded, sidebar  # noqa: E402
from xray_ui.readers import in_use  # noqa: E402

sidebar.show()
with st.sidebar, guard.guarded():
    idle.watch()
    reloaded.watch()
banner.show()
page.run()
# Last, so that the upload is on the screen before the decoders and TensorFlow compete with it for the processor.
with guard.guarded():
    pool.start()
    in_use.start_preparing()
