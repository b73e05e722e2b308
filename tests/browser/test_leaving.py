"""The real app in a real browser, left alone: a film stays as long as somebody is at the screen, and then it goes."""

import pytest

from tests.browser.pages import PATIENCE_MS, browser_page, upload, violations
from tests.browser.server import running_app
from tests.doubles.films import phantom
from xray_ui.access import idle

MINUTES = 0.25
"""How long nobody touches the screen here; longer than a film takes to be read."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    settings = {idle.VARIABLE: str(MINUTES)}
    with running_app(folder / "home", folder / "app.log", settings=settings) as address:
        yield address


def touch_until_ready(page) -> None:
    """Keep the mouse moving until the model is there, as it may take longer to load than the screen stays."""
    for step in range(240):
        page.mouse.move(500 + step, 400)
        if page.get_by_text("Ready", exact=True).count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("the model was not ready in time")


def test_a_screen_that_nobody_touches_is_cleared(address):
    with browser_page(address) as page:
        touch_until_ready(page)
        short = upload(page, "child.png", phantom.png(phantom.Chest(seed=1)))
        for step in range(4):  # Longer than the time, but with touches between.
            page.mouse.move(500 + 10 * step, 400)
            page.wait_for_timeout(MINUTES * 60_000 * 0.4)
        assert page.get_by_text(short).count() == 1
        page.get_by_text("Nobody touched this screen").wait_for(timeout=MINUTES * 60_000 + PATIENCE_MS)
        assert page.get_by_text(short).count() == 0
        assert page.locator(".xv-frame, .js-plotly-plot, input[type=file]").count() == 0
        for beside in ("stSidebar", "stTopNavLink"):
            assert not page.get_by_test_id(beside).first.is_visible(), "nothing leads elsewhere before somebody goes on"
        assert violations(page) == []
        page.get_by_role("button", name=idle.GO_ON).click()
        page.locator('input[type="file"]').wait_for(state="attached")
        page.wait_for_timeout(500)
        assert page.get_by_text("child.png").count() == 0, "the list of uploads is empty, too"
        page.reload()
        page.locator('input[type="file"]').wait_for(state="attached")
        page.wait_for_timeout(2000)
        assert page.locator(".xv-frame").count() == page.get_by_text(short).count() == 0, "nor does it come back"
        again = upload(page, "other.png", phantom.png(phantom.Chest(seed=2)))
        assert page.get_by_text(again).count() == 1, "it reads again"
        assert page.elsewhere == []
