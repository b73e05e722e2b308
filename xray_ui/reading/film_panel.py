"""How is the film itself shown? Its pictures with their view and its window, and what saves the result."""

import numpy as np
import streamlit as st

from model_store.film.grey import default_window
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Reading
from model_store.versions.registry import Version
from xray_ui.reading import save_panel
from xray_ui.reading.case.case import case_of
from xray_ui.reading.film import corrections, methods, viewer
from xray_ui.reading.film import view as film_view
from xray_ui.reading.result import folding

LAYOUTS = {"side by side": "Side by side", "overlay": "Overlay", "heatmap": "Heatmap only", "original": "Original only"}


def show(name: str, data: bytes, radiograph: Radiograph, version: Version | None, reading: Reading | None) -> None:
    """Show the pictures of a film.

    Args:
        name: of the film, for screen readers.
        data: of the film's file.
        radiograph: the film.
        version: which reads it; None where none can.
        reading: what it found; None while the film has not been read, or where it may not be.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.segmented_control(
            "View", list(LAYOUTS), default="side by side", required=True, format_func=LAYOUTS.__getitem__, key="layout",
            persist_state="session", label_visibility="collapsed",
        )  # fmt: skip
        view = film_view.chosen_view(_window(radiograph))
        corrections.window_choice(radiograph)
        if reading is not None and version is not None:
            save_panel.show(data, radiograph, reading, version, view)
    if reading is None or version is None:
        viewer.show(radiograph, None, view, name=name)
        return
    explanation, case = methods.chosen_explanation(reading), case_of(radiograph.identity, version)
    viewer.show(radiograph, explanation, folding.drawn_view(view, reading, case), name=name)
    folding.show(reading, explanation, version.card, view, case)


def _window(radiograph: Radiograph) -> tuple[float, float]:
    """Let the reader choose which grey values become black and white, as width and level."""
    low, high = default_window(radiograph.pixels)
    greatest = float(np.iinfo(radiograph.pixels.dtype).max)
    step = (greatest + 1) / 256
    with st.popover("Window", icon=":material/contrast:", key="window"):
        keys = ["-".join(map(str, (name, *radiograph.identity))) for name in ("level", "width")]
        level = st.slider("Level", 0.0, greatest, (low + high) / 2, step=step / 2, format="%d", key=keys[0])
        width = st.slider("Width", step, greatest + step, high - low, step=step / 2, format="%d", key=keys[1])
        st.button("Reset window", on_click=film_view.forget, args=(keys,), icon=":material/restart_alt:")
    return level - width / 2, level + width / 2
