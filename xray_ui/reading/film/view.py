"""How has the reader chosen to see a film? The controls of its display, and what they say."""

import streamlit as st

from model_store.export.colours import COLOUR_MAPS
from model_store.export.picture import View
from xray_ui.basics.guard import guarded
from xray_ui.reading.film import methods

AGAINST_HELP = "Draws in blue, on the same scale, what speaks against pneumonia, where the version can say that."


@guarded()
def forget(keys: list[str]) -> None:
    """Put widgets back to what they show at first."""
    for key in keys:
        st.session_state.pop(key, None)


def settings() -> None:
    """Show the controls of how films are shown."""
    st.header("Display", anchor=False)
    st.slider("Heatmap opacity", 0, 100, 50, step=5, format="%d %%", key="opacity", persist_state="session")
    st.selectbox("Colour map", list(COLOUR_MAPS), key="colour_map", persist_state="session")
    methods.show()
    st.checkbox("Show what speaks against", key="against", persist_state="session", help=AGAINST_HELP)
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
        against=chosen["against"],
    )
