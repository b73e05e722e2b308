"""Twelve films in a real browser: dropped, read in the background, sorted, opened by keyboard, come back to, saved."""

import csv
import io

import pytest

from tests.browser.pages import READY_MS, browser_page, violations
from tests.doubles.films import phantom
from xray_ui.reading.case.shown import sha256_of
from xray_ui.reading.worklist import wording

MARKED = """
() => {
  const row = document.querySelector('.wl-row[aria-selected="true"]');
  return {name: row.querySelector('.wl-name').innerText, said: row.querySelector('.wl-number').innerText,
          has: row === document.activeElement, top: row.getBoundingClientRect().top};
}
"""
FILMS = {
    f"film {number:02d}.png": phantom.png(phantom.Chest(seed=number, opacity=(number % 4) / 3)) for number in range(11)
}


@pytest.fixture
def page(address):
    with browser_page(address) as page:
        yield page


def drop(page) -> None:
    files = FILMS | {"=no film.png": FILMS["film 00.png"][:3000]}
    page.set_input_files(
        'input[type="file"] >> nth=0',
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files.items()],
    )
    page.locator(".wl-row").first.wait_for(timeout=READY_MS)


def until_all_are_read(page) -> None:
    page.get_by_role("button", name=wording.CANCEL).wait_for(state="detached", timeout=READY_MS)
    page.wait_for_function("() => document.querySelectorAll('.wl-row:not(.wl-waiting)').length === 12")


def test_twelve_films_from_the_drop_to_the_table(page):
    drop(page)
    page.get_by_role("progressbar").wait_for()
    until_all_are_read(page)
    said = [
        text.removeprefix("above ").removeprefix("below ") for text in page.locator("td.wl-number").all_inner_texts()
    ]
    assert said[-1] == "", "what is no film stands last"
    numbers = [int(text.split()[0]) for text in said[:-1]]
    assert numbers == sorted(numbers, reverse=True)
    assert "cut off at its end" in page.locator(".wl-row").last.inner_text()

    for key in ("j", "j", "ArrowDown", "ArrowDown", "k"):
        page.keyboard.press(key)
    before = page.evaluate(MARKED)
    assert before["has"]
    assert page.locator(".wl-row").nth(3).locator(".wl-name").inner_text() == before["name"]
    page.keyboard.press("Enter")
    # The film, and its very hash, beside the number that its row has.
    page.locator(".st-key-facts", has_text=sha256_of(FILMS[before["name"]])[:12]).wait_for(state="attached")
    page.locator(f'.xv-frame[aria-label*="{before["name"]}"]').first.wait_for()
    page.locator('[data-testid="stMain"]', has_text=f"probability of pneumonia of {before['said']}").wait_for()

    page.get_by_role("link", name="Worklist").first.click()
    page.locator(".wl-row").first.wait_for()
    page.wait_for_function("() => document.activeElement.classList.contains('wl-row')")
    after = page.evaluate(MARKED)
    assert (after["name"], after["said"]) == (before["name"], before["said"])
    assert 0 < after["top"] < 900

    with page.expect_download() as download:
        page.get_by_role("button", name=wording.SAVE).click()
    data = download.value.path().read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == 12
    probabilities = [float(row["probability"]) for row in rows[:-1]]
    assert probabilities == sorted(probabilities, reverse=True)
    assert {row["sha256"] for row in rows[:-1]} == {sha256_of(data) for data in FILMS.values()}
    assert rows[-1]["name"] == "'=no film.png"
    assert rows[-1]["verdict"] == "refused"
    assert violations(page) == []
    assert page.elsewhere == []


def test_keys_are_letters_while_somebody_searches(page):
    drop(page)
    until_all_are_read(page)
    before = page.evaluate(MARKED)["name"]
    box = page.get_by_label("Search")
    box.click()
    page.keyboard.type("jk")
    page.keyboard.press("ArrowDown")
    assert box.input_value() == "jk"
    assert page.evaluate(MARKED)["name"] == before
    box.fill("film 03")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.wl-row').length === 1")
    assert page.locator(".wl-name").inner_text() == "film 03.png"


def test_a_single_film_is_shown_as_before(page):
    name, data = next(iter(FILMS.items()))
    page.set_input_files('input[type="file"] >> nth=0', [{"name": name, "mimeType": "image/png", "buffer": data}])
    page.locator(".st-key-facts", has_text=sha256_of(data)[:12]).wait_for(state="attached", timeout=READY_MS)
    assert page.locator(".wl-row").count() == 0
