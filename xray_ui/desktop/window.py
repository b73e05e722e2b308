"""Is the program's window still open? It has a profile of its own, which is thrown away with it."""

import shutil
import subprocess
import tempfile
import time
import webbrowser
from pathlib import Path

from xray_ui.desktop import browsers

_END_SECONDS = 5.0
"""How long a browser may take to close itself, and its last processes to let go of the profile."""


class Window:
    """A window in which a page is shown, until somebody closes it."""

    def __init__(self, browser: list[str], address: str) -> None:
        """Open it.

        Args:
            browser: the command of a browser of Chromium's family.
            address: of the page.

        Raises:
            OSError: the browser cannot be started.
        """
        self._profile = Path(tempfile.mkdtemp(prefix="xray-reader-window-"))
        try:
            self._process = subprocess.Popen(
                browsers.window_command(browser, address, self._profile),
                stdin=subprocess.DEVNULL,
                # What browsers print of themselves is for nobody, and may hold addresses of pages.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._throw_away()
            raise

    @property
    def is_open(self) -> bool:
        """Whether the browser still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Close it, if it is open, and throw its profile away."""
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._throw_away()

    def _throw_away(self) -> None:
        until = time.monotonic() + _END_SECONDS
        while self._profile.exists() and time.monotonic() < until:
            shutil.rmtree(self._profile, ignore_errors=True)
            if self._profile.exists():  # A process of the browser's writes its last; it ends within moments.
                time.sleep(0.1)


def open_window(address: str) -> Window | None:
    """Open a page in a window of its own; None where no browser can do that."""
    browser = browsers.find() if browsers.can_show() else None
    try:
        return Window(browser, address) if browser else None
    except OSError:
        return None


def open_in_browser(address: str) -> bool:
    """Open a page in the person's usual browser; returns whether there is one, and a screen."""
    return browsers.can_show() and webbrowser.open(address)
