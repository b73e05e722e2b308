"""Which sessions were let in? Of these alone the server takes uploads, and it forgets them once their window is closed.

Whoever reaches the server can open a session and send it files, whatever stands on the screen, and by itself the server
keeps them all in memory. So it takes none at first (`maxUploadSize = 0` in its settings), and once a session was let
in it asks before each upload whether this one was. By itself it also keeps the films of a window that was closed until
another one is opened, be it days later, and a result that was saved, to be fetched by whoever has its address, until
some page was drawn twice; and it says nothing against the copy of it that browsers keep in folders of their own.
"""

import secrets
import threading
import time
from collections.abc import Callable, Hashable
from typing import cast

from streamlit import config, runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import StopException, add_script_run_ctx, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.web.server.starlette import starlette_routes

from xray_ui.server import clear, memory
from xray_ui.server.patches import keep_at_most, unkept

MAX_MEGABYTES = 2048
"""Largest upload: a ZIP file of films to retrain on."""

MAX_STORED_BYTES = 3_000_000_000
"""What one window may have uploaded at a time: a ZIP file to retrain on, beside the films of a disc."""

_SIZE, _KEPT = "server.maxUploadSize", "server.disconnectedSessionTTL"
_LOOK_SECONDS = 10.0
_lock = threading.Lock()


class Admitted:
    """The sessions that were let in; in the place of the server's own question whether a session is there.

    The server asks that before an upload, and nowhere else; `tests/browser/test_uninvited.py` holds it to this.
    """

    def __init__(self, is_there: Callable[[str], bool]) -> None:
        """Begin with none.

        Args:
            is_there: the server's own answer for a session's identity.
        """
        self._is_there = is_there
        self._sessions: dict[str, ScriptRunContext] = {}
        self._logins: dict[str, Hashable] = {}
        self._gone: dict[str, float] = {}
        self._tickets: dict[str, str] = {}

    def __call__(self, session_id: str) -> bool:
        """Return whether the session was let in, and its window is open."""
        return session_id in self._sessions and self._is_there(session_id)

    def add(self, context: ScriptRunContext, login: Hashable = None) -> None:
        """Let a session in.

        Args:
            context: of its present run.
            login: by which it is let in; None without one.
        """
        self._sessions[context.session_id], self._logins[context.session_id] = context, login

    def remove(self, session_id: str) -> None:
        """Let a session in no more."""
        self._sessions.pop(session_id, None)

    def end(self, login: Hashable) -> list[ScriptRunContext]:
        """Let the sessions of a login in no more, and return them."""
        return [self._sessions.pop(each) for each in list(self._sessions) if self._logins.get(each) == login]

    def ticket(self, session_id: str) -> str:
        """Return by what a window says, once its page was loaded anew, which one it was; "" for who was not let in.

        It is no identity of the session, which stands in the addresses of its uploads.
        """
        if session_id not in self._sessions:
            return ""
        return self._tickets.setdefault(session_id, secrets.token_urlsafe(24))

    def holder(self, ticket: str) -> str | None:
        """Return the identity of the session that has a ticket, open or closed; None where none has."""
        return next((each for each, its in self._tickets.items() if its == ticket and each in self._sessions), None)

    def taken_over(self, ticket: str, session_id: str) -> ScriptRunContext | None:
        """Let the session of a ticket in no more, and return it for another one, which it is once.

        Args:
            ticket: of the session that is to be taken over.
            session_id: of the session that takes it over. It has to be in by the same login, if any.

        Returns:
            None where nobody has the ticket any more, the window is still open, or somebody else has logged in.
        """
        before = self.holder(ticket)
        if before is None or self._is_there(before) or session_id not in self._sessions:
            return None
        if self._logins.get(before) != self._logins.get(session_id):
            return None
        self._tickets.pop(before)
        return self._sessions.pop(before)

    def closed(self, now: float, kept: float) -> list[ScriptRunContext]:
        """Return, once, the sessions whose windows have been closed for so long that they cannot come back.

        Args:
            now: a time in seconds.
            kept: for how many seconds the server lets a window come back.
        """
        self._logins = {each: login for each, login in self._logins.items() if each in self._sessions}
        self._tickets = {each: ticket for each, ticket in self._tickets.items() if each in self._sessions}
        self._gone = {each: self._gone.get(each, now) for each in self._sessions if not self._is_there(each)}
        return [self._sessions.pop(each) for each, since in self._gone.items() if now - since >= kept]


