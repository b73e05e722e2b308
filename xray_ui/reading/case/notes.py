"""What has the clinician noted of a case? In their own words, for the page to hand on, and in this session only."""

from typing import cast

import streamlit as st

from model_store.export.page.content import Notes
from xray_ui.basics.keep import keep
from xray_ui.reading.case.case import Case


def notes(case: Case) -> Notes:
    """Return what was noted; empty where nothing was."""
    return _notes().get(case, Notes())


def take_down(case: Case, noted: Notes) -> None:
    """Keep what is noted of a case, for when the clinician comes back to it."""
    if noted != notes(case):
        keep(_notes(), case, noted)


def _notes() -> dict[Case, Notes]:
    return cast("dict[Case, Notes]", st.session_state.setdefault("notes", {}))
