"""R19, R20: does a session leave anything of a patient on the disk, or send anything off the machine?

Both are looked for at once: strace notes what the app and the browser connect to, and what the app opens for writing,
and marks in a film's name, text, header and pixels are searched for in every place where something may be left: when it
was read, and again whenever its result was saved.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.browser.bare_session import bare_session
from tests.browser.pages import upload
from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS, running_app
from tests.robustness.http_reader import http_reader
from tests.robustness.marks import MarkedFilm, contents_of, hits, marked_films
from tests.robustness.own_image import film_of, read_own
from tests.robustness.report import Result, command
from tests.robustness.traces import is_own, lines_of, reached, under_strace, written
from xray_ui.reading.saving.panel import DICOM, KEEP_PATIENT, KEPT_WARNING, PICTURE

NUMBER = 4711
"""Of the patient, who is nobody else's in these tests."""

CHOSEN = "chosen"
"""Folder that the browser saves to."""

_NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Keeps Chromium's own services from being looked up; what the page asks for is noted before it is looked up."""

_READY_MS = 240_000


def private_session(folder: Path) -> Iterator[Result]:
    """Read marked films and save their results, in the real app with a real browser under strace; yield R19 and R20."""
    on_disk = Result("R19", "marks of a patient after films were uploaded, read and saved")
    outside = Result("R20", "connections of the app and the browser during a session")
    if not (CHROMIUM and shutil.which("strace")):
        on_disk.skipped = outside.skipped = "needs Chromium and strace (apt-get install chromium strace)"
        yield from (on_disk, outside)
        return
    traces = {name: folder / f"{name}.strace" for name in ("app", "web")}
    with (
        running_app(folder / "home", folder / "app.log", prefix=under_strace(traces["app"])) as address,
        _browser(address, folder, traces["web"]) as (page, asked),
    ):
        search = Search(folder, traces["app"])
        for film in marked_films(NUMBER):
            upload(page, film.file_name, film.data, film.media)
            page.wait_for_timeout(1000)
            judge_disk(on_disk, search, f"{film.kind} read", film.marks)
            for saved, names_patient in _saves(page, film, search.chosen):
                judge_disk(on_disk, search, saved.name, film.marks)
                judge_saved(on_disk, saved, film, names_patient=names_patient)
        judge_page_elsewhere(outside, address)
    judge_connections(outside, traces)
    with outside.trial("page"):
        outside.figures["requests of the page"] = len(asked)
        elsewhere = sorted({url for url in asked if not url.startswith((address, "data:", "blob:"))})
        assert asked, "no request was seen"
        assert not elsewhere, f"it asked for {', '.join(elsewhere)}"
    yield from (on_disk, outside)


def without_browser(address: str, folder: Path, trace: Path) -> Iterator[Result]:
    """Read marked films over HTTP, in an app that runs under strace; yield R19 and R20 of the app alone.

    Args:
        address: of the app.
        folder: with its home and log.
        trace: what strace notes of it.
    """
    on_disk = Result("R19", "marks of a patient after films were uploaded and read")
    outside = Result("R20", "connections of the app during a session")
    with http_reader(address) as reader:
        read_own(reader, "first", film_of(0, 0))  # While the model loads, TensorFlow writes what it compiles.
        search = Search(folder, trace)
        for film in marked_films(NUMBER + 2):
            read_own(reader, film.file_name, film.data)
            judge_disk(on_disk, search, f"{film.kind} read", film.marks)
    judge_page_elsewhere(outside, address)
    judge_connections(outside, {"app": trace})
    yield from (on_disk, outside)


class Search:
    """Where marks are looked for.

    Attributes:
        folder: of the session, with the app's home and log.
        trace: what strace notes of the app.
        chosen: where the browser puts what is saved; the one place where marks may be.
        since: when the search was begun, before the first film was uploaded, by the clock of the disk.
        opened_before: how many calls of the app were noted until then.
    """

    def __init__(self, folder: Path, trace: Path) -> None:
        self.folder, self.trace, self.chosen = folder, trace, folder / CHOSEN
        marker = folder / "begun"
        marker.touch()
        self.since = marker.stat().st_mtime
        self.opened_before = len(lines_of(trace))


