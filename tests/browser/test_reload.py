"""The real app in a real browser whose page is loaded anew: this window finds its films again, and nobody else does."""

from typing import Any

import pytest

from tests.browser.pages import browser_page, show, unfold, upload
from tests.doubles.films import phantom
from tests.doubles.films.picture_files import encoded
from xray_ui.readers.warm_up import drawn_film
from xray_ui.reading import wording
from xray_ui.reading.result import check_wording

REASON = "drawn on paper to try the app"
NO_CHEST = encoded(drawn_film().pixels)
CHILD = phantom.png(phantom.Chest(seed=1))


@pytest.fixture
def page(address):
    with browser_page(address) as page:
        yield page


def given(page) -> dict[str, Any]:
    """Return what the viewer was last given by the app, without its pictures."""
    return page.evaluate(
        """() => JSON.parse(JSON.stringify(document.querySelector(".xv-root").data,
            (key, value) => typeof value === "string" && value.startsWith("data:") ? "" : value))"""
    )


def facts(page, text: str) -> Any:
    """Return the details of a result, once they are there; they may be folded."""
    found = page.locator(".st-key-facts", has_text=text)
    found.wait_for(state="attached")
    return found


def kept(page, files: str):
    return page.get_by_text(f"{files} still here from before this page was loaded anew.")


def films(page):
    return page.locator(".xv-frame, .st-key-facts, .js-plotly-plot")


def test_films_results_a_typed_reason_and_settings_are_back(page, address):
    short = upload(page, "child.png", CHILD)
    page.keyboard.press(".")  # More of the heatmap.
    page.wait_for_function("() => document.querySelector('.xv-root').data.opacity > 50")
    opacity = given(page)["opacity"]
    page.keyboard.press("o")  # The outline of the lungs.
    page.wait_for_function("() => document.querySelector('.xv-root').data.outlines.length > 0")
    show(page, "paper.png", NO_CHEST)
    page.locator(".st-key-not_read").wait_for()
    unfold(page, check_wording.OVERRULE)
    page.get_by_role("textbox", name="Your reason").fill(REASON)
    page.get_by_role("button", name=check_wording.READ_ALL_THE_SAME).click()
    facts(page, REASON)
    where = page.url

    page.reload()
    facts(page, REASON)
    page.locator('.xv-frame[aria-label*="paper.png"]').first.wait_for()
    kept(page, "2 files are").wait_for(state="attached")
    assert given(page)["opacity"] == opacity
    assert given(page)["outlines"]
    page.get_by_role("button", name="Previous").click()
    facts(page, short)
    page.locator('.xv-frame[aria-label*="child.png"]').first.wait_for()
    assert page.get_by_text(REASON).count() == 0

    ticket = page.evaluate("sessionStorage.getItem('xray-reader-window')")
    assert len(ticket) >= 32
    assert page.url == where, "it is not in the address"
    assert ticket not in page.evaluate("JSON.stringify(localStorage) + document.cookie")
    assert ticket not in str(page.context.cookies())
    with page.expect_popup() as opened:  # Browsers copy what is kept for a tab to one that is opened from it.
        page.evaluate("address => void window.open(address)", address)
    other = opened.value
    for _ in range(2):
        other.get_by_text(wording.WELCOME).wait_for()
        other.wait_for_timeout(4000)
        assert films(other).count() == 0
        other.reload()
    stranger = page.context.browser.new_context().new_page()
    stranger.goto(address)
    stranger.get_by_text(wording.WELCOME).wait_for()
    stranger.reload()
    stranger.get_by_text(wording.WELCOME).wait_for()
    stranger.wait_for_timeout(2000)
    assert films(stranger).count() == 0

    page.reload()
    facts(page, short)  # Again, and all that came back before.
    upload(page, "third.png", phantom.png(phantom.Chest(seed=3)))
    assert page.locator(".st-key-stepper").is_visible()
    if (folded := page.get_by_role("button", name="Expand sidebar")).is_visible():
        folded.click()
    page.get_by_role("button", name="Take them away", exact=True).click()
    assert kept(page, "2 files are").is_visible(), "it asks first"
    page.get_by_role("button", name="Yes, take them away").click()
    page.locator(".st-key-stepper").wait_for(state="detached")
    page.locator('.xv-frame[aria-label*="third.png"]').first.wait_for()
    assert kept(page, "2 files are").count() == 0


def test_a_page_that_is_opened_anew_and_not_reloaded_is_empty(page, address):
    upload(page, "child.png", CHILD)
    page.goto("about:blank")
    page.goto(address)
    page.get_by_text(wording.WELCOME).wait_for()
    page.wait_for_timeout(4000)
    assert films(page).count() == 0
