"""The real app checks a film in a real browser: refused and put right, overruled with a reason, warned of, located."""

import re

import numpy as np
import pytest

from model_store.export.wording import sentences
from tests.browser.pages import READY_MS, browser_page, show, unfold, upload, violations
from tests.doubles.films import phantom
from tests.doubles.films.picture_files import encoded
from xray_ui.readers.warm_up import drawn_film
from xray_ui.reading.case.shown import sha256_of
from xray_ui.reading.film import correction_wording
from xray_ui.reading.result import check_wording
from xray_ui.reading.result import evidence as result_evidence
from xray_ui.reading.result.panel import DETAILS

SIZES = [(1440, 900), (1920, 1080), (820, 1180)]
REASON = "drawn on paper to try the app"


@pytest.fixture
def page(address):
    with browser_page(address) as page:
        yield page


def lying(seed: int = 1) -> bytes:
    """A chest that a quarter turn clockwise puts upright."""
    return encoded(np.ascontiguousarray(np.rot90(phantom.chest_film(phantom.Chest(seed=seed)))))


def small() -> bytes:
    """A chest with fewer pixels than the model knows."""
    return phantom.png(phantom.Chest(width=240, height=200, seed=1))


def refused(page, name: str, data: bytes) -> None:
    """Upload a film and wait until it is refused; nothing of a result may be on the screen."""
    show(page, name, data)
    page.locator(".st-key-not_read").wait_for(timeout=READY_MS)
    page.locator(f'.xv-frame[aria-label*="{name}"]').first.wait_for()
    assert page.locator(".js-plotly-plot, .st-key-facts, .st-key-verdict, .xv-ramp").count() == 0
    assert page.locator(".xv-frame").count() == 1


def button(page, name: str):
    return page.get_by_role("button", name=name)


def facts(page, text: str):
    return page.locator(".st-key-facts", has_text=text)


def is_read_before_the_number(page, said) -> bool:
    """Whether it stands above the gauge, or left of it where the result stands in columns below the film."""
    box, number = said.bounding_box(), page.locator(".js-plotly-plot").bounding_box()
    is_above = box["y"] + box["height"] <= number["y"] + 1
    return is_above or (box["x"] + box["width"] <= number["x"] and box["y"] <= number["y"])


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_film_on_its_side_is_turned_read_and_turned_back(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    refused(page, "lying.png", lying())
    assert page.get_by_text("lies on its side").is_visible()
    assert violations(page) == []
    button(page, correction_wording.correction_label(turn=True, invert=False)).click()
    facts(page, "turned 90 degrees clockwise").wait_for(state="attached")
    page.locator(".js-plotly-plot").first.wait_for()
    assert facts(page, sha256_of(lying())[:12]).count() == 1, "it is still that file"
    page.wait_for_timeout(800)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs off the side"
    button(page, correction_wording.BACK_TO_STORED).click()
    page.locator(".st-key-not_read").wait_for()
    assert page.locator(".js-plotly-plot, .st-key-facts").count() == 0


def test_a_page_of_text_is_refused_without_a_way_round(page):
    letter = np.full((1100, 800), 250, np.uint8)
    for line in range(80, 1000, 26):
        letter[line : line + 9, 90 : 700 - line % 7 * 30 : 3] = 30
    refused(page, "letter.png", encoded(letter))
    assert page.get_by_text("page or a screen").is_visible()
    assert page.get_by_text(check_wording.OVERRULE).count() == 0
    assert button(page, "and read").count() == 0


def test_a_typed_reason_has_it_read_and_stays_beside_the_result(page):
    refused(page, "drawing.png", encoded(drawn_film().pixels))
    unfold(page, check_wording.OVERRULE)
    button(page, check_wording.READ_ALL_THE_SAME).click()
    page.get_by_text(check_wording.REASON_MISSING).wait_for()
    assert violations(page) == []
    page.get_by_role("textbox", name="Your reason").fill(REASON)
    button(page, check_wording.READ_ALL_THE_SAME).click()
    facts(page, REASON).wait_for(state="attached")
    page.locator(".js-plotly-plot").first.wait_for()
    said = page.locator(".st-key-read_against_the_check", has_text=REASON)
    assert said.is_visible()
    assert is_read_before_the_number(page, said)
    page.wait_for_timeout(800)
    assert violations(page) == []
    button(page, check_wording.TAKE_BACK).click()
    page.locator(".st-key-not_read").wait_for()
    assert page.locator(".js-plotly-plot, .st-key-facts").count() == 0


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_warning_stands_above_the_result_until_it_is_overruled(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    upload(page, "small.png", small())
    warning = page.locator(".st-key-warning-small")
    assert is_read_before_the_number(page, warning)
    said = warning.locator('[data-testid="stAlert"]').inner_text()
    probability = page.get_by_text("probability of pneumonia of").text_content()
    page.wait_for_timeout(800)
    assert violations(page) == []
    warning.get_by_role("button", name=check_wording.OVERRULE_WARNING).click()
    overruled = page.locator(".st-key-overruled-small")
    overruled.get_by_text(sentences.overruled_warning(said.split("\n")[-1])).wait_for()
    assert warning.count() == 0
    assert page.get_by_text("probability of pneumonia of").text_content() == probability
    page.wait_for_timeout(800)
    assert violations(page) == []


def test_it_says_where_in_the_lungs_the_evidence_lies_and_tests_it(page):
    upload(page, "film.png", phantom.png(phantom.Chest(seed=2, opacity=1)))
    evidence = page.locator(".st-key-evidence")
    unfold(page, DETAILS)
    shares = re.findall(r"(\d+) %", facts(page, "inside the lungs").inner_text())
    assert len(shares) >= 2, "inside the lungs, and by chance"
    assert re.search(r"(right|left) (lung|upper|middle|lower)|no clear focus", evidence.inner_text())
    before = evidence.inner_text()
    button(page, result_evidence.TEST).click()
    button(page, result_evidence.TEST).wait_for(state="detached")
    page.wait_for_timeout(800)
    assert len(evidence.inner_text()) > len(before) + 40, "what came of the test stands below"
    assert violations(page) == []
