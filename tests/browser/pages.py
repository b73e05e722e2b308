"""A page of the app in a real browser: opened, watched for requests elsewhere, fed with films, judged by axe."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS
from xray_ui.reading.case.shown import sha256_of

READY_MS = 240_000
UPLOAD = '.st-key-uploads input[type="file"]'
"""Where films are dropped, in the middle of the first page or in the sidebar."""

PATIENCE_MS = 120_000
"""How long any other step may take: beside another test on a small machine a page can stand still for half a minute."""

# Streamlit 1.67's own elements that break a rule where no app can reach: the rule and what marks the element.
STREAMLITS_OWN = {
    # The drop zone is said to be decoration and has a label at the same time.
    "presentation-role-conflict": 'data-testid="stFileUploaderDropzone"',
}


@contextmanager
def browser_page(address: str, *, shows: str = '[data-testid="stFileUploader"]') -> Iterator[Any]:
    """Open the app; `elsewhere` of the page lists what was asked of other hosts.

    Args:
        address: of the app.
        shows: a selector of what is there once the page is.
    """
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.elsewhere = []
        page.on("request", lambda request: _note_elsewhere(page, request.url, address))
        page.goto(address)
        page.wait_for_selector(shows)
        yield page
        browser.close()


def _note_elsewhere(page: Any, url: str, address: str) -> None:
    if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
        page.elsewhere.append(url)


def show(page: Any, name: str, data: bytes, media: str = "image/png") -> None:
    """Upload a file, whatever comes of it; while the page is drawn, a control that is about to go would swallow it."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(state="attached")
    page.set_input_files(UPLOAD, [{"name": name, "mimeType": media, "buffer": data}])


def upload(page: Any, name: str, data: bytes, media: str = "image/png") -> str:
    """Upload a file and wait for its result; returns the first 12 digits of its hash."""
    short = sha256_of(data)[:12]
    show(page, name, data, media)
    page.locator(".st-key-facts", has_text=short).wait_for(state="attached", timeout=READY_MS)  # Folded.
    page.locator(f'.xv-frame[aria-label*="{name}"]').first.wait_for()
    page.locator(".js-plotly-plot").first.wait_for()
    return short


def choose(page: Any, box: Any, option: str) -> None:
    """Choose from a list; it closes by itself where the app draws the page anew meanwhile, so it is opened again.

    Args:
        page: of the app.
        box: the list's locator.
        option: what begins the option's name.
    """
    choice = page.get_by_role("option", name=option).first
    for _ in range(20):
        if not choice.is_visible():
            box.click()
            page.wait_for_timeout(1000)
        if choice.is_visible():
            choice.click()
            page.wait_for_timeout(1500)
            return
    raise AssertionError(f"{option} cannot be chosen")


def unfold(page: Any, label: str) -> None:
    """Open an expander and wait until it stands still, since a click into one that still grows is lost.

    Args:
        page: of the app.
        label: what stands on the expander.
    """
    fold = page.locator("details", has=page.get_by_text(label))
    fold.locator("summary").click()
    fold.locator("summary + *").wait_for()
    page.wait_for_function("fold => fold.getAnimations().length === 0", arg=fold.element_handle())


def cut_off(page: Any, selector: str) -> list[str]:
    """Return which of these elements, by their text, are not wholly in the window or in what can be scrolled sideways.

    Args:
        page: of the app.
        selector: of elements that are to be in sight.
    """
    return page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].filter((each) => {
          const box = each.getBoundingClientRect();
          const around = each.closest("[role=radiogroup], [data-testid=stButtonGroup]") ?? document.documentElement;
          return box.left < 0 || box.right > innerWidth || around.scrollWidth > around.clientWidth + 1;
        }).map((each) => each.innerText)""",
        selector,
    )


def violations(page: Any) -> list[str]:
    """Return what axe finds, but for what Streamlit's own elements do."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        for node in each["nodes"]
        if STREAMLITS_OWN.get(each["id"], "no such element") not in node["html"]
    ]
