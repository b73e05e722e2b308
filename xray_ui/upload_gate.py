"""Whose uploads does the server take? Those of sessions that were let in; of anybody else it takes not one byte.

Whoever reaches the server can open a session and send it files, whatever stands on the screen, and by itself the server
keeps them all in memory. So it takes none at first (`maxUploadSize = 0` in its settings), and once a session was let
in it asks before each upload whether this one was.
"""

import threading
from collections.abc import Callable

from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

MAX_MEGABYTES = 2048
"""Largest upload: a ZIP file of films to retrain on."""

_SIZE = "server.maxUploadSize"
_lock = threading.Lock()


class _LetIn:
    """Which sessions were let in; in the place of the server's own question whether a session is there.

    The server asks that before an upload, and nowhere else; `tests/browser/test_uninvited.py` holds it to this.
    """

    def __init__(self, is_there: Callable[[str], bool]) -> None:
        self._is_there = is_there
        self._sessions: frozenset[str] = frozenset()

    def __call__(self, session_id: str) -> bool:
        return session_id in self._sessions and self._is_there(session_id)

    def add(self, session_id: str) -> None:
        self._sessions = frozenset(each for each in self._sessions if self._is_there(each)) | {session_id}

    def discard(self, session_id: str) -> None:
        self._sessions -= {session_id}


def open_for_session() -> None:
    """Let the server take what this session uploads from now on."""
    if context := get_script_run_ctx():
        with _lock:
            _let_in().add(context.session_id)
        if config.get_option(_SIZE) != MAX_MEGABYTES:
            config.set_option(_SIZE, MAX_MEGABYTES)


def close_for_session() -> None:
    """Let the server take nothing more that this session uploads."""
    if context := get_script_run_ctx():
        with _lock:
            _let_in().discard(context.session_id)


def _let_in() -> _LetIn:
    server = runtime.get_instance()
    asked = server.is_active_session
    if not isinstance(asked, _LetIn):
        asked = _LetIn(asked)
        server.is_active_session = asked  # type: ignore[method-assign]
    return asked
