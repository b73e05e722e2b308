"""Is anybody still at the screen? After a while without a touch, all that a session holds of a patient is cleared.

Imported before the upload is on the screen, so this module imports nothing that takes time.
"""

import math
import os
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from xray_ui.basics import page_names
from xray_ui.server.clear import clear_session

VARIABLE = "XRAY_IDLE_MINUTES"
"""Environment variable: minutes without a touch until the screen is cleared; 0 switches it off."""

DEFAULT_MINUTES = 15.0
CLEARED = "cleared_after_minutes"
GO_ON = "Go on"

_GRACE = 60.0
"""Seconds after which the browser loads the page anew, where the app has not cleared it."""


def minutes() -> float:
    """Return after how many minutes without a touch the screen is cleared; 0 for never."""
    try:
        configured = float(os.environ.get(VARIABLE) or DEFAULT_MINUTES)
    except ValueError:
        return DEFAULT_MINUTES  # Whoever mistypes a time does not want none.
    return configured if 0 <= configured < math.inf else DEFAULT_MINUTES


def shown_minutes(after: float) -> str:
    """Return a number of minutes as it is said."""
    return f"{after:g} {'minute' if after == 1 else 'minutes'}"


def cleared_sentence(after: float) -> str:
    """Say why the screen is empty.

    Args:
        after: the minutes that nobody touched it.
    """
    return (
        f"Nobody touched this screen for {shown_minutes(after)}, so the films, their results and the uploads were "
        "cleared. Nothing of them was kept; please upload a film again to read it."
    )


def show_cleared() -> None:
    """Where the screen was left alone, clear it and say so until somebody goes on; the script ends here meanwhile."""
    if (after := st.session_state.get(CLEARED)) is None:
        return
    clear_session()
    if st.user.get("is_logged_in"):
        st.logout()  # Whoever comes to the screen next may be somebody else.
    st.session_state[CLEARED] = after
    with st.container(key="shut"):
        st.title(page_names.TITLE, anchor=False)
        st.text(cleared_sentence(after))
        st.button(GO_ON, on_click=st.session_state.pop, args=(CLEARED,), type="primary")
    # Nothing else is drawn, so the browser forgets its fields, too.
    st.stop()


def watch() -> None:
    """Have the browser say when nobody touches the screen; to be called once on every page."""
    if after := minutes():
        times = {"clearAfter": after * 60, "reloadAfter": _GRACE}
        _presence()(key="presence", data=times, on_left_change=_leave)


def _leave() -> None:
    st.session_state[CLEARED] = minutes()


@cache
def _presence() -> ComponentRenderer:
    js = (Path(__file__).parent / "presence.js").read_text(encoding="utf-8")
    return st.components.v2.component("presence", js=js)
