"""In a real browser: is the page that is saved, or opened to be printed, that of the film with the words typed last?"""

import base64
import re

import pytest

from tests.browser.pages import browser_page, upload, violations
from tests.doubles.films import phantom
from tests.doubles.pdf_pages import facts_of, words_on
from xray_ui.reading.saving import hand_on

FETCHED = """async (address) => {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture
def page(address):
    with browser_page(address) as page:
        yield page


def test_a_page_is_saved_and_opened_with_the_words_that_were_typed_last(page, tmp_path):
    short = upload(page, "child.png", phantom.png(phantom.Chest(width=600, height=480, seed=31)))
    on_screen = re.search(r"probability of pneumonia of ([^,]+),", page.locator("body").text_content())[1]
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label(hand_on.IMPRESSION).fill("Typed last: 肺炎")
    with page.expect_download() as saved:
        page.get_by_role("button", name=hand_on.SAVE).click()
    saved.value.save_as(tmp_path / "page.pdf")
    said = words_on((tmp_path / "page.pdf").read_bytes())
    assert saved.value.suggested_filename == "page-without-patient.pdf"
    assert f"probability {on_screen}" in said
    assert f"image {short}" in said
    assert "Typed last: 肺炎" in said

    page.get_by_label(hand_on.NAME).fill("Dr A. Example")
    with page.expect_popup() as opened:
        page.get_by_role("button", name=hand_on.PRINT).click()
    link = page.get_by_role("link", name=hand_on.OPEN)
    link.wait_for()
    assert opened.value.url == link.get_attribute("href")
    printed = base64.b64decode(page.evaluate(FETCHED, link.get_attribute("href")))
    assert "Dr A. Example" in words_on(printed)
    assert facts_of(printed)["Pages"] == "1"
    opened.value.close()
    assert violations(page) == []
    assert page.elsewhere == []
