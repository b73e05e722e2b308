"""What of a window comes back when its page is loaded anew? All that the server still holds of it, to nobody else.

By itself Streamlit begins a new session with every page that is loaded, and keeps the old one for two minutes, in case
that the line was cut. So the page keeps a ticket in the storage of its tab. Where it was loaded anew, it hands the
ticket over, and what the closed session held is moved to the new one, once, and only where both are of the same login.
Nothing is written, no bytes are copied, and the bounds of what a window may hold stay as they are.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import streamlit as st
from streamlit import runtime
from streamlit.components.v2.types import ComponentRenderer
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.uploaded_file_manager import UploadedFile

from xray_ui.server import sessions

KEY = "reload"

_CLOSING_SECONDS = 3.0
"""How long the server may take to notice that the page before is closed, which it was before this one was loaded."""


@dataclass(frozen=True)
class Held:
    """What a session holds.

    Attributes:
        values: what was put there, chosen or typed, by key. What was pressed, or marked in a table, is left out: it is
            no state, or may not be set.
        uploads: by the key under which they are held; no script may put them into the control that took them.
    """

    values: dict[str, Any]
    uploads: dict[str, list[UploadedFile]]


def watch(take: Callable[[Held], None]) -> None:
    """Keep the ticket of this window in its tab, and bring back what it held; to be called once on every page.

    Args:
        take: puts into this session what it wants of what the session before held; called before the page is drawn.
    """
    if ticket := sessions.ticket():
        _component()(key=KEY, data={"ticket": ticket}, on_ticket_change=lambda: _bring_back(take))


def _bring_back(take: Callable[[Held], None]) -> None:
    offered, context = getattr(st.session_state.get(KEY), "ticket", None), get_script_run_ctx()
    if not isinstance(offered, str) or context is None:
        return
    until = time.monotonic() + _CLOSING_SECONDS
    while (before := sessions.taken_over(offered)) is None and sessions.is_open(offered) and time.monotonic() < until:
        time.sleep(0.05)
    if before is None:
        return
    held = held_by(before)
    move_uploads(before.session_id, context.session_id)
    take(held)
    sessions.forget(before)


def held_by(context: ScriptRunContext) -> Held:
    """Return what a session holds.

    Args:
        context: of the session's last run.
    """
    state = context.session_state._state
    held = Held({}, {})
    for key, value in context.session_state.filtered_state.items():
        widget = state._get_widget_metadata(state._key_id_mapper.get_id_from_key(key) or "")
        if files := _uploads_in(value):
            held.uploads[key] = files
        elif widget is None or _may_be_set(widget, value):
            held.values[key] = value
    return held


def _may_be_set(widget: Any, value: Any) -> bool:
    return widget.persist_state is not None or (widget.value_type == "string_value" and isinstance(value, str))


def _uploads_in(value: Any) -> list[UploadedFile]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, UploadedFile)]


def move_uploads(before: str, after: str) -> None:
    """Let a session have the uploads of another.

    Args:
        before: identity of the session that has them.
        after: of the one that gets them.
    """
    stored = cast("MemoryUploadedFileManager", runtime.get_instance().uploaded_file_mgr).file_storage
    if files := stored.pop(before, None):
        stored.setdefault(after, {}).update(files)


@cache
def _component() -> ComponentRenderer:
    js = (Path(__file__).parent / "reload.js").read_text(encoding="utf-8")
    return st.components.v2.component(KEY, js=js)
