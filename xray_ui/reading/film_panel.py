"""How is the film itself shown? Its pictures, and above them how they are shown, what came of it, and what saves it."""

from collections.abc import Callable

import streamlit as st

from model_store.export.picture import View
from model_store.export.wording import sentences
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Reading
from model_store.versions.registry import Version
from xray_ui.reading import save_panel
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import Case
from xray_ui.reading.case.outcomes import Refusal
from xray_ui.reading.film import corrections, methods, viewer
from xray_ui.reading.film import view as film_view
from xray_ui.reading.result import check_wording, folding, operating_point

RESULT = "Result"

BESIDES: dict[str, Callable[[Reading], bool]] = {
    "read against the check": lambda reading: bool(reading.overruled),
    "the version is against its gate": lambda reading: bool(reading.against_gate),
}
"""What a result is warned of besides its film's own warnings, in short."""


def toolbar(
    data: bytes, radiograph: Radiograph, version: Version | None, case: Case | None, result: Reading | Refusal | None
) -> View:
    """Show the line above a film and its result; returns how the film is to be shown.

    Args:
        data: of the film's file.
        radiograph: the film.
        version: which reads it; None where none can.
        case: both; None where no version can read.
        result: what came of it; None while the film has not been read.
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
) -> None:
    """Show the pictures of a film.

    Args:
        name: of the film, for screen readers.
        radiograph: the film.
        version: which reads it; None where none can.
        case: both; None where no version can read.
        result: what came of it; None while the film has not been read.
        view: how it is shown.
    """
    if not isinstance(result, Reading) or version is None or case is None:
        viewer.show(radiograph, None, view, name=name)
        return
    explanation = methods.chosen_explanation(result)
    viewer.show(radiograph, explanation, folding.drawn_view(view, result, case), name=name)
    folding.show(result, explanation, version.card, view, case)


def _strip(result: Reading | Refusal, case: Case) -> None:
    """Say in a few words what came of a film, for where its result is folded away or lies below it."""
    with st.container(key="result_strip", width="content"):
        st.text(_in_short(result, case) if isinstance(result, Reading) else check_wording.NOT_READ)


def _in_short(reading: Reading, case: Case) -> str:
    point = operating_point.chosen(reading.prediction, case)
    said = f"{sentences.verdict(reading, point)}: {sentences.percent(reading.prediction.probability)}"
    overruled = overruling.overruled(case)
    warned = [reason.name for reason in reading.quality.warnings if reason.name not in overruled]
    warned += [name for name, holds in BESIDES.items() if holds(reading)]
    # First, as beside the film: a number is not to be believed before what speaks against it is known.
    return f"Warning ({', '.join(warned)}). {said}" if warned else said
