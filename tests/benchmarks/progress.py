"""What does it cost a training to say how far it is? Steps within a session against the same steps without one."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model_store.reading.network import build_network
from model_store.trainings.folder import RunFolder
from tests.benchmarks.fit import random_crops
from tests.benchmarks.measure import alternate, ratio, show
from training.networks.classifier.head import HeadLearner
from training.networks.classifier.learner import CropLearner
from training.run.progress import Progress
from training.run.recipes import configure
from training.run.session import session

LIMIT = 1.01
HEAD_STEPS, CROP_STEPS, CROPS, SIDE = 400, 3, 64, 72
"""Steps of one round: two seconds or so, so that the heart beats meanwhile."""


def bare(step: Callable[[], float], steps: int) -> float:
    """Make steps without a word; return the seconds that they take."""
    started = time.perf_counter()
    for _ in range(steps):
        step()
    return time.perf_counter() - started


def shown(step: Callable[[], float], steps: int, run: RunFolder) -> float:
    """Make the same steps as the loop does, with the newest figures and the place told, and a heartbeat beside them."""
    with session(run, {"data": "noise"}) as progress:
        progress.enter("training", steps=steps, epoch=0, epochs=1)
        started = time.perf_counter()
        for number in range(steps):
            progress.figures(loss=step())
            progress.advance(share=number / steps)
        return time.perf_counter() - started


def compare(name: str, learner: Any, steps: int, run: RunFolder) -> None:
    """Print what telling costs the steps of a learner."""
    batch = next(iter(learner.batches(0, 0)))

    def step() -> float:
        return float(learner.step(batch, 0.5))

    seconds = alternate({"shown": lambda: shown(step, steps, run), "bare": lambda: bare(step, steps)})
    show(ratio(f"steps of {name} with progress, against without", seconds, over=("shown", "bare"), limit=LIMIT))


def main() -> None:
    """Print the cost to the quickest steps that there are, those of the head, and to those of the whole network."""
    crops, network = random_crops(CROPS), build_network()
    few = crops.subset(crops.images[:2])
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder(Path(folder))
        head = HeadLearner(network, crops, few, configure("head", init="random"))
        compare("the head", head, HEAD_STEPS, run)
        config = configure("full", epochs=1)
        config = type(config)(**{**config.as_json(), "phases": ((SIDE, 1),)})
        compare("the whole network", CropLearner(network, crops, few, config, progress=Progress()), CROP_STEPS, run)


if __name__ == "__main__":
    main()
