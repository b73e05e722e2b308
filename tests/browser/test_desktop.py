"""The program's own window in a real Chromium: the page without tabs, a film read, and the end with it."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.browser.pages import READY_MS, upload
from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS
from tests.doubles.films import phantom
from xray_ui.basics.page_names import TITLE
from xray_ui.desktop import browsers, program

TOP = Path(__file__).parents[2]
SECONDS = READY_MS / 1000


@pytest.fixture
def short():
    """A folder with a short path: Chromium ends where that of its socket, which lies there, has above 107 letters."""
    with tempfile.TemporaryDirectory(prefix="w") as folder:
        yield folder


def test_a_film_is_read_in_the_programs_own_window(tmp_path, short):
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    port = program.free_port()
    browser = " ".join([CHROMIUM, *CHROMIUM_FLAGS, f"--remote-debugging-port={port}"])
    environment = os.environ | {
        "PYTHONPATH": str(TOP),
        "XRAY_HOME": str(tmp_path / "home"),
        "TMPDIR": short,
        browsers.VARIABLE: browser,
    }
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen([sys.executable, "-m", "xray_ui"], cwd=tmp_path, env=environment, stderr=log) as app,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/json/version", app, tmp_path / "log")
            with playwright.sync_playwright() as browsers_of_playwright:
                window = browsers_of_playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
                (page,) = window.contexts[0].pages
                page.wait_for_selector('[data-testid="stFileUploader"]')
                assert page.title() == TITLE
                assert "/media/" in page.locator('link[rel="shortcut icon"]').get_attribute("href"), "its own icon"
                upload(page, "child.png", phantom.png(phantom.Chest(seed=1)))
                children = psutil.Process(app.pid).children(recursive=True)
                assert list(Path(short).glob("xray-reader-window-*"))
                window.new_browser_cdp_session().send("Browser.close")  # Without a head it outlives its last page.
                assert app.wait(SECONDS) == 0
            assert [child for child in children if _lives(child)] == []
            assert list(Path(short).glob("xray-reader-window-*")) == []
        finally:
            app.kill()


def _lives(process: psutil.Process) -> bool:
    """Whether a process does anything still; one that has ended may wait for the system's first process to note it."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def wait_for(url: str, app: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert app.poll() is None
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"the window did not open: {log.read_text()}")
