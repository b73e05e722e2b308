"""A training on a tiny network that dies, waits or dawdles where it is told: `... doomed [OPTIONS] -- fit ...`."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from model_store.disk.home import xray_home
from tests.doubles.trainings.training_commands import in_home, small_batches
from tests.doubles.trainings.training_doubles import use_tiny_network
from tests.robustness.disk import Hook, Step, watch_disk
from tests.robustness.points import TRAINING, At, Point, wait_for
from training.__main__ import main
from training.networks.classifier.head import HeadLearner
from training.networks.classifier.learner import CropLearner

BEFORE_THE_FIRST_STEP = Point("before", "train", "step")


def train_until(arguments: Sequence[str], home: Path, hook: Hook | None = None) -> int:
    """Run a command of the trainer in this process, with the tiny network and its dead end; it is not undone.

    Args:
        arguments: of `python -m training`.
        home: the app's folder.
        hook: is told of every step on the disk below it, and of every training step.

    Returns:
        The exit status.
    """
    patch = pytest.MonkeyPatch()
    in_home(patch, home)
    patch.setenv("CHEST_XRAY_DATA", "")  # Hundreds of reference films would be compared on.
    use_tiny_network(patch)
    small_batches(patch)
    if hook:
        watch_disk(patch, home, hook)
        for learner in (HeadLearner, CropLearner):
            _watch_steps(patch, learner, lambda: hook("before", Step("train", str(home / "step"))))
    return main(list(arguments))


def _watch_steps(patch: pytest.MonkeyPatch, learner: Any, tell: Callable[[], None]) -> None:
    step = learner.step

    @wraps(step)
    def watched(self: Any, batch: Any, progress: float) -> float:
        tell()
        return float(step(self, batch, progress))

    patch.setattr(learner, "step", watched)


def dawdling(seconds: float) -> Hook:
    """Return a hook that lets every training step take so much longer."""

    def dawdle(moment: str, step: Step) -> None:
        if step.kind == "train":
            time.sleep(seconds)

    return dawdle


def forked(arguments: Sequence[str], home: Path, hook: Hook | None, log: Path) -> None:
    """Do as `train_until` in a forked process, and end it with the status; what it prints goes to a file."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)  # Compiling takes longer than all that such a small network computes.
    quietly(log, lambda: sys.exit(train_until(arguments, home, hook)))


def quietly(log: Path, work: Callable[[], None]) -> None:
    """Do something with standard output and standard error going to a file."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    work()


def _command() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--at", choices=TRAINING, help="die at this point")
    parser.add_argument("--hold", type=Path, metavar="FILE", help="wait before the first step until this file is there")
    parser.add_argument("--dawdle", type=float, metavar="SECONDS", help="at every training step")
    parser.add_argument("arguments", nargs="+", help="of `python -m training`")
    options, home = parser.parse_args(), xray_home()
    hook: Hook | None = None
    if options.at:
        hook = At(home, TRAINING[options.at])
    elif options.hold:
        hook = At(home, BEFORE_THE_FIRST_STEP, wait_for(options.hold))
    elif options.dawdle:
        hook = dawdling(options.dawdle)
    return train_until(options.arguments, home, hook)


if __name__ == "__main__":
    sys.exit(_command())