def add(login: Hashable = None) -> None:
    """Let the server take what this session uploads from now on.

    Args:
        login: by which it is let in; None without one.
    """
    if context := get_script_run_ctx():
        with _lock:
            _of_server().add(context, login)
        if config.get_option(_SIZE) != MAX_MEGABYTES:
            config.set_option(_SIZE, MAX_MEGABYTES)


def ticket() -> str:
    """Return the ticket of this session, by which its window finds it again; "" where it was not let in."""
    context = get_script_run_ctx()
    if context is None or not isinstance(asked := runtime.get_instance().is_active_session, Admitted):
        return ""
    with _lock:
        return asked.ticket(context.session_id)


def taken_over(ticket: str) -> ScriptRunContext | None:
    """Return the closed session of a ticket, for this one; None where it cannot be had, or not yet (`is_open`)."""
    context = get_script_run_ctx()
    if context is None:
        return None
    with _lock:
        return _of_server().taken_over(ticket, context.session_id)


def is_open(ticket: str) -> bool:
    """Return whether a session has this ticket whose window is open."""
    with _lock:
        asked = _of_server()
        holder = asked.holder(ticket)
        return holder is not None and asked(holder)


def stop_where_nobody_waits() -> None:
    """End the run of a session whose window was closed, or that is let in no more; for work that takes long."""
    context, server = get_script_run_ctx(), runtime.get_instance() if runtime.exists() else None
    # By its very type: what stands for a server in Streamlit's own tests knows no sessions.
    if context is None or server is None or not issubclass(type(server), runtime.Runtime):
        return
    if not server.is_active_session(context.session_id):
        raise StopException


def remove() -> None:
    """Let the server take nothing more that this session uploads."""
    if context := get_script_run_ctx():
        with _lock:
            _of_server().remove(context.session_id)


def end(login: Hashable) -> None:
    """Clear all windows of a login, let none of them upload, and have them drawn anew, which asks who is there.

    Without that they would go on as they are, and follow a training by themselves, until somebody touched them.
    """
    with _lock:
        ended = _of_server().end(login)
    for context in ended:
        forget(context)
        _draw_anew(context.session_id)


def _draw_anew(session_id: str) -> None:
    server, message = runtime.get_instance(), BackMsg()
    message.rerun_script.CopyFrom(ClientState())
    # As if the browser had asked; a window that is not there is passed over.
    server._get_async_objs().eventloop.call_soon_threadsafe(server.handle_backmsg, session_id, message)


def _of_server() -> Admitted:
    server = runtime.get_instance()
    asked = server.is_active_session
    if not isinstance(asked, Admitted):
        asked = Admitted(asked)
        server.is_active_session = asked  # type: ignore[method-assign]
        keep_at_most(cast("MemoryUploadedFileManager", server.uploaded_file_mgr), MAX_STORED_BYTES)
        starlette_routes._set_cors_headers = unkept(starlette_routes._set_cors_headers)  # type: ignore[assignment]
        threading.Thread(target=_forget_closed, args=(asked, server), name="forget closed windows", daemon=True).start()
    return asked


def _forget_closed(admitted: Admitted, server: runtime.Runtime) -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        forget_saved(server)
        if forget_closed(admitted, time.monotonic()):
            memory.give_back()


def forget_saved(server: runtime.Runtime) -> None:
    """Let go, at the second look, of what was made to be saved, which the browser has fetched at once."""
    server.media_file_mgr.remove_orphaned_files()


def forget_closed(admitted: Admitted, now: float) -> int:
    """Clear the sessions whose windows cannot come back; returns how many, and holds none of them.

    Args:
        admitted: the sessions that were let in.
        now: a time in seconds.
    """
    with _lock:
        closed = admitted.closed(now, config.get_option(_KEPT))
    for context in closed:
        forget(context)
    return len(closed)


def forget(context: ScriptRunContext) -> None:
    """Clear another session than the one that runs.

    Args:
        context: of its last run.
    """
    thread = threading.Thread(target=clear.clear_session)
    add_script_run_ctx(thread, context)
    thread.start()
    thread.join()
