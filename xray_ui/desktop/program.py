"""When does the program end? With its window, with Ctrl-C, or once nobody has had a page of it open for long."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from click import Abort
from streamlit import runtime
from streamlit.web import cli

from xray_ui.desktop.window import Window, open_in_browser, open_window

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPT = CHECKOUT / "streamlit_app.py"

LOOPBACK = "127.0.0.1"

LEFT_SECONDS = 600.0
"""After this long without any page the program ends, since it cannot see everywhere that a window is closed: neither in
the usual browser nor on macOS, where a browser goes on without one."""

_EARLY_SECONDS = 10.0
"""A browser that has ended before, without having shown a page, was not closed by anybody: it cannot start here."""

_LOOK_SECONDS = 0.2

_FOLDERS = ("XRAY_HOME", "XRAY_DATA_ROOT", "CHEST_XRAY_DATA", "STREAMLIT_SECRETS_FILES")
"""Variables that name folders and files, as seen from where the program is started."""


def run(port: int, *, in_window: bool, say: Callable[[str], None]) -> None:
    """Serve the app on this machine alone, and show it; returns once it has ended, or raises SystemExit.

    Args:
        port: where it listens.
        in_window: whether to open a window of its own, else the usual browser.
        say: tells the person where the program is.
    """
    shown = _Shown(f"http://{LOOPBACK}:{port}", in_window=in_window, say=say)
    with suppress(ValueError):  # Not the main thread.
        signal.signal(signal.SIGINT, shown.end_early)
    _go_home()
    threading.Thread(target=shown.watch, args=(port,), name="window", daemon=True).start()
    # A terminal that is closed ends what runs in it; the window and its profile have to go, too.
    with suppress(AttributeError, ValueError):
        signal.signal(signal.SIGHUP, lambda *_: _end())
    options = {
        "server.port": str(port),
        "server.address": LOOPBACK,
        "server.headless": "true",
        "logger.hideWelcomeMessage": "true",
    }
    try:
        flags = [word for name, value in options.items() for word in (f"--{name}", value)]
        with suppress(KeyboardInterrupt, Abort):  # A second Ctrl-C before the server listens to it.
            cli.main(["run", str(SCRIPT), *flags], prog_name="streamlit", standalone_mode=False)
    finally:
        shown.close()


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])


class _Shown:
    """The page of the program, in a window of its own or in the usual browser."""

    def __init__(self, address: str, *, in_window: bool, say: Callable[[str], None]) -> None:
        self._address, self._in_window, self._say = address, in_window, say
        self._window: Window | None = None
        self._lock, self._is_over, self._is_asked_to_end = threading.Lock(), False, False

    def end_early(self, *_: object) -> None:
        """Take Ctrl-C until the server does: the first is handed on to it, the second ends the program at once.

        An exception might be lost in the middle of an import or of the server's start, and the program would go on.
        """
        if self._is_asked_to_end:
            raise KeyboardInterrupt
        self._is_asked_to_end = True

    def watch(self, port: int) -> None:
        """Open the page once the server answers, and end the program once nobody has it open any more."""
        if not self._wait_for(port):
            return
        if self._is_asked_to_end:
            _end()
            return
        self._say(f"It runs at {self._address} until its window is closed, or until Ctrl-C.")
        opened, was_seen, last_seen = self._open(), False, time.monotonic()
        while not self._is_over:
            time.sleep(_LOOK_SECONDS)
            now = time.monotonic()
            if _has_pages():
                was_seen, last_seen = True, now
            if self._window and not self._window.is_open:
                if was_seen or now - opened > _EARLY_SECONDS:
                    break
                self._fall_back()
            elif was_seen and now - last_seen > LEFT_SECONDS:
                break
        _end()

    def close(self) -> None:
        """Close the window; none is opened any more."""
        with self._lock:
            self._is_over = True
            if self._window:
                self._window.close()
                self._window = None

    def _open(self) -> float:
        with self._lock:
            if self._in_window and not self._is_over:
                self._window = open_window(self._address)
        if not self._window:
            self._open_in_browser()
        return time.monotonic()

    def _fall_back(self) -> None:
        with self._lock:
            if self._window:
                self._window.close()
                self._window = None
        self._open_in_browser()

    def _open_in_browser(self) -> None:
        if not self._is_over and not open_in_browser(self._address):
            self._say("There is no browser or no screen here; please open that address yourself.")

    def _wait_for(self, port: int) -> bool:
        while not self._is_over:
            # The server takes Ctrl-C over a moment after it answers; before that, nothing is opened that has to go.
            others = (self.end_early, signal.default_int_handler, signal.SIG_IGN)
            is_server = signal.getsignal(signal.SIGINT) not in others
            with suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
                if is_server:
                    return True
            time.sleep(_LOOK_SECONDS / 4)
        return False


def _has_pages() -> bool:
    if not runtime.exists():
        return False
    return runtime.get_instance().state is runtime.RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED


def _go_home() -> None:
    """Go to the program's own folder, by whose settings and secrets alone it runs, wherever it was started from."""
    for name in _FOLDERS:
        if (value := os.environ.get(name)) and not value.startswith("~"):
            os.environ[name] = str(Path(value).absolute())
    os.chdir(CHECKOUT)


def _end() -> None:
    """End the server as Ctrl-C does, from any thread."""
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGINT)  # The kernel wakes the main thread, which waits for connections.
    else:
        signal.raise_signal(signal.SIGINT)
