"""What becomes of the memory of films that are forgotten? It goes back to the system, soon after a session has ended.

Python frees it, but the C library keeps what it has once got, in pieces between what is still in use. After some
hundred films the app would hold a hundred megabytes more than it needs.

Imported before the upload is on the screen, so this module imports nothing that takes time.
"""

import ctypes
import gc
import threading

import streamlit as st

SECONDS = 5.0
"""How long after the end of a session; those that end meanwhile share it."""

_is_due = threading.Lock()


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda _: give_back_soon())
def give_back_when_closed() -> bool:
    """Give memory back when this session is closed or cleared; returns True.

    To be called in every run and early, since a session that is closed while its page is drawn is forgotten as well.
    """
    return True


def give_back_soon() -> None:
    """Give memory back in a while; does nothing where that is due already."""
    if _is_due.acquire(blocking=False):
        timer = threading.Timer(SECONDS, _give_back)
        timer.daemon = True
        timer.start()


def _give_back() -> None:
    _is_due.release()
    gc.collect()  # Parts of a session refer to each other, and Python looks for such seldom, among so many objects.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # Of glibc; other systems have none and need none.
    if trim is not None:
        trim(0)
