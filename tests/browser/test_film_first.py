"""How much of the window does a film get, and does it answer to mouse and keys at once, in the real app?"""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from tests.browser.pages import READY_MS, browser_page, cut_off, upload, violations
from tests.browser.test_reading_dicom import film as dicom_film
from tests.doubles.films import phantom
from xray_ui.reading.film import keys

USUAL = phantom.Chest(width=1320, height=1100, seed=4, opacity=1)
"""A film of the usual shape, 1.2 : 1."""

# Of the film as it is fitted, which fills its frame; what of a frame lies below the window is not counted.
SHARES = """
() => [...document.querySelectorAll(".xv-frame")].map((frame) => {
  const box = frame.getBoundingClientRect();
  const film = frame.querySelector(".xv-film").getBoundingClientRect();
  if (Math.abs(film.width - box.width) > 1 || Math.abs(film.height - box.height) > 1) throw Error("not fitted");
  const height = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
  return (box.width * height) / (innerWidth * innerHeight);
})
"""

# What was opened, and the frames that it lies on.
COVERED = """
(selector) => {
  const opened = document.querySelector(selector).getBoundingClientRect();
  return [...document.querySelectorAll(".xv-frame")].map((frame) => frame.getBoundingClientRect()).filter((box) =>
    box.left < opened.right && opened.left < box.right && box.top < opened.bottom && opened.top < box.bottom).length;
}
"""
VIEWS = '.st-key-toolbar [data-testid="stButtonGroup"] button'
POPOVER = '[data-testid="stPopoverBody"]'


@pytest.fixture
def page(address):
    with browser_page(address) as page:
        yield page


def view(page, name: str) -> None:
    """Turn to a view and wait until its pictures are there."""
    page.locator(".st-key-toolbar").get_by_text(name, exact=True).click()
    panes = 2 if name == "Side by side" else 1
    page.locator(f'.xv-root[data-panes="{panes}"]').wait_for()
    page.wait_for_timeout(500)


def data(page):
    """What the viewer was last given by the app, without its pictures."""
    return json.loads(
        page.evaluate(
            """() => JSON.stringify(document.querySelector(".xv-root").data,
                (key, value) => typeof value === "string" && value.startsWith("data:") ? "" : value)"""
        )
    )


def wait_for(page, condition: str) -> None:
    """Wait until something holds of what the viewer was given, `data`."""
    page.wait_for_function(f"() => {{const data = document.querySelector('.xv-root').data; return {condition};}}")


def shown_grey(page, x: float, y: float) -> int:
    """The grey on the screen at a place of the first frame, in shares of it."""
    box = page.locator(".xv-frame").first.bounding_box()
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        return int(
            np.asarray(picture.convert("L"))[round(box["y"] + y * box["height"]), round(box["x"] + x * box["width"])]
        )


def assert_nothing_covers_the_film(page) -> None:
    """Open what can be opened above the film, one after the other."""
    openers = [(page.get_by_role("button", name=name, exact=True), POPOVER) for name in ("Save", "Compare")]
    for opener, opened in [*openers, (page.get_by_role("button", name="Keys"), ".xv-keys")]:
        opener.click()
        page.locator(opened).wait_for()
        page.wait_for_timeout(500)
        assert page.evaluate(COVERED, opened) == 0
        box, window = page.locator(opened).bounding_box(), page.viewport_size
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= window["width"]
        assert box["y"] + box["height"] <= window["height"]
        page.keyboard.press("Escape")
        page.locator(opened).wait_for(state="hidden")


