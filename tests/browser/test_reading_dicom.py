"""A DICOM film in a real browser: uploaded without an extension, its header folded out, its other window chosen."""

import numpy as np
import pytest

from tests import phantom
from tests.browser.pages import browser_page, upload, violations
from tests.browser.server import running_app
from tests.dicom_files import COMPRESSED, written
from xray_ui import header_wording


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder / "home", folder / "app.log") as address:
        yield address


def film():
    pixels = phantom.chest_film(phantom.Chest(seed=1)).astype(np.uint16) * 16
    return written(
        4095 - pixels,
        COMPRESSED["JPEG 2000 lossless"],
        bits=12,
        PhotometricInterpretation="MONOCHROME1",
        WindowCenter=[2048, 1700],
        WindowWidth=[4096, 3400],
        BodyPartExamined="CHEST",
        ViewPosition="AP",
        PatientAge="012Y",
    )


def test_a_film_without_an_extension_is_read_and_read_anew_in_its_other_window(address):
    with browser_page(address) as page:
        upload(page, "IM000001", film(), "")
        facts = page.locator(".st-key-facts")
        facts.get_by_text("Window 1 (level 2048").wait_for(timeout=20_000)
        page.get_by_text("gives an age of 12 years").wait_for(timeout=20_000)
        page.get_by_text(header_wording.TITLE).click()
        page.locator(".st-key-header").get_by_text("digital radiography").wait_for(timeout=20_000)
        assert page.get_by_text("Mustermann").count() == 0
        assert violations(page) == []
        picture = page.locator(".xv-film").first.get_attribute("src")
        page.locator(".st-key-toolbar").get_by_role("combobox").focus()
        page.keyboard.press("ArrowDown")
        page.get_by_role("option", name="Window 2").click()
        facts.get_by_text("Window 2 (level 1700").wait_for(timeout=60_000)
        assert page.locator(".xv-film").first.get_attribute("src") != picture
        assert page.elsewhere == []
