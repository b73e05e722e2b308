"""Has the browser been sent what was drawn so far? For what must be off the screen before something else is on it.

The server sends from another thread, puts together what it has not sent yet, and drops it where the page is drawn anew
meanwhile; so that something was drawn does not say that the browser will ever hear of it.
"""

import threading
from collections.abc import Callable

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

_LOOK_SECONDS = 0.005


def wait_until_sent(may_be_stopped: Callable[[], object]) -> None:
    """Wait until all that this run has drawn is on its way; returns at once where no browser looks.

    Args:
        may_be_stopped: called while it is waited; ends the run where the page is to be drawn anew, or was closed.
    """
    context, server = get_script_run_ctx(), runtime.get_instance() if runtime.exists() else None
    # By its very type: what stands for a server in Streamlit's own tests says of itself that it is one.
    if context is None or server is None or not issubclass(type(server), runtime.Runtime):
        return
    sent, given_up = threading.Event(), threading.Event()
    look = _look(server, context.session_id, sent, given_up)
    # Behind what was drawn, which is handed over to that thread one by one.
    server._get_async_objs().eventloop.call_soon_threadsafe(look)
    try:
        while not sent.wait(_LOOK_SECONDS):
            may_be_stopped()
    finally:
        given_up.set()


def _look(
    server: runtime.Runtime, session_id: str, sent: threading.Event, given_up: threading.Event
) -> Callable[[], None]:
    def look() -> None:
        window = server._session_mgr.get_active_session_info(session_id)
        if window and window.session._browser_queue.is_empty():
            sent.set()
        elif not given_up.is_set():
            server._get_async_objs().eventloop.call_later(_LOOK_SECONDS, look)

    return look
