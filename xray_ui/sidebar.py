"""What lies beside the reading area? Below the upload: which films, how they are shown, and the model in use."""

import streamlit as st

from model_store.overlay import COLOUR_MAPS, View
from model_store.weights import ModelCorrupted
from xray_ui import state, wording
from xray_ui.background import BackgroundReader
from xray_ui.guard import guarded


def show() -> None:
    """Show the sidebar below the upload control."""
    with st.sidebar, guarded():
        state.take_uploads()
        _sources()
        _settings()
        _model_in_use()


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
        )


def _settings() -> None:
    st.header("Display", anchor=False)
    st.slider("Heatmap opacity", 0, 100, 50, step=5, format="%d %%", key="opacity", persist_state="session")
    st.selectbox("Colour map", list(COLOUR_MAPS), key="colour_map", persist_state="session")
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
        version = state.bundled_version()
    except ModelCorrupted:
        st.text("None can be used.")
        return
    st.text(f"{version.card.version}\nweights {version.card.weights_sha256[:12]}")
    loading = state.background_reader(version)
    if not loading.finished:
        _watch(loading)
    else:
        st.text("Ready" if loading.reader else "Not usable")


@st.fragment(run_every=1.0)
def _watch(loading: BackgroundReader) -> None:
    if loading.finished:
        st.rerun()
    st.markdown(f":material/hourglass_top: {wording.PREPARING}")
