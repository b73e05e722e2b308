"""Is anything wrong with the version that reads films? Said in red on every page, never silently."""

import streamlit as st

from model_store.weights import ModelCorrupted
from xray_ui import versions, wording
from xray_ui.guard import guarded


def show() -> None:
    """Say what is wrong; the place is there in every run, so that nothing below it moves to another."""
    with st.container(key="banner"), guarded():
        for sentence in _problems():
            st.error(wording.literal(sentence), icon=":material/block:")


def _problems() -> list[str]:
    try:
        found = versions.in_use()
    except ModelCorrupted as error:
        return [f"{error} {wording.NO_VERSION}"]
    said = [found.problem] if found.problem else []
    reading = versions.background_reader(found.version)
    if reading.failed:
        reason = str(reading.corrupted) if reading.corrupted else wording.unexpected_error(str(reading.error_number))
        said.append(f"{reason} {wording.NO_VERSION}")
    return said
