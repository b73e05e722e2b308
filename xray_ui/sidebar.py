"""What lies beside the reading area? Below the upload: which films, how they are shown, the model, its retraining."""

import streamlit as st

from model_store.overlay import COLOUR_MAPS, View
from model_store.weights import ModelCorrupted
from xray_ui import access, loading, retrain_form, run_progress, state, versions
from xray_ui.guard import guarded


def show() -> None:
    """Show the sidebar below the upload control."""
    with st.sidebar, guarded():
        state.take_uploads()
        _sources()
        _settings()
        _model_in_use()
        _retrain()
        access.show_user()


def _sources() -> None:
    if state.examples():
        st.segmented_control(
            "Films",
            [state.FROM_FILES, state.FROM_EXAMPLES],
            default=None if state.SOURCE in st.session_state else state.FROM_FILES,
            required=True,
            key=state.SOURCE,
            persist_state="session",
            width="stretch",
            on_change=state.close_film,
        )


def _settings() -> None:
    st.header("Display", anchor=False)
    st.slider("Heatmap opacity", 0, 100, 50, step=5, format="%d %%", key="opacity", persist_state="session")
    st.selectbox("Colour map", list(COLOUR_MAPS), key="colour_map", persist_state="session")
    if len(methods := state.methods()) > 1:
        if st.session_state.get(state.METHOD) not in methods:
            state.forget([state.METHOD])  # Chosen for a version that has other methods.
        st.selectbox(
            "Heatmap method",
            methods,
            key=state.METHOD,
            persist_state="session",
            help="HiResCAM has cells half as wide. A card on the page Models says which is better, where tested.",
        )
    st.checkbox("Outline of the lungs", key="lungs", persist_state="session")
    st.checkbox("Frame of the part that was read", key="crop", persist_state="session")
    st.checkbox("Invert grey", key="invert", persist_state="session")


def chosen_view(window: tuple[float, float] | None) -> View:
    """Return what the reader has chosen to see."""
    chosen = st.session_state
    return View(
        layout=chosen.get("layout") or "side by side",
        opacity=chosen["opacity"] / 100,
        colour_map=chosen["colour_map"],
        window=window,
        invert=chosen["invert"],
        lungs=chosen["lungs"],
        crop=chosen["crop"],
    )


def _model_in_use() -> None:
    st.header("Model in use", anchor=False)
    try:
        version = versions.in_use().version
    except ModelCorrupted:
        st.text("None can be used.")
        return
    st.text(f"{versions.shown_name(version)}\nweights {version.card.weights_sha256[:12]}")
    reading = versions.background_reader(version)
    if not reading.finished:
        loading.watch(reading)
    else:
        st.text("Ready" if reading.reader else "Not usable")


def _retrain() -> None:
    st.header("Retrain", anchor=False)
    run_progress.watch(run_progress.seen())
    retrain_form.show()
