"""The real app with the bundled model in a real browser: what a clinician does, with mouse and keyboard."""

import os
from pathlib import Path

import pytest

from model_store.export.wording import sentences
from model_store.export.wording.map_sentences import MAP_CAPTION
from tests.browser.pages import UPLOAD, browser_page, upload, violations
from tests.doubles.films import phantom

WATCH = """
() => {
  window.seenTogether = new Set();
  setInterval(() => {
    const film = document.querySelector('.xv-frame');
    const facts = document.querySelector('.st-key-facts');
    const name = film ? film.getAttribute('aria-label') : '';
    window.seenTogether.add(name + ' | ' + (facts ? facts.textContent.replace(/\\s+/g, ' ') : ''));
  }, 15);
}
"""


@pytest.fixture
def page(address):
    with browser_page(address) as page:
        yield page


def test_two_films_are_read_one_after_the_other(page):
    page.evaluate(WATCH)
    first = upload(page, "first.png", phantom.png(phantom.Chest(seed=1)))
    assert page.get_by_text("Trust it").is_visible()
    assert page.get_by_text(sentences.RESEARCH_USE).is_visible()
    assert page.get_by_text(MAP_CAPTION).is_visible()
    assert page.locator(".xv-frame").count() == 2
    second = upload(page, "second.jpg", phantom.jpeg(phantom.Chest(seed=2, opacity=1)), "image/jpeg")
    assert page.get_by_text(first).count() == 0
    seen = page.evaluate("[...window.seenTogether]")
    assert any("first.png" in each and first in each for each in seen)
    assert not [each for each in seen if "first.png" in each and second in each]
    assert not [each for each in seen if "second.jpg" in each and first in each]
    assert page.elsewhere == []


def test_pictures_zoom_together_and_stay_while_settings_change(page):
    def places() -> list[str]:
        return page.evaluate("[...document.querySelectorAll('.xv-inner')].map(inner => inner.style.transform)")

    upload(page, "film.png", phantom.png(phantom.Chest(seed=3)))
    whole = places()
    box = page.locator(".xv-frame").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(100)
    zoomed = places()
    assert zoomed[0] == zoomed[1] != whole[0]
    assert "scale(2.7" in zoomed[0], "400 pixels of the wheel are a factor of e"
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.4)
    page.mouse.up()
    moved = places()
    assert moved[0] == moved[1] != zoomed[0]
    picture = page.locator(".xv-film").first.get_attribute("src")
    page.get_by_role("button", name="Invert the greys").click()
    page.wait_for_function("before => document.querySelector('.xv-film').src !== before", arg=picture)
    assert places() == moved
    page.locator(".xv-frame").last.focus()
    for key in ("+", "ArrowLeft", "ArrowUp", "-"):
        before = places()
        page.keyboard.press(key)
        assert places()[0] == places()[1] != before[0]
    page.keyboard.press("0")
    assert places() == whole


def test_refused_file_clears_the_result(page):
    short = upload(page, "film.png", phantom.png(phantom.Chest(seed=3)))
    page.set_input_files(UPLOAD, [{"name": "x.dcm", "mimeType": "", "buffer": b"\0" * 128 + b"DICM"}])
    page.get_by_text("This DICOM file is damaged").wait_for()
    assert page.get_by_text(short).count() == 0
    assert page.locator(".js-plotly-plot, .xv-frame").count() == 0


def test_keyboard_alone_steps_through_films_and_opens_the_model_page(page):
    first = upload(page, "a.png", phantom.png(phantom.Chest(seed=1)))
    second = upload(page, "b.png", phantom.png(phantom.Chest(seed=2)))
    page.get_by_role("button", name="Previous").focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-facts", has_text=first).wait_for(state="attached")
    page.locator(".xv-frame").first.focus()
    page.keyboard.press("n")
    page.locator(".st-key-facts", has_text=second).wait_for(state="attached")
    page.get_by_role("link", name="Models", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What not to lean on").wait_for()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (820, 1180)])
def test_contrast_and_labels_pass_axe(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    assert violations(page) == []
    upload(page, "a.png", phantom.png(phantom.Chest(seed=1)))
    upload(page, "b.png", phantom.png(phantom.Chest(seed=2)))
    page.wait_for_timeout(800)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs off the side"
    page.get_by_role("link", name="Models", exact=True).click()
    page.get_by_role("heading", name="What not to lean on").wait_for()
    page.wait_for_timeout(800)
    assert violations(page) == []


def test_real_film_of_the_test_folder(page):
    folder = os.environ.get("CHEST_XRAY_DATA")
    if not folder:
        pytest.skip("CHEST_XRAY_DATA names no data set")
    film = sorted((Path(folder) / "test" / "PNEUMONIA").iterdir())[0]
    upload(page, "film.jpeg", film.read_bytes(), "image/jpeg")
    assert page.get_by_text("Trust it").is_visible()
    assert page.locator(".xv-frame").count() == 2
