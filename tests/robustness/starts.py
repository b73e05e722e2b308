"""R14: of many trainings that are started at once, does one run, and are the others told since when?"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from model_store.trainings.store import RunStore, active_run
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Registry
from tests.doubles.trainings.training_doubles import draw_dataset
from tests.robustness.processes import ROOT, environment
from tests.robustness.report import Result, command

STARTS = 50
ALREADY = 3
"""Exit status where another training is under way."""

_WAIT_SECONDS = 300.0
_RECIPE = ("--preset", "head", "--init", "random", "--epochs", "1")
_LATE = """
import json, sys, time
started = time.perf_counter()
from training.__main__ import main
status = main(sys.argv[1:])
print(json.dumps([status, "tensorflow" in sys.modules, time.perf_counter() - started]))
"""


@dataclass(frozen=True)
class Started:
    """A training that was started with others, and the file of its complaints."""

    run_id: str
    process: "subprocess.Popen[bytes]"
    err: Path

    @property
    def said(self) -> str:
        """The last line of its complaints."""
        return (self.err.read_text(errors="replace").strip().splitlines() or [""])[-1]


def at_once(folder: Path, starts: int) -> Result:
    """Start trainings at once; the one that runs is held until the others have ended.

    Args:
        folder: for the home and the data.
        starts: how many.
    """
    result = Result("R14", f"{starts} trainings started at once")
    home, data, release = folder / "home", draw_dataset(folder / "data", train=3), folder / "release"
    started = [_start(f"run-{number}", home, data, release, folder) for number in range(starts)]
    try:
        _wait_until(lambda: sum(each.process.poll() is None for each in started) <= 1)
        sentences: Counter[str] = Counter()
        for each in started:
            if each.process.poll() is not None:
                with result.trial(f"{each.run_id} ended"):
                    sentences[_assert_told(each)] += 1
        with result.trial("the one that runs"):
            running = _assert_one_runs(started, home)
            result.figures |= {"told": dict(sentences), "late": _assert_quick(running, home, data)}
            release.touch()
            assert running.process.wait(_WAIT_SECONDS) == 0, running.said
            assert Registry(home).names() == [BUNDLED, running.run_id], "another version was made"
    finally:
        for each in started:
            each.process.kill()
            each.process.wait()
    return result


def _start(run_id: str, home: Path, data: Path, release: Path, folder: Path) -> Started:
    doomed = [sys.executable, "-m", "tests.robustness.doomed", "--hold", str(release), "--"]
    fit = ["fit", "--data", str(data), *_RECIPE, "--run-id", run_id]
    err = folder / f"{run_id}.txt"
    with err.open("wb") as file:
        process = subprocess.Popen(
            doomed + fit, cwd=ROOT, env=environment(home), stdout=subprocess.DEVNULL, stderr=file
        )
    return Started(run_id, process, err)


def _assert_told(each: Started) -> str:
    """Return what kind of sentence a training that was not let in has said."""
    assert each.process.returncode == ALREADY, f"it ended with {each.process.returncode}: {each.said}"
    assert each.said.startswith("training: "), f"it said: {each.said}"
    kinds = [kind for kind in ("is under way since", "has just begun") if kind in each.said]
    assert len(kinds) == 1, f"it said: {each.said}"
    return kinds[0]


def _assert_one_runs(started: list[Started], home: Path) -> Started:
    running = [each for each in started if each.process.poll() is None]
    assert len(running) == 1, f"{len(running)} run at once"
    store = RunStore(home)
    _wait_until(lambda: active_run(home) is not None)
    active = store.all()[0]
    assert active.id == running[0].run_id, f"{active.id} is said to run, and {running[0].run_id} runs"
    assert [run.id for run in store.all()] == [active.id], "one that did not begin has left a run"
    return running[0]


def _assert_quick(running: Started, home: Path, data: Path) -> dict[str, float | bool]:
    """Check a start by the program itself, without doubles: it must not load TensorFlow to be told that it is late."""
    fit = ["fit", "--data", str(data), *_RECIPE, "--run-id", "late"]
    late = [sys.executable, "-c", _LATE, *fit]
    ended = subprocess.run(late, cwd=ROOT, env=environment(home), capture_output=True, text=True)
    status, has_loaded, seconds = json.loads(ended.stdout)
    assert status == ALREADY, f"it ended with {status}: {ended.stderr}"
    assert f"Training {running.run_id} is under way since " in ended.stderr, ended.stderr
    assert not has_loaded, "TensorFlow was loaded before the lock was tried"
    return {"seconds": round(seconds, 2), "tensorflow": has_loaded}


def _wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while not condition():
        assert time.monotonic() < until, "it did not come to this in five minutes"
        time.sleep(0.1)


def results(starts: int | None = None) -> Iterator[Result]:
    """Yield the full count."""
    with tempfile.TemporaryDirectory() as folder:
        yield at_once(Path(folder), starts or STARTS)


if __name__ == "__main__":
    command(results, unit="simultaneous starts")
