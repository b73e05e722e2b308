"""R18: does the memory of the app stay flat over hundreds of films, each in a session that is closed again?"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.browser.server import running_app
from tests.doubles.films.phantom import Chest, png
from tests.robustness.http_reader import http_reader
from tests.robustness.report import Result, command
from xray_ui.reading.case.shown import sha256_of

UPLOADS, WARM_UPS = 500, 50
MOST_MB, MOST_MB_AN_UPLOAD = 150.0, 0.1
"""By how much memory may grow: in all, and an upload."""

FORGOTTEN_SECONDS = 150.0
"""A session that was closed is kept for two minutes, in case that its browser comes back, and then found within twenty
seconds."""

_MEGABYTE = 1 << 20


def memory_flat(folder: Path, uploads: int, *, warm_ups: int = WARM_UPS, wait: float = FORGOTTEN_SECONDS) -> Result:
    """Let the app read film after film, and compare its memory before and after, both with all sessions forgotten.

    Args:
        folder: for its home and log.
        uploads: how many films are read after the warm-ups.
        warm_ups: how many before.
        wait: seconds until closed sessions are forgotten.
    """
    result = Result("R18", f"{uploads} uploads over HTTP, each in a session of its own, after {warm_ups} warm-ups")
    with running_app(folder / "home", folder / "app.log") as address:
        app = _process_of(address)
        _read(address, range(warm_ups), result=None)
        before = _settled(address, app, wait)
        _read(address, range(warm_ups, warm_ups + uploads), result)
        after = _settled(address, app, wait)
    judge(result, before, after, most=min(MOST_MB, MOST_MB_AN_UPLOAD * uploads))
    return result


def judge(result: Result, before: float, after: float, *, most: float) -> None:
    """Compare the memory before and after; both, and the most that there may be more, in MB."""
    result.figures = {"MB before": round(before, 1), "MB after": round(after, 1), "MB more": round(after - before, 1)}
    with result.trial("memory"):
        assert after - before <= most, f"it grew by {after - before:.0f} MB, more than {most:.0f}"


def _read(address: str, seeds: range, result: Result | None) -> None:
    """Read drawn chests, as many as there are seeds."""
    result = result or Result("", "")
    for seed in seeds:
        with result.trial(f"upload {seed}"):
            film = png(Chest(700, 550, seed=seed))
            with http_reader(address) as reader:
                shown, _ = reader.read(f"{seed}.png", film)
            assert shown == sha256_of(film)[:12], "the result is another film's"


def _settled(address: str, app: psutil.Process, wait: float) -> float:
    """Return the memory of the app in MB, its children's included, once what it forgets has gone back to the system.

    Args:
        address: of the app.
        app: its process.
        wait: seconds until closed sessions are forgotten.
    """
    for _ in range(2):
        # Streamlit lets go of sessions that were forgotten when another one is closed; and that one is forgotten, too.
        with http_reader(address):
            pass
        time.sleep(wait)
    return sum(each.memory_info().rss for each in (app, *app.children(recursive=True))) / _MEGABYTE


def _process_of(address: str) -> psutil.Process:
    port = address.rsplit(":", 1)[1]
    children = [each for each in psutil.Process().children(recursive=True) if port in each.cmdline()]
    return next(each for each in children if each.cmdline()[0] == sys.executable)  # And not strace, where it runs.


def results(count: int | None = None) -> Iterator[Result]:
    """Yield the full count."""
    with tempfile.TemporaryDirectory() as folder:
        yield memory_flat(Path(folder), UPLOADS if count is None else count)


if __name__ == "__main__":
    command(results, unit="uploads")