def judge_disk(result: Result, search: Search, stage: str, marks: list[bytes]) -> None:
    """Look for marks wherever they must not be, and for temporary files that are gone again."""
    places = {
        "the session's folder": search.folder,
        "cache": Path.home() / ".cache",
        "tmp": Path(tempfile.gettempdir()),
    }
    for name, place in places.items():
        with result.trial(f"{stage}: {name}"):
            found = [path for path in hits(place, marks, since=search.since) if not path.endswith(".strace")]
            found = [path for path in found if not path.startswith(str(search.chosen))]
            assert not found, f"a mark is in {', '.join(found)}"
    with result.trial(f"{stage}: files opened for writing"):
        opened = written(lines_of(search.trace)[search.opened_before :])
        outside = sorted({path for path in opened if not path.startswith(str(search.folder))})
        result.figures["opened for writing"] = outside
        temporary = [path for path in outside if path.startswith(tempfile.gettempdir())]
        assert not temporary, f"written to {', '.join(temporary)} while the film was there"


def judge_saved(result: Result, saved: Path, film: MarkedFilm, *, names_patient: bool) -> None:
    """A file that was saved holds the patient where that was asked for, and not otherwise."""
    with result.trial(f"{saved.name}: content"):
        assert saved.stat().st_size > 1000, "nothing was saved"
        found = [mark for mark in film.identifiers if any(mark in content for content in contents_of(saved))]
        expected = film.identifiers if names_patient else []
        assert found == expected, f"it holds {found} of the patient"


def judge_page_elsewhere(result: Result, address: str) -> None:
    """A page of another host that tries to reach the app is refused; whom the app asks about it, strace notes."""
    with (
        result.trial("a page elsewhere"),
        pytest.raises(InvalidStatus),
        bare_session(address, headers={"Origin": "https://elsewhere.example"}),
    ):
        pass


def judge_connections(result: Result, traces: dict[str, Path]) -> None:
    """Look where the programs connected to, by what strace noted of each."""
    for name, trace in traces.items():
        with result.trial(name):
            found = reached(lines_of(trace))
            result.figures[f"connections of the {name}"] = len(found)
            assert lines_of(trace), "strace noted nothing"
            assert found or name == "app", "strace saw no connection, not even that to the app"
            elsewhere = sorted({each for each in found if not is_own(each)})
            assert not elsewhere, f"it went to {', '.join(elsewhere)}"


def _saves(page: Any, film: MarkedFilm, chosen: Path) -> Iterator[tuple[Path, bool]]:
    """Save a result in each way; yield each file, and whether it may name the patient."""
    page.locator(".st-key-save button").first.click()
    yield _saved(page, PICTURE, chosen / f"{film.kind} as a picture.png"), False
    yield _saved(page, DICOM, chosen / f"{film.kind} as DICOM.zip"), False
    if film.kind == "DICOM":
        page.get_by_text(KEEP_PATIENT).click()
        page.get_by_text(KEPT_WARNING).wait_for(timeout=_READY_MS)
        yield _saved(page, DICOM, chosen / f"{film.kind} as DICOM with the patient.zip"), True
    page.keyboard.press("Escape")


def _saved(page: Any, button: str, path: Path) -> Path:
    with page.expect_download(timeout=_READY_MS) as downloading:
        page.get_by_role("button", name=button).click()
    downloading.value.save_as(path)
    downloading.value.delete()
    return path


@contextmanager
def _browser(address: str, folder: Path, trace: Path) -> Iterator[tuple[Any, list[str]]]:
    """Open the app in Chromium under strace, once its model is ready; yield the page, and what it asks for."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    traced = folder / "chromium"
    traced.write_text(f'#!/bin/sh\nexec {" ".join(under_strace(trace))} {CHROMIUM} "$@"\n')
    traced.chmod(0o700)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=traced,
            args=[*CHROMIUM_FLAGS, _NO_NAMES],
            timeout=120_000,
            downloads_path=folder / CHOSEN,
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address, timeout=120_000)
        page.locator('input[type="file"]').first.wait_for(state="attached", timeout=120_000)
        page.get_by_text("Ready", exact=True).wait_for(timeout=_READY_MS)
        yield page, asked
        browser.close()


def results(count: int | None = None) -> Iterator[Result]:
    """Yield both; there is nothing to count."""
    with tempfile.TemporaryDirectory() as folder:
        yield from private_session(Path(folder))


if __name__ == "__main__":
    command(results, unit="ignored")
