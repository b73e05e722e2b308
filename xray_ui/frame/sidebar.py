"""What lies beside the reading area? Below the upload: which films, how they are shown, the model, its retraining."""

import streamlit as st

from model_store.basics.errors import ModelCorrupted
from xray_ui.access import login
from xray_ui.basics import page_names
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use, waiting
from xray_ui.reading.film import view
from xray_ui.reading.uploads import chosen, kept
from xray_ui.retraining.run import progress as run_progress


def show() -> None:
    """Show the sidebar below the upload control."""
    with st.sidebar, guarded():
        kept.show()
        has_several = chosen.take_uploads()
        _sources()
        view.settings()
        _model_in_use()
        _retrain()
        login.show_user()
        # Once all of the sidebar is drawn: what is not drawn in a run is forgotten by Streamlit.
        if has_several:
            chosen.turn_page(page_names.WORKLIST_PAGE)


def _sources() -> None:
    if chosen.examples():
        st.segmented_control(
            "Films",
            [chosen.FROM_FILES, chosen.FROM_EXAMPLES],
            default=None if chosen.SOURCE in st.session_state else chosen.FROM_FILES,
            required=True,
            key=chosen.SOURCE,
            persist_state="session",
            width="stretch",
            on_change=chosen.turn_to_source,
        )


def _model_in_use() -> None:
    st.header("Model in use", anchor=False)
    try:
        version = in_use.in_use().version
    except ModelCorrupted:
        st.text("None can be used.")
        return
    st.text(f"{in_use.shown_name(version)}\nweights {version.card.weights_sha256[:12]}")
    reading = in_use.background_reader(version)
    if not reading.finished:
        waiting.watch(reading)
    else:
        st.text("Ready" if reading.reader else "Not usable")


def _retrain() -> None:
    st.header("Retrain", anchor=False)
    run_progress.watch(run_progress.seen())
    if login.may_maintain():
        st.page_link(page_names.NEW_TRAINING_PAGE, label="Retrain the model", icon=":material/model_training:")
    else:
        st.text(login.MAINTAINERS_ONLY)
