"""How soon can a film be dropped? Start of the app to a usable upload control, against importing TensorFlow."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.measure import ROUNDS, alternate, asked, ratio, show
from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS, running_app


def start_app(page: Page, folder: Path) -> float:
    """Start the app in a process of its own and open it; return the seconds until its upload control can be used."""
    started = time.perf_counter()
    with running_app(folder, folder / "app.log") as address:
        page.goto(address, wait_until="commit")
        page.locator('input[type="file"]').first.wait_for(state="attached", timeout=60_000)
        return time.perf_counter() - started


def import_tensorflow() -> None:
    """Import TensorFlow alone in a fresh process."""
    subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, capture_output=True, env=dict(os.environ))


def main() -> None:
    """Print the ratio of the two."""
    rounds = asked("--rounds", ROUNDS)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        page = browser.new_page()
        seconds = alternate(
            {"app": lambda: start_app(page, Path(home)), "import tensorflow": import_tensorflow},
            rounds=rounds,
            warm_up=1,
        )
        browser.close()
    over = ("app", "import tensorflow")
    show(ratio("start to a usable upload control", seconds, over=over, limit=0.6, rounds=rounds))


if __name__ == "__main__":
    main()
