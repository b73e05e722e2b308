"""How has the reader chosen to see a film? The controls of its display, and what the film's own controls send."""

from typing import Any, cast

import numpy as np
import streamlit as st

from model_store.export.colours import COLOUR_MAPS
from model_store.export.picture import View
from model_store.film.grey import default_window
from model_store.film.radiograph import FilmIdentity, Radiograph
from xray_ui.basics.guard import guarded
from xray_ui.basics.keep import keep
from xray_ui.reading.film import methods

LAYOUT, OPACITY, INVERT, LUNGS, CORNER = "layout", "opacity", "invert", "lungs", "corner"
"""Session keys of what is chosen beside a film, and of whether it has a text in its corner."""

LAYOUTS = {"side by side": "Side by side", "overlay": "Overlay", "heatmap": "Heatmap only", "original": "Original only"}
FIRST_OPACITY = 50
AGAINST_HELP = "Draws in blue, on the same scale, what speaks against pneumonia, where the version can say that."
CORNER_HELP = "File name, view, age and pixel spacing, as far as the file gives them, in the corner of the film."


@guarded()
def forget(keys: list[str]) -> None:
    """Put widgets back to what they show at first."""
    for key in keys:
        st.session_state.pop(key, None)


def settings() -> None:
    """Show the controls of how films are shown that are not beside the film itself."""
    st.header("Display", anchor=False)
    st.selectbox("Colour map", list(COLOUR_MAPS), key="colour_map", persist_state="session")
    methods.show()
    st.checkbox("Show what speaks against", key="against", persist_state="session", help=AGAINST_HELP)
    st.checkbox("Frame of the part that was read", key="crop", persist_state="session")
    st.checkbox("Text in the corner", key=CORNER, persist_state="session", help=CORNER_HELP)


def chosen_view(radiograph: Radiograph) -> View:
    """Return how the reader has chosen to see a film."""
    chosen = st.session_state
    return View(
        layout=chosen.get(LAYOUT) or "side by side",
        opacity=chosen.get(OPACITY, FIRST_OPACITY) / 100,
        colour_map=chosen["colour_map"],
        window=_windows().get(radiograph.identity) or default_window(radiograph.pixels),
        invert=chosen.get(INVERT, False),
        lungs=chosen.get(LUNGS, False),
        crop=chosen["crop"],
        against=chosen["against"],
    )


@guarded()
def take(sent: Any, radiograph: Radiograph) -> None:
    """Take what the reader has chosen beside the film; what makes no sense is left as it was.

    Args:
        sent: by the browser: "layout", "opacity" in percent, "invert", "lungs", and "window" as the grey values that
            become black and white, or None for the film's own.
        radiograph: the film beside which it was chosen.
    """
    if not isinstance(sent, dict):
        return
    chosen = st.session_state
    if sent.get(LAYOUT) in LAYOUTS:
        chosen[LAYOUT] = sent[LAYOUT]
    if isinstance(opacity := sent.get(OPACITY), int | float) and 0 <= opacity <= 100:
        chosen[OPACITY] = round(opacity)
    for key in (INVERT, LUNGS):
        if isinstance(sent.get(key), bool):
            chosen[key] = sent[key]
    if "window" in sent:
        _take_window(sent["window"], radiograph)


def _take_window(sent: Any, radiograph: Radiograph) -> None:
    if sent is None:
        _windows().pop(radiograph.identity, None)
        return
    low, high = (float(end) for end in sent)
    greatest = float(np.iinfo(radiograph.pixels.dtype).max)
    if -greatest <= low < high <= 2 * greatest:
        keep(_windows(), radiograph.identity, (low, high))


def _windows() -> dict[FilmIdentity, tuple[float, float]]:
    """Which grey values become black and white, of each film of which the reader has chosen them."""
    return cast("dict[FilmIdentity, tuple[float, float]]", st.session_state.setdefault("film_windows", {}))
