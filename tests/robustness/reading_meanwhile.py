"""R17: does reading go on while a version is trained? A read every few seconds, idle and meanwhile, in one process."""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from model_store.film.load import load_radiograph
from model_store.trainings.folder import RunFolder
from model_store.trainings.store import RunStore
from model_store.versions.bundled import BUNDLED
from model_store.versions.loading import load_classifier
from model_store.versions.registry import Registry
from tests.doubles.films.phantom import Chest, jpeg
from tests.doubles.trainings.training_doubles import draw_dataset
from tests.robustness.processes import ROOT, environment
from tests.robustness.report import Result, show

READS, INTERVAL = 24, 5.0
LIMIT = 3.0
"""How many times as long as idle the 95th percentile of a read may take."""

NAME = "busy"
_RECIPE = ("--preset", "full", "--init", "random", "--background", "--threads", "1", "--run-id", NAME)
_PEOPLE = 128
_WARM_UP = 3


def reading_meanwhile(folder: Path, *, reads: int = READS, interval: float = INTERVAL, people: int = _PEOPLE) -> Result:
    """Read drawn chests with the bundled version, first with nothing else to do, then while the real network trains.

    Args:
        folder: for home and data.
        reads: how many of each.
        interval: seconds from the beginning of one to that of the next.
        people: a class in the data of the training.
    """
    result = Result("R17", "a read every few seconds during a training")
    read = _reader()
    for _ in range(_WARM_UP):
        read()
    idle = _timed(read, reads, min(interval, 1.0), lambda: True)
    with _training(folder, people) as run, result.trial("meanwhile"):
        busy = _timed(read, reads, interval, lambda: run.status().state == "running")
        result.count = len(busy)
        assert len(busy) == reads, f"the training ended after {len(busy)} reads: {run.status().message}"
        worst = {name: float(np.percentile(seconds, 95)) for name, seconds in (("idle", idle), ("meanwhile", busy))}
        ratio = worst["meanwhile"] / worst["idle"]
        result.figures = {
            "95th percentile, seconds": {name: round(value, 4) for name, value in worst.items()},
            "medians, seconds": {
                "idle": round(float(np.median(idle)), 4),
                "meanwhile": round(float(np.median(busy)), 4),
            },
            "ratio": round(ratio, 2),
            "limit": LIMIT,
        }
        assert ratio <= LIMIT, f"the 95th percentile is {ratio:.1f} times as long as idle"
    return result


def _reader() -> Callable[[], None]:
    classifier = load_classifier(Registry().version(BUNDLED))
    film = jpeg(Chest())

    def read() -> None:
        assert 0 <= classifier.read(load_radiograph(film)).prediction.probability <= 1, "no probability"

    return read


def _timed(read: Callable[[], None], reads: int, interval: float, go_on: Callable[[], bool]) -> list[float]:
    """Return the seconds of each read; fewer where it was not to go on."""
    taken: list[float] = []
    for _ in range(reads):
        if not go_on():
            break
        started = time.perf_counter()
        read()
        taken.append(time.perf_counter() - started)
        time.sleep(max(interval - taken[-1], 0))
    return taken


@contextmanager
def _training(folder: Path, people: int) -> Iterator[RunFolder]:
    """Give a training of the real network that has made its first steps; it is killed afterwards."""
    home, data = folder / "home", draw_dataset(folder / "data", train=people)
    fit = [sys.executable, "-m", "training", "fit", "--data", str(data), *_RECIPE]
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(fit, cwd=ROOT, env=environment(home), stdout=output, stderr=output)
    run = RunFolder(RunStore(home).folder / NAME)
    try:
        while not _has_trained(run):
            assert process.poll() is None, f"the training ended: {log.read_text(errors='replace')[-500:]}"
            time.sleep(0.5)
        yield run
    finally:
        process.kill()
        process.wait()


def _has_trained(run: RunFolder) -> bool:
    status = run.status()
    return status.phase == "training" and bool(status.record and status.record.metrics)


def main() -> int:
    """Print the full count, or a smaller one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=READS, help="reads, idle and meanwhile")
    parser.add_argument("--interval", type=float, default=INTERVAL, help="seconds between them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return show([reading_meanwhile(Path(folder), reads=options.count, interval=options.interval)])


if __name__ == "__main__":
    sys.exit(main())
