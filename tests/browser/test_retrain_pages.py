"""Do the pages on trainings and versions fit every screen, with nothing that axe minds, and a quiet console?"""

import pytest

from tests.browser.pages import browser_page, unfold, violations

SCREENS = [(1920, 1080), (1440, 900), (1024, 768), (390, 844)]
PAGES = {
    "new_training": "Examine the films",
    "models": "What not to lean on",
    "retrain": "Nothing has been trained here",
}
ASKED_FOR_FIRST = {"_stcore/health", "_stcore/host-config"}
"""What Streamlit's own part in the browser asks for below a page's address, and then where it is."""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen(address, name):
    with browser_page(f"{address}/{name}", shows='[data-testid="stMain"] h1') as page:
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            page.get_by_text(PAGES[name]).first.wait_for()
            page.wait_for_timeout(1000)
            assert violations(page) == [], width
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            wide = page.evaluate(
                """() => [...document.querySelectorAll('[data-testid="stMain"] :is(p, h1, h2, h3, button, input)')]
                    .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
                    .map(each => each.innerText)"""
            )
            assert wide == [], width


def test_each_part_of_a_card_is_a_click_away(address):
    with browser_page(f"{address}/models", shows=".st-key-version_label") as page:
        for title, shown in (
            ("All figures on the test films", "Classification report"),
            ("Operating points", "Second opinion by conformal prediction"),
            ("Tests of its heatmap", "With random weights"),
            ("Films, recipe and training", "Recipe"),
            ("Limits, notes and identity", "This version"),
        ):
            assert page.get_by_role("heading", name=shown).count() == 0
            unfold(page, title)
            page.get_by_role("heading", name=shown).wait_for()
        page.wait_for_timeout(1000)
        assert violations(page) == []


def test_the_console_says_nothing_but_where_streamlit_looks_first(address):
    with browser_page(address) as page:
        said: list[str] = []
        page.on(
            "console", lambda message: said.append(message.location.get("url", "")) if message.type == "error" else 0
        )
        page.reload()
        page.locator('[data-testid="stFileUploader"]').first.wait_for()
        assert said == []
        page.goto(f"{address}/models")
        page.locator(".st-key-version_label").wait_for()
        assert set(said) == {f"{address}/models/{path}" for path in ASKED_FOR_FIRST}
