"""Two films beside each other in a real browser: is each number under its own film and map, and do both zoom as one?"""

import pytest

from tests.browser.pages import browser_page, choose, upload, violations
from tests.doubles.films import phantom
from xray_ui.reading.beside import wording

FILMS = {
    "before.png": phantom.png(phantom.Chest(seed=2, opacity=1)),
    "now.png": phantom.png(phantom.Chest(width=1320, height=1100, seed=4, opacity=1)),
}


def test_each_film_has_its_map_and_its_number_and_both_zoom_together(address):
    with browser_page(address) as page:
        alone = {name: result_alone(page, name) for name in FILMS}
        assert len(set(alone.values())) == 2, "numbers that differ tell the films apart"
        page.get_by_role("button", name=wording.COMPARE, exact=True).click()
        box = page.locator(".st-key-beside_film_compare").get_by_role("combobox")
        choose(page, box, wording.film_option("before.png", is_earlier=False))
        page.locator(".xv-said > div").nth(3).wait_for()
        page.keyboard.press("Escape")
        panes = [page.locator(".xv-pane").nth(place) for place in (0, 1)]
        for pane, name in zip(panes, FILMS, strict=True):  # The earlier one at the left.
            title, said = pane.locator(".xv-said > div").all_inner_texts()
            assert title.endswith(name)
            assert said == alone[name]
            assert f" of {name}." in pane.locator(".xv-frame").get_attribute("aria-label")
            assert pane.locator(".xv-map").is_visible()
        maps = [pane.locator(".xv-map").get_attribute("src") for pane in panes]
        assert maps[0] != maps[1]

        box = page.locator(".xv-frame").first.bounding_box()
        page.mouse.move(box["x"] + 100, box["y"] + 100)
        page.mouse.wheel(0, -400)
        places = [pane.locator(".xv-inner").evaluate("inner => inner.style.transform") for pane in panes]
        assert places[0] == places[1]
        assert "scale(2.7" in places[0]
        assert violations(page) == []
        for width, height in ((1024, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(500)
            assert_each_number_is_below_its_film(page)


def result_alone(page, name: str) -> str:
    """Open a film and return its result in short."""
    upload(page, name, FILMS[name])
    return page.locator(".st-key-result_strip").text_content().strip()


def assert_each_number_is_below_its_film(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs off the side"
    for pane in page.locator(".xv-pane").all():
        film, said = (pane.locator(part).bounding_box() for part in (".xv-frame", ".xv-said"))
        assert said["x"] == pytest.approx(film["x"], abs=2)
        assert 0 <= said["y"] - (film["y"] + film["height"]) < 20
