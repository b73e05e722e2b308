"""How is the film itself shown? Its pictures, and above them how they are shown, what came of it, and what saves it."""

import streamlit as st

from model_store.export.picture import View
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Reading
from model_store.versions.registry import Version
from xray_ui.reading.beside import panel as beside_panel
from xray_ui.reading.beside.choice import Beside
from xray_ui.reading.case.case import Case
from xray_ui.reading.case.outcomes import Refusal
from xray_ui.reading.film import corrections, methods, viewer
from xray_ui.reading.film import view as film_view
from xray_ui.reading.result import check_wording, folding
from xray_ui.reading.result.in_short import in_short
from xray_ui.reading.saving import panel as save_panel

RESULT = "Result"


def toolbar(
    data: bytes,
    radiograph: Radiograph,
    version: Version | None,
    case: Case | None,
    result: Reading | Refusal | None,
    offered: dict[str, str],
) -> View:
    """Show the line above a film and its result; returns how the film is to be shown.

    Args:
        data: of the film's file.
        radiograph: the film.
        version: which reads it; None where none can.
        case: both; None where no version can read.
        result: what came of it; None while the film has not been read.
        offered: what can stand beside it, and what each is called.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.segmented_control(
            "View", list(film_view.LAYOUTS), default="side by side", required=True,
            format_func=film_view.LAYOUTS.__getitem__, key=film_view.LAYOUT, persist_state="session",
            label_visibility="collapsed",
        )  # fmt: skip
        view = film_view.chosen_view(radiograph)
        corrections.window_choice(radiograph)
        if case is not None and result is not None:
            _strip(result, case)
            beside_panel.menu(case, offered)
        if isinstance(result, Reading) and version is not None:
            save_panel.show(data, radiograph, result, version, view)
        # Folded by a rule of style alone, so that what is open in the column, and the place on the film, stay.
        st.toggle(RESULT, value=True, key="result_column", persist_state="session")
    return view


def show(
    name: str,
    radiograph: Radiograph,
    version: Version | None,
    case: Case | None,
    result: Reading | Refusal | None,
    view: View,
    beside: Beside | None,
) -> None:
    """Show the pictures of a film.

    Args:
        name: of the film, for screen readers.
        radiograph: the film.
        version: which reads it; None where none can.
        case: both; None where no version can read.
        result: what came of it; None while the film has not been read.
        view: how it is shown.
        beside: what stands beside it; None for nothing.
    """
    compared = (
        beside is not None
        and (version is not None and case is not None and result is not None)
        and beside_panel.show(name, radiograph, version, case, result, view, beside)
    )
    if not isinstance(result, Reading) or version is None or case is None:
        if not compared:
            viewer.show(radiograph, None, view, name=name)
        return
    explanation = methods.chosen_explanation(result)
    if not compared:
        viewer.show(radiograph, explanation, folding.drawn_view(view, result, case), name=name)
    folding.show(result, explanation, version.card, view, case)


def _strip(result: Reading | Refusal, case: Case) -> None:
    """Say in a few words what came of a film, for where its result is folded away or lies below it."""
    with st.container(key="result_strip", width="content"):
        st.text(in_short(result, case) if isinstance(result, Reading) else check_wording.NOT_READ)
