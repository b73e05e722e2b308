"""R15: does a training outlive the app that started it and every browser, and does the screen say how it stands?"""

import multiprocessing
import os
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psutil

from model_store.trainings.folder import RunFolder
from model_store.trainings.request import TrainingRequest
from model_store.trainings.status import STALE_SECONDS
from model_store.trainings.store import RunStore
from tests.browser.server import CHROMIUM, CHROMIUM_FLAGS, running_app
from tests.doubles.trainings.training_doubles import draw_dataset
from tests.robustness.processes import environment
from tests.robustness.report import Result, command
from training.run.session import BEAT_SECONDS
from xray_ui.retraining import job, wording

RESTARTS = 20
NAME = "spring"
WATCH = "Watch this training"
"""What the sidebar offers on every page while a training is under way."""

_STEP_SECONDS = 200.0
"""How much longer a step of the training takes here: its dozen of steps outlive all restarts."""


@dataclass
class App:
    """The app on the screen, started again and again.

    Attributes:
        home: the app's folder.
        folder: for its log.
        with_browser: whether a browser looks at it each time.
    """

    home: Path
    folder: Path
    with_browser: bool
    seen: list[str] = field(default_factory=list)

    def start_and_kill(self, sentence: str) -> None:
        """Start the app, look for a sentence on the page of the runs, and kill the app; the browser goes after it."""
        with running_app(self.home, self.folder / "app.log") as address, self._browser(address) as page:
            if page is not None:
                page.get_by_text(sentence).first.wait_for(timeout=60_000)
                self.seen.append(sentence)
            _kill_app()

    @contextmanager
    def _browser(self, address: str) -> Iterator["object | None"]:
        if not self.with_browser:
            yield None
            return
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            page = browser.new_page()
            page.goto(f"{address}/retrain?run={NAME}")
            yield page
            browser.close()


def restarts(
    folder: Path, count: int, *, with_browser: bool = CHROMIUM is not None, until_cancelled: bool = True
) -> Result:
    """Start a training as the app does, kill that app, start and kill others, then kill the training too.

    Args:
        folder: for home and data.
        count: how many apps are started and killed meanwhile.
        with_browser: whether what the screen says is looked at.
        until_cancelled: whether the killed training is taken up, and cancelled.
    """
    result, home = Result("R15", "the app killed and started again during a training"), folder / "home"
    app = App(home, folder, with_browser)
    with _training_of_a_killed_app(folder) as (run, trainer):
        for number in range(count):
            with result.trial(f"restart {number + 1}"):
                beat = run.record().heartbeat
                app.start_and_kill(WATCH)
                _wait_until(lambda beat=beat: run.record().heartbeat > beat)
                status = run.status()
                assert (status.state, trainer.is_running()) == ("running", True), f"it is {status.state}"
        with result.trial("the training killed"):
            trainer.kill()
            trainer.wait(60)  # The system frees its lock once it is gone.
            later = datetime.now(UTC) + timedelta(seconds=STALE_SECONDS + BEAT_SECONDS)
            assert run.status(later).state == "interrupted", f"it is {run.status(later).state}"
            if with_browser:
                _wait_until(lambda: run.status().state != "running")
                app.start_and_kill(wording.INTERRUPTED[:60])
        if until_cancelled:
            with result.trial("taken up and cancelled"):
                _assert_resumes(run, home)
    result.figures = {"seen in a browser": len(app.seen)} if with_browser else {"browser": "none"}
    return result


@contextmanager
def _training_of_a_killed_app(folder: Path) -> Iterator[tuple[RunFolder, psutil.Process]]:
    """Give a training that is under way, and whose app was killed with all of its process group."""
    home = folder / "home"
    draw_dataset(folder / "data", train=12)
    app = multiprocessing.get_context("spawn").Process(target=_app_that_starts_a_training, args=(folder,))
    app.start()
    run = RunFolder(RunStore(home).folder / NAME)
    try:
        _wait_until(lambda: run.status().state == "running" and run.status().phase == "training")
        os.killpg(app.pid, signal.SIGKILL)
        app.join()
        yield run, _process_of(home)
    finally:
        if app.is_alive():
            app.kill()
        for process in _all_of(home):
            process.kill()


def _app_that_starts_a_training(folder: Path) -> None:
    os.setsid()
    _let_trainings_dawdle(folder)
    request = TrainingRequest(data=folder / "data", preset="full", init="random", name=NAME, by="tests")
    job.start_training(request, folder / "home")
    time.sleep(600)


def _let_trainings_dawdle(folder: Path) -> None:
    """Let this process start, in place of the trainer, the trainer on a tiny network with slow steps."""
    script = folder / "python"
    doomed = [sys.executable, "-m", "tests.robustness.doomed", "--dawdle", str(_STEP_SECONDS), "--"]
    script.write_text(f'#!/bin/sh\nshift 2  # -m training\nexec {shlex.join(doomed)} "$@"\n')
    script.chmod(0o700)
    os.environ.update(environment(folder / "home"))
    job.sys = SimpleNamespace(executable=str(script))  # type: ignore[assignment]


def _assert_resumes(run: RunFolder, home: Path) -> None:
    app = multiprocessing.get_context("spawn").Process(target=_app_that_resumes, args=(home.parent,))
    app.start()
    _wait_until(lambda: run.status().state == "running" and run.status().phase == "training")
    started = time.monotonic()
    run.request_cancel()
    _wait_until(lambda: run.status().state == "cancelled")
    seconds = time.monotonic() - started
    app.kill()
    app.join()
    assert seconds <= 10, f"it took {seconds:.1f} s to cancel"


def _app_that_resumes(folder: Path) -> None:
    _let_trainings_dawdle(folder)
    job.resume(NAME, folder / "home")
    time.sleep(600)


def _kill_app() -> None:
    for child in psutil.Process().children(recursive=True):
        if "streamlit_app.py" in " ".join(child.cmdline()):
            child.kill()


def _all_of(home: Path) -> list[psutil.Process]:
    """Return the trainers that work in a home."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        given = process.info["environ"] or {}
        if "tests.robustness.doomed" in (process.info["cmdline"] or []) and given.get("XRAY_HOME") == str(home):
            found.append(process)
    return found


def _process_of(home: Path) -> psutil.Process:
    (process,) = _all_of(home)
    return process


def _wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"it did not come to this in {seconds:.0f} s"
        time.sleep(0.1)


def results(count: int | None = None) -> Iterator[Result]:
    """Yield the full count."""
    with tempfile.TemporaryDirectory() as folder:
        yield restarts(Path(folder), RESTARTS if count is None else count)


if __name__ == "__main__":
    command(results, unit="restarts")
