"""Is anything wrong with the version that reads films, or did it not pass its gate? Said on every page."""

import streamlit as st

from model_store.basics.errors import ModelCorrupted
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use
from xray_ui.readers import wording as readers_wording


def show() -> None:
    """Say what is wrong; the place is there in every run, so that nothing below it moves to another."""
    with st.container(key="banner"), guarded():
        for sentence in _problems():
            st.error(basics_text.literal(sentence), icon=":material/block:")
        if said := _against_gate():
            st.warning(basics_text.literal(said), icon=":material/gpp_maybe:")


def _against_gate() -> str:
    try:
        return in_use.against_gate(in_use.in_use().version)
    except ModelCorrupted:
        return ""  # Said as a problem.


def _problems() -> list[str]:
    try:
        found = in_use.in_use()
    except ModelCorrupted as error:
        return [f"{error} {readers_wording.NO_VERSION}"]
    said = [found.problem] if found.problem else []
    reading = in_use.background_reader(found.version)
    if reading.failed:
        reason = (
            str(reading.corrupted) if reading.corrupted else basics_text.unexpected_error(str(reading.error_number))
        )
        said.append(f"{reason} {readers_wording.NO_VERSION}")
    return said
