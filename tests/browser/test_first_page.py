"""The first page in a real browser: films dropped in its middle, on a phone too, and samples tried with one click."""

import base64
import io
import zipfile

import pytest

from tests.browser.pages import READY_MS, UPLOAD, browser_page, cut_off, violations
from tests.doubles.films import phantom
from xray_ui.reading import wording
from xray_ui.reading.result import folding
from xray_ui.reading.worklist import wording as worklist_wording

PHONE, DESKTOP = (390, 844), (1440, 900)


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for seed, name in enumerate(names, 5):
            archive.writestr(name, phantom.png(phantom.Chest(400, 320, seed=seed)))
    return file.getvalue()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_several_films_and_a_zip_dropped_in_the_middle_stay_when_the_control_moves(address, size):
    with browser_page(address) as page:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        area = page.locator('.st-key-first_page [data-testid="stFileUploaderDropzone"]')
        box = area.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] < size[1] / 2, "it is in sight without scrolling"
        film = phantom.png(phantom.Chest(400, 320, seed=1))
        files = [("a.png", "image/png", film), ("study.zip", "application/zip", packed("b.png", "c.png"))]
        dropped = page.evaluate_handle(
            """files => {
                const carried = new DataTransfer();
                for (const [name, type, text] of files) {
                    const bytes = Uint8Array.from(atob(text), each => each.charCodeAt(0));
                    carried.items.add(new File([bytes], name, {type}));
                }
                return carried;
            }""",
            [[name, media, _base64(data)] for name, media, data in files],
        )
        area.dispatch_event("drop", {"dataTransfer": dropped})
        page.locator(".wl-row").nth(2).wait_for(timeout=READY_MS)
        names = " ".join(page.locator(".wl-row .wl-name").all_inner_texts())
        assert all(name in names for name in ("a.png", "b.png", "c.png"))
        assert page.locator(".st-key-first_page input").count() == 0
        assert page.locator(f'[data-testid="stSidebar"] {UPLOAD}').count() == 1
        assert page.get_by_text(worklist_wording.KEYS).is_visible() == (size == DESKTOP), "a phone has no keys"
        answers = '.st-key-worklist_filters [data-testid="stButtonGroup"] button'
        assert page.locator(answers, has_text="Refused").count() == 1
        assert cut_off(page, answers) == []
        assert page.elsewhere == []


def test_a_sample_is_refused_turned_and_left_again(address):
    with browser_page(address) as page:
        page.get_by_role("button", name="Sample 3", exact=True).click()
        page.locator(".st-key-not_read").wait_for(timeout=READY_MS)
        page.get_by_role("button", name="Turn it upright and read").click()
        page.locator(".st-key-verdict", has_text="not suspected").wait_for(timeout=READY_MS)
        page.wait_for_timeout(800)
        assert violations(page) == []
        page.get_by_role("button", name="Expand sidebar").click()
        page.locator('[data-testid="stSidebar"][data-collapsed="false"]').wait_for()
        show, fold = (page.get_by_role("button", name=name) for name in (folding.SHOW, folding.FOLD))
        trust = page.get_by_text("Trust it")
        assert_in_sight(trust, show)
        show.click()
        page.locator('.xv-root[data-panes="2"]').wait_for()
        fold.wait_for()
        page.wait_for_timeout(800)
        assert_in_sight(trust)
        page.get_by_role("button", name=wording.CLOSE_SAMPLES).click()
        page.locator(".st-key-first_page").get_by_text(wording.WELCOME).wait_for()
        page.locator(".xv-frame, .js-plotly-plot").first.wait_for(state="detached")
        assert violations(page) == []


def assert_in_sight(*parts) -> None:
    """Without scrolling, in the window of a desktop with its sidebar open."""
    for part in parts:
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= DESKTOP[1]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