@pytest.mark.parametrize(
    ("width", "height", "one", "each_of_two"),
    [(1440, 900, 0.55, 0.27), (1920, 1080, 0.55, 0.27), (1024, 768, 0.45, 0.225)],
)
def test_the_film_gets_most_of_the_window(page, width, height, one, each_of_two):
    page.set_viewport_size({"width": width, "height": height})
    upload(page, "first.png", phantom.png(phantom.Chest(seed=1)))
    upload(page, "film.png", phantom.png(USUAL))
    page.wait_for_timeout(800)
    shares = page.evaluate(SHARES)
    assert len(shares) == 2
    assert min(shares) >= each_of_two
    verdict = page.locator(".st-key-result_strip")
    assert verdict.is_visible()
    assert re.search(r"\d %", verdict.inner_text())
    assert_nothing_covers_the_film(page)
    view(page, "Overlay")
    (share,) = page.evaluate(SHARES)
    assert share >= one
    gauge = page.locator(".js-plotly-plot").first.bounding_box()
    assert gauge["y"] + gauge["height"] < height, "the probability is above the fold"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs off the side"
    assert_nothing_covers_the_film(page)
    assert violations(page) == []


def test_on_a_phone_the_verdict_is_near_the_top_and_the_sidebar_closes(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Expand sidebar").click()
    upload(page, "film.png", phantom.png(USUAL))
    verdict = page.locator(".st-key-result_strip")
    verdict.wait_for()
    assert verdict.bounding_box()["y"] < 844 / 3
    page.locator('[data-testid="stSidebar"][data-collapsed="true"]').wait_for(state="attached")
    assert page.locator(VIEWS).count() == 4
    assert cut_off(page, VIEWS) == []
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(POPOVER).wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate(COVERED, POPOVER) == 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs off the side"
    page.wait_for_timeout(800)
    assert violations(page) == []


def test_the_result_folds_to_a_line_and_the_place_on_the_film_stays(page):
    upload(page, "film.png", phantom.png(USUAL))
    view(page, "Original only")
    strip, column = page.locator(".st-key-result_strip"), page.locator(".st-key-verdict")
    assert not strip.is_visible()
    page.locator(".xv-frame").focus()
    page.keyboard.press("+")
    place = page.locator(".xv-inner").get_attribute("style")
    page.locator(".st-key-result_column").get_by_text("Result").click()
    strip.wait_for()
    assert not column.is_visible()
    assert page.locator(".xv-inner").get_attribute("style") == place
    page.locator(".st-key-result_column").get_by_text("Result").click()
    column.wait_for()


def test_dragging_with_the_right_button_changes_the_window_at_once_and_then_for_good(page):
    upload(page, "film.png", phantom.png(USUAL))
    view(page, "Original only")
    before, picture = shown_grey(page, 0.5, 0.3), page.locator(".xv-film").get_attribute("src")
    box = page.locator(".xv-frame").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down(button="right")
    page.mouse.move(box["x"] + 300, box["y"] + 400, steps=4)
    page.locator(".xv-own").wait_for()
    page.wait_for_timeout(400)
    assert data(page)["window"] == [0, 255], "nothing is sent while the button is down"
    assert page.locator(".xv-film").get_attribute("src") == picture
    dragged = shown_grey(page, 0.5, 0.3)
    assert dragged < before - 20, "a higher level is darker"
    page.mouse.up(button="right")
    wait_for(page, "data.window[0] > 0")
    page.wait_for_function("() => document.querySelector('.xv-own').hidden")
    assert page.locator(".xv-film").get_attribute("src") != picture
    assert abs(shown_grey(page, 0.5, 0.3) - dragged) <= 2, "what is saved is what was seen"
    assert "translate(0%, 0%)" in page.locator(".xv-inner").get_attribute("style"), "the film has not moved"
    page.keyboard.press("w")
    wait_for(page, "data.window[0] === 0 && data.window[1] === 255")


def test_the_contrast_button_lets_the_left_button_change_the_window_and_double_click_fits(page):
    upload(page, "film.png", phantom.png(USUAL))
    page.get_by_role("button", name="Drag changes the window").click()
    box = page.locator(".xv-frame").first.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, -400)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 200, steps=4)
    page.mouse.up()
    wait_for(page, "data.window[1] - data.window[0] < 250")
    assert "scale(2.7" in page.locator(".xv-inner").first.get_attribute("style")
    page.mouse.dblclick(box["x"] + 200, box["y"] + 200)
    assert "scale(1)" in page.locator(".xv-inner").first.get_attribute("style")


