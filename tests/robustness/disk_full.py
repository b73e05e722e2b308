"""R13: what does a disk leave that is full at the 1st, 2nd, 3rd ... write? The old, a clear sentence, and no halves."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count as numbers
from pathlib import Path

import pytest

from model_store import __main__ as model_store
from model_store.versions.activation.activation import Activation
from tests.doubles.trainings.training_doubles import draw_dataset, use_tiny_network
from tests.robustness.activating_killed import REASON, two_versions
from tests.robustness.commands import Ended, command_of
from tests.robustness.disk import FullDisk, watched_disk
from tests.robustness.invariants import ActiveModel, assert_whole
from tests.robustness.report import Result, command
from training import __main__ as training
from training.run import session
from training.statistics import metrics

PEOPLE = 4
"""A class in the drawn data."""


@dataclass(frozen=True)
class Operation:
    """What is done on a disk that is full.

    Attributes:
        name: what it is.
        home: the app's folder; every write below its parent counts.
        do: does it; each time it is something new.
        undo: puts back what a success has changed.
        retry_every: after how many failures it is tried on a disk with room again.
    """

    name: str
    home: Path
    do: Callable[[], Ended]
    undo: Callable[[], None] = lambda: None
    retry_every: int = 1


def each_write_fails(operation: Operation, *, every: int = 1) -> Result:
    """Let every write fail in turn, until the operation comes through untouched; every other time the disk stays full.

    Args:
        operation: what is done.
        every: which writes: each, or each second, third ... one.
    """
    result = Result("R13", f"every write fails in turn: {operation.name}")
    for failing in numbers(1, every):
        active, disk = ActiveModel.of(operation.home), FullDisk(failing, lasting=failing // every % 2 == 0)
        with watched_disk(operation.home.parent, disk):
            ended = operation.do()
        if disk.failed is None:
            break
        with result.trial(f"{failing}: {disk.failed}"):
            assert_whole(operation.home)
            if ended.status != 0:  # Else what failed was not needed, as one heartbeat of many.
                active.assert_untouched()
                assert_clear(ended)
                if failing // every % operation.retry_every == 0:
                    _assert_done(operation)
        operation.undo()
    with result.trial("with room"):
        assert ended.status == 0, f"it failed by itself: {ended.sentence}"
    result.figures = {"writes": len(disk.steps)}
    return result


def assert_clear(ended: Ended) -> None:
    """Raise AssertionError unless a command says in one sentence how much room is needed, and how much there is."""
    assert ended.status == 2, f"it ended with {ended.status}: {ended.sentence}"
    assert "The disk is full: " in ended.sentence, f"it said: {ended.sentence}"
    assert " MB are needed, " in ended.sentence, f"it said: {ended.sentence}"


def _assert_done(operation: Operation) -> None:
    again = operation.do()
    assert again.status == 0, f"once there was room, it ended with {again.status}: {again.sentence}"
    assert_whole(operation.home)


def changes_of_versions(folder: Path) -> Iterator[Operation]:
    """Yield what is done to versions: activate, roll back, export, import; each in a home of its own."""
    for name in ("activate", "roll back", "export", "import"):
        home = folder / name / "home"
        two_versions(home)
        yield _change_of(name, home, command_of(model_store.main, home))


def _change_of(name: str, home: Path, run: Callable[..., Ended]) -> Operation:
    export, names = home.parent / "bundled.zip", numbers()

    def activate() -> Ended:
        return run("activate", "b", "--reason", REASON)

    if name == "activate":
        return Operation(name, home, activate, lambda: _let_read("a", home))
    if name == "roll back":
        activate()
        return Operation(name, home, lambda: run("rollback"), lambda: _let_read("b", home))
    run("export", "bundled", export)
    if name == "export":
        return Operation(name, home, lambda: run("export", "bundled", home.parent / "again.zip"))
    return Operation(
        name,
        home,
        lambda: run("import", export, "--name", f"new-{next(names)}"),
        lambda: _drop(home / "versions/new-*"),
    )


def _let_read(name: str, home: Path) -> None:
    if Activation(home).active_name() != name:
        Activation(home).activate(name, by="tests", reason=REASON)


def _drop(pattern: Path) -> None:
    for path in pattern.parent.glob(pattern.name):
        shutil.rmtree(path)


@contextmanager
def trainings(folder: Path) -> Iterator[list[Operation]]:
    """Give a training and an examination on a tiny network, in this process."""
    home, data = folder / "home", draw_dataset(folder / "data", train=PEOPLE)
    run, names = command_of(training.main, home), numbers()
    recipe = ("--data", data, "--preset", "head", "--init", "random", "--epochs", 2, "--compare")

    def anew(command: str) -> Callable[[], Ended]:
        def do() -> Ended:
            shutil.rmtree(home / "cache", ignore_errors=True)
            return run(command, *recipe, "--run-id", f"{command}-{next(names)}")

        return do

    def undo() -> None:
        for pattern in ("versions/fit-*", "runs/fit-*", "examinations/*"):
            _drop(home / pattern)

    with pytest.MonkeyPatch.context() as patch, eagerly():
        patch.setenv("CHEST_XRAY_DATA", "")  # Hundreds of reference films would be compared on.
        use_tiny_network(patch)
        patch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))
        patch.setattr(session, "BEAT_SECONDS", 1e6)  # A heartbeat now and then would be counted now and then.
        first = run("fit", *recipe[:-1], "--run-id", "old")
        assert first.status == 0, first.err
        Activation(home).activate("old", by="tests", reason=REASON)
        yield [
            Operation("training", home, anew("fit"), undo, retry_every=10),
            Operation("examination", home, anew("examine"), undo, retry_every=10),
        ]


@contextmanager
def eagerly() -> Iterator[None]:
    """Let TensorFlow compile nothing: that takes longer than all that a tiny network computes."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    try:
        with warnings.catch_warnings():  # It warns that what prepares data is compiled all the same.
            warnings.filterwarnings("ignore", message="Even though the `tf.config.experimental_run_functions_eagerly`")
            yield
    finally:
        tf.config.run_functions_eagerly(False)


def results(every: int | None = None) -> Iterator[Result]:
    """Yield each operation, with each write failing, or each second, third ... one."""
    with tempfile.TemporaryDirectory() as folder:
        for operation in changes_of_versions(Path(folder)):
            yield each_write_fails(operation, every=every or 1)
        with trainings(Path(folder) / "training") as operations:
            for operation in operations:
                yield each_write_fails(operation, every=every or 1)


if __name__ == "__main__":
    command(results, unit="try only each write of this many")
