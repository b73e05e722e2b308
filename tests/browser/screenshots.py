"""Take the README's pictures of the running app, with a drawn chest: `python -m tests.browser.screenshots`."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from tests.browser.pages import UPLOAD
from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS, running_app
from tests.doubles.films import phantom
from tests.doubles.films.dicom_files import COMPRESSED, written
from xray_ui.reading.film import header

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def take(address: str) -> None:
    """Write worklist.png, reading.png, overlay.png, dicom.png and models.png."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        films = [
            {
                "name": f"phantom {i}.png",
                "mimeType": "image/png",
                "buffer": phantom.png(phantom.Chest(seed=2 - i, opacity=1 - i / 2)),
            }
            for i in range(3)
        ]
        page.set_input_files(UPLOAD, films)
        page.locator(".wl-row:not(.wl-waiting)").nth(2).wait_for(timeout=240_000)
        page.wait_for_timeout(1500)
        page.screenshot(path=FOLDER / "worklist.png")
        page.locator(".wl-row").first.click()
        page.locator(".st-key-facts").wait_for(timeout=240_000, state="attached")
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.wait_for_timeout(1500)
        page.screenshot(path=FOLDER / "reading.png")
        page.get_by_role("button", name="Outline of the lungs").click()
        page.get_by_role("button", name="Expand sidebar").click()
        page.get_by_text("Frame of the part that was read").click()
        page.get_by_role("button", name="Collapse sidebar").click()
        page.get_by_text("Overlay", exact=True).click()
        page.wait_for_timeout(1500)
        page.screenshot(path=FOLDER / "overlay.png")
        _take_dicom(browser, address)
        page.get_by_role("link", name="Models").click()
        page.get_by_role("heading", name="What not to lean on").wait_for()
        page.set_viewport_size({"width": 1440, "height": 1100})
        page.wait_for_timeout(2500)
        page.screenshot(path=FOLDER / "models.png")
        browser.close()


def _take_dicom(browser: Any, address: str) -> None:
    """Show the frontal image of a study with its two windows, and its header."""
    page = browser.new_page(viewport={"width": 1440, "height": 1290})
    page.goto(address)
    files = [("IM000001", "LL"), ("IM000002", "PA")]
    page.set_input_files(
        UPLOAD,
        [{"name": name, "mimeType": "", "buffer": _image_of_a_study(view)} for name, view in files],
    )
    page.locator(".st-key-facts").wait_for(timeout=240_000, state="attached")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.get_by_text(header.TITLE).click()
    page.wait_for_timeout(2000)
    page.screenshot(path=FOLDER / "dicom.png")
    page.close()


def _image_of_a_study(view: str) -> bytes:
    film = phantom.chest_film(phantom.Chest(seed=1, opacity=0.5)).astype(np.uint16) * 16
    return written(
        film,
        COMPRESSED["JPEG 2000 lossless"],
        bits=12,
        StudyInstanceUID="1.2.3.4",
        ViewPosition=view,
        BodyPartExamined="CHEST",
        PatientAge="004Y",
        PixelSpacing=[0.143, 0.143],
        WindowCenter=[2048, 1700],
        WindowWidth=[4096, 3400],
        WindowCenterWidthExplanation=["NORMAL", "HARDER"],
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), Path(folder) / "app.log") as address:
        take(address)