def test_keys_work_wherever_the_focus_is_but_in_a_text_field(page):
    upload(page, "a.png", phantom.png(phantom.Chest(seed=1)))
    second = upload(page, "b.png", phantom.png(USUAL))
    page.locator(".xv-frame").first.click()
    for key, layout in (("2", "overlay"), ("3", "heatmap"), ("4", "original"), ("1", "side by side")):
        page.keyboard.press(key)
        wait_for(page, f"data.layout === '{layout}'")
    page.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press(",")
    page.keyboard.press(",")
    wait_for(page, "data.opacity === 40")
    assert page.locator(".xv-map").last.evaluate("map => map.style.opacity") == "0.4"
    page.keyboard.press(".")
    wait_for(page, "data.opacity === 45")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("i")
    wait_for(page, "data.invert")
    page.keyboard.press("o")
    wait_for(page, "data.lungs")
    assert page.locator("polyline.xv-lungs").first.is_visible()
    page.keyboard.press("Shift+I")
    wait_for(page, "!data.invert")
    for pressed in ("Control+i", "Alt+i"):
        page.keyboard.press(pressed)
    page.locator(".st-key-stepper input").focus()
    page.keyboard.type("i,p")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1000)
    assert (data(page)["invert"], data(page)["opacity"]) == (False, 45)
    assert page.locator(".st-key-facts", has_text=second).count() == 1, "nor do Streamlit's own keys"
    page.locator(".xv-frame").first.click()
    page.keyboard.press("p")
    page.locator('.xv-frame[aria-label*="a.png"]').first.wait_for(timeout=READY_MS)
    assert data(page)["opacity"] == 45, "what was chosen holds for the next film"
    page.keyboard.press("s")
    page.get_by_role("button", name="Save picture").wait_for()


def test_every_key_is_listed_under_the_question_mark(page):
    upload(page, "film.png", phantom.png(USUAL))
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keys")
    listed.wait_for()
    for key in keys.KEYS:
        assert listed.get_by_text(key.said, exact=True).first.is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    listed.wait_for(state="hidden")


def test_full_screen_is_the_film_and_its_line(page):
    upload(page, "film.png", phantom.png(USUAL))
    view(page, "Original only")
    (before,) = page.evaluate(SHARES)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.wait_for_timeout(500)
    assert not page.get_by_test_id("stHeader").is_visible()
    assert page.evaluate(SHARES)[0] > before
    page.keyboard.press("f")
    page.get_by_test_id("stHeader").wait_for()


def test_a_ruler_only_where_the_header_gives_a_spacing(page):
    upload(page, "IM1", dicom_film(ImagerPixelSpacing=[0.2, 0.2]), "")
    ruler, corner = page.locator(".xv-ruler").first, page.locator(".xv-corner").first
    (length,) = re.findall(r"^(\d+) mm at the detector$", ruler.inner_text())
    box = page.locator(".xv-frame").first.bounding_box()
    whole = 0.2 * data(page)["width"]
    assert ruler.bounding_box()["width"] == pytest.approx(int(length) / whole * box["width"], abs=2.5)
    page.keyboard.press("+")
    (finer,) = re.findall(r"^(\d+) mm", ruler.inner_text())
    assert int(finer) / int(length) in (1, 0.5, 0.4)
    assert corner.inner_text() == ""
    page.get_by_role("button", name="Expand sidebar").click()
    page.get_by_text("Text in the corner").click()
    corner.get_by_text("12 years").wait_for()
    assert corner.inner_text().split("\n") == ["IM1", "AP", "12 years", "0.2 mm a pixel at the detector"]
    upload(page, "film.png", phantom.png(USUAL))
    assert not page.locator(".xv-ruler").first.is_visible()
    assert page.locator(".xv-corner").first.inner_text() == "film.png"
