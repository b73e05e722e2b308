"""How is the film itself shown? Its pictures with their view, its window, and a picture of the result to keep."""

import numpy as np
import streamlit as st

from model_store.overlay import View, default_window, map_caption, to_png
from model_store.radiograph import Radiograph
from model_store.registry import Version
from model_store.results import Reading
from xray_ui import evidence_panel, gate_wording, overruling, sidebar, state, viewer, wording
from xray_ui.cases import case_of
from xray_ui.errors import without_details
from xray_ui.sheet import Words, render_sheet

LAYOUTS = {"side by side": "Side by side", "overlay": "Overlay", "heatmap": "Heatmap only", "original": "Original only"}


def show(name: str, radiograph: Radiograph, version: Version | None, reading: Reading | None) -> None:
    """Show the pictures of a film.

    Args:
        name: of the film, for screen readers.
        radiograph: the film.
        version: which reads it; None where none can.
        reading: what it found; None while the film has not been read, or where it may not be.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.segmented_control(
            "View", list(LAYOUTS), default="side by side", required=True, format_func=LAYOUTS.__getitem__, key="layout",
            persist_state="session", label_visibility="collapsed",
        )  # fmt: skip
        view = sidebar.chosen_view(_window(radiograph))
        if reading is not None and version is not None:
            _download(radiograph, reading, version, view)
    explanation = state.chosen_explanation(reading) if reading else None
    viewer.show(radiograph, explanation, view, name=name)
    if explanation is not None:
        st.caption(map_caption(explanation))


def _window(radiograph: Radiograph) -> tuple[float, float]:
    """Let the reader choose which grey values become black and white, as width and level."""
    low, high = default_window(radiograph.pixels)
    greatest = float(np.iinfo(radiograph.pixels.dtype).max)
    step = (greatest + 1) / 256
    with st.popover("Window", icon=":material/contrast:", key="window"):
        keys = ["-".join(map(str, (name, *radiograph.identity))) for name in ("level", "width")]
        level = st.slider("Level", 0.0, greatest, (low + high) / 2, step=step / 2, format="%d", key=keys[0])
        width = st.slider("Width", step, greatest + step, high - low, step=step / 2, format="%d", key=keys[1])
        st.button("Reset window", on_click=state.forget, args=(keys,), icon=":material/restart_alt:")
    return level - width / 2, level + width / 2


def _download(radiograph: Radiograph, reading: Reading, version: Version, view: View) -> None:
    case = case_of(radiograph.identity, version)
    explanation = state.chosen_explanation(reading)
    words = Words(
        headline=wording.headline(reading),
        notices=gate_wording.notices(reading, overruling.overruled(case)),
        findings=evidence_panel.findings(explanation, case),
        details=wording.provenance(reading, version.card.temperature),
    )
    st.download_button(
        "Save picture",
        data=without_details(lambda: to_png(render_sheet(radiograph, explanation, view, words))),
        file_name=f"reading-{reading.sha256[:12]}.png",
        mime="image/png",
        on_click="ignore",
        icon=":material/download:",
    )
