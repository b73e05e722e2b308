"""R10: does kill -9 at any moment of a training leave the active version as it was, and the next training a way?"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from tests.robustness.doomed import forked
from tests.robustness.points import TRAINING, At, Point
from tests.robustness.processes import KILLED, ended, run, start
from tests.robustness.report import Result, command
from tests.robustness.same_answer import SAME, largest_difference, reference_probabilities
from tests.robustness.scene import Scene

MOMENTS = 200
"""Random moments in the full count."""

LATE = 0.7
"""Share of a training after which its end begins: calibrating, comparing, registering."""

_BETWEEN = 50

Trial = TypeVar("Trial")


def at_named_points(folder: Path, points: Mapping[str, Point] = TRAINING, *, workers: int = 1) -> Result:
    """Kill a training at each point, and see what is left.

    Args:
        folder: for the homes.
        points: where, by name.
        workers: how many homes are worked in at once.
    """
    result = Result("R10", "a training killed at named points")

    def trial(scene: Scene, number: int, name: str) -> None:
        with result.trial(name):
            run_id = scene.fresh_run()
            status = run(forked, scene.begun(run_id), scene.home, At(scene.home, points[name]), scene.log)
            assert status == KILLED, f"it ended with {status} and never came to this point"
            scene.assert_survived(run_id, resume=number % 2 == 0)

    _share_out(list(points), trial, folder, workers)
    return result


def at_random_moments(folder: Path, moments: int, *, workers: int = 1, seed: int = 1) -> Result:
    """Kill a training after a random time; the second half of the trials in the last part of a training's time.

    Args:
        folder: for the homes.
        moments: how many.
        workers: how many homes are worked in at once.
        seed: of the moments.
    """
    result, phases, usual = Result("R10", "a training killed at random moments"), Counter[str](), list[float]()
    rng = random.Random(seed)
    shares = [rng.uniform(0.0 if number < moments / 2 else LATE, 1.0) for number in range(moments)]

    def trial(scene: Scene, number: int, share: float) -> None:
        with result.trial(f"after {share:.3f} of the usual time"):
            if not scene.seconds:
                scene.train_anew()
            usual.append(scene.seconds)
            run_id = scene.fresh_run()
            process = start(forked, scene.begun(run_id), scene.home, None, scene.log)
            time.sleep(share * scene.seconds)
            process.kill()
            phases[scene.phase(run_id) if ended(process) == KILLED else "ended before"] += 1
            scene.assert_survived(run_id, resume=number % 2 == 0)

    _share_out(shares, trial, folder, workers)
    result.figures = {"last heard of in": dict(phases), "usual seconds": round(max(usual, default=0.0), 2)}
    return result


def _share_out(trials: Sequence[Trial], trial: Callable[[Scene, int, Trial], None], folder: Path, workers: int) -> None:
    """Make all trials, those of one worker in one home, one after the other and without cleaning up in between."""

    def work(worker: int) -> None:
        scene = Scene.make(folder / f"worker-{worker}")
        for number, each in enumerate(trials[worker::workers]):
            trial(scene, number, each)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


def results(moments: int | None = None) -> Iterator[Result]:
    """Yield the full counts, and whether the bundled version still says the same."""
    moments = MOMENTS if moments is None else moments
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        before = reference_probabilities(place)
        same = Result("R10", "probabilities of five drawn chests by the bundled version, before and after")
        yield at_named_points(place / "points", workers=2)
        _compare(same, before, place, "after the named points")
        for first in range(0, moments, _BETWEEN):
            part = min(_BETWEEN, moments - first)
            yield at_random_moments(place / f"random-{first}", part, workers=2, seed=first)
            _compare(same, before, place, f"after {first + part} random moments")
        yield same


def _compare(same: Result, before: list[float], folder: Path, when: str) -> None:
    with same.trial(when):
        largest = largest_difference([*before, *reference_probabilities(folder)])
        same.figures["largest difference"] = max(largest, same.figures.get("largest difference", 0.0))
        assert largest <= SAME, f"a probability differs by {largest:.2g}"


if __name__ == "__main__":
    command(results, unit="random moments")
