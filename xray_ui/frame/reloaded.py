"""What comes back on the screen when the page is loaded anew? Films, results, reasons and settings of this window."""

import streamlit as st

from xray_ui.access.idle import CLEARED
from xray_ui.basics.guard import guarded
from xray_ui.reading.case.shown import SHOWN
from xray_ui.reading.uploads import contents, upload
from xray_ui.reading.worklist.panel import READ_ALL, read_all
from xray_ui.reading.worklist.read_all import ReadAll
from xray_ui.server import reload

_OF_THAT_PAGE = frozenset({SHOWN, CLEARED, reload.KEY, contents.CONTENTS, READ_ALL})
"""What is not true of the new page: what its browser shows, that nobody is there, and what asks or works for the
session that was closed, in whose place the new page begins anew."""


def watch() -> None:
    """Bring back what this window held before its page was loaded anew; to be called once on every page."""
    reload.watch(_take)


@guarded()
def _take(held: reload.Held) -> None:
    if CLEARED in held.values:
        return
    for key in held.values.keys() - _OF_THAT_PAGE:
        st.session_state[key] = held.values[key]
    before = held.values.get(READ_ALL)
    if isinstance(before, ReadAll) and before.was_cancelled:
        read_all().was_cancelled = True
    keys = (upload.OF_BEFORE, upload.KEY, upload.FOLDER_KEY, upload.HELD)
    contents.bring_back([file for key in keys for file in held.uploads.get(key, ())])
