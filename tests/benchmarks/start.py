"""How soon can a film be dropped? Start of the app to a usable upload control, against importing TensorFlow."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress

from playwright.sync_api import Error, Page, sync_playwright
from tests.browser.server import CHROMIUM_FLAGS, free_port

from tests.benchmarks.measure import alternate, ratio, show


def start_app(page: Page) -> None:
    """Start the app in a process of its own, open it, and wait until its upload control can be used."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = ["--server.port", str(port), "--server.headless", "true"]
    with subprocess.Popen(command + options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
        try:
            while True:
                with suppress(Error):  # Refused until the server listens.
                    page.goto(f"http://127.0.0.1:{port}", wait_until="commit")
                    break
                page.wait_for_timeout(20)
            page.locator('[data-testid="stFileUploaderDropzone"] input').first.wait_for(
                state="attached", timeout=60_000
            )
        finally:
            app.terminate()


def import_tensorflow() -> None:
    """Import TensorFlow alone in a fresh process."""
    subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, capture_output=True, env=dict(os.environ))


def main() -> None:
    """Print the ratio of the two."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page()
        seconds = alternate({"app": lambda: start_app(page), "import tensorflow": import_tensorflow}, warm_up=1)
        browser.close()
    show(ratio("start to a usable upload control", seconds, over=("app", "import tensorflow"), limit=0.6))


if __name__ == "__main__":
    main()
