"""Which work goes on in the background for a session? It ends with the session, whatever ends that.

Work that is asked for by a run of the page, and goes on after it, has nobody who would stop it: a window is closed, a
screen is cleared, somebody logs out. So each piece is known here by its session, and asks again and again whether it
may go on.
"""

import threading
from collections.abc import Callable

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

_lock = threading.Lock()
_of_sessions: dict[str, "list[Work]"] = {}


class Work:
    """One piece of work for one session.

    Args:
        session: the session's identity; "" for none, as in tests.
    """

    def __init__(self, session: str) -> None:
        self._session = session
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def may_go_on(self) -> bool:
        """Return whether somebody waits for it: it was not ended, and the session's window is open and let in."""
        return not self._ended.is_set() and _is_active(self._session)

    @property
    def is_under_way(self) -> bool:
        """Whether one of its threads has not come to its end."""
        return any(thread.is_alive() for thread in self._threads)

    def end(self) -> None:
        """Let it go on no more; it ends by itself once it asks. Does not wait for that."""
        self._ended.set()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for its end; returns whether it has ended."""
        for thread in self._threads:
            thread.join(seconds)
        return not self.is_under_way

    def pause(self, seconds: float) -> None:
        """Wait so long, less where it is ended meanwhile; to be called by the work itself."""
        self._ended.wait(seconds)

    def goes_on_elsewhere(self) -> bool:
        """Whether another one of its threads than the present one has not come to its end."""
        return any(thread.is_alive() for thread in self._threads if thread is not threading.current_thread())

    def begin(self, target: Callable[["Work"], None], threads: int) -> None:
        """Run a function in so many threads, which end with the program."""
        self._threads = [
            threading.Thread(target=self._run, args=(target,), name="work for a session", daemon=True)
            for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, target: Callable[["Work"], None]) -> None:
        try:
            target(self)
        finally:
            _forget(self, self._session)


def start(target: Callable[[Work], None], *, threads: int = 1) -> Work:
    """Start work for the session that asks.

    Args:
        target: does it, in each of the threads; calls `may_go_on` often, and returns once that is false.
        threads: how many do it together.
    """
    context = get_script_run_ctx()
    work = Work(context.session_id if context else "")
    with _lock:
        _of_sessions.setdefault(work._session, []).append(work)
    work.begin(target, threads)
    return work


def end_all(session: str) -> None:
    """End all work of a session; does not wait for it.

    Args:
        session: its identity.
    """
    with _lock:
        ended = _of_sessions.pop(session, [])
    for work in ended:
        work.end()


def _forget(work: Work, session: str) -> None:
    with _lock:
        others = [each for each in _of_sessions.get(session, []) if each is not work or each.goes_on_elsewhere()]
        if others:
            _of_sessions[session] = others
        else:
            _of_sessions.pop(session, None)


def _is_active(session: str) -> bool:
    server = runtime.get_instance() if runtime.exists() else None
    # By its very type: what stands for a server in Streamlit's own tests knows no sessions.
    if server is None or not issubclass(type(server), runtime.Runtime):
        return True
    return server.is_active_session(session)
