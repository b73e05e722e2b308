"""How far is a training, and shall it stop? A bar in a terminal, figures for run.json, and the ear for a cancel."""

import threading
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.progress import track as bar_of

from model_store.trainings.cost import Stage
from training.run.course import Course

console = Console(stderr=True)

Item = TypeVar("Item")


class RunCancelled(Exception):
    """Somebody asked this training to stop."""


class Progress:
    """What a training is doing at this moment; written by the thread that trains, read by any other.

    Phases: "starting", "unpacking", "looking for copies", "preparing films", "measuring", "computing features",
    "training", "calibrating", "looking at normal films", "looking at maps", "comparing", "registering".

    Args:
        stages: what is expected, for the share of the whole and the time left.
    """

    def __init__(self, stages: Sequence[Stage] = ()) -> None:
        self._stop = threading.Event()
        self._course = Course(stages)
        self.pace: dict[str, float] = {}
        self._place: dict[str, Any] = {"phase": "starting", "step": 0, "steps": 0}
        self._share = self._share_at_first = 0.0
        self._began = time.monotonic()
        self._metrics: dict[str, float] = {}

    def stop(self) -> None:
        """Let the next `check` raise RunCancelled; safe in a signal handler."""
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        """True once `stop` was called."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise RunCancelled once `stop` was called."""
        if self._stop.is_set():
            raise RunCancelled("The training was cancelled.")

    def enter(self, phase: str, *, steps: int = 0, step: int = 0, share: float | None = None, **place: int) -> None:
        """Say that a phase begins, or its next epoch.

        Args:
            phase: its name; the time left is reckoned from where it was first named.
            steps: how many there are in it; 0 where that is not known.
            step: how many of them are done already.
            share: part of the whole phase that is done, 0..1; step / steps by default.
            **place: epoch (from 0) and epochs.
        """
        self.check()
        share = (step / steps if steps else 0.0) if share is None else share
        if phase != "starting":
            self.pace.setdefault("starting", time.monotonic() - self._began)
        if phase != self._place["phase"] or share < self._share:
            self._share_at_first, self._began = share, time.monotonic()
        self._share, self._place = share, {"phase": phase, "step": step, "steps": steps, **place}
        self._course.enter(phase, share)

    def expect(self, stages: Sequence[Stage]) -> None:
        """Say what is to come, the present phase first, as it is known by now."""
        self._course.expect(stages)

    def paced(self, name: str, count: float, seconds: float) -> None:
        """Note for `pace`, what this machine has shown, how long each of a number of films took."""
        if count > 0:
            self.pace[name] = seconds / count

    def advance(self, *, share: float | None = None) -> None:
        """Count one step; `share` as in `enter`. Raises RunCancelled where the training shall stop."""
        place = self._place
        place["step"] += 1
        self._share = place["step"] / max(place["steps"], 1) if share is None else share
        self._course.advance(place["phase"], self._share)
        self.check()

    def figures(self, **metrics: float) -> None:
        """Say the newest figures."""
        self._metrics = {**self._metrics, **metrics}

    def track(self, items: Sequence[Item], phase: str) -> Iterator[Item]:
        """Yield the items of a phase, each a step of it, with a bar in a terminal."""
        self.enter(phase, steps=len(items))
        for item in bar_of(items, phase, console=console, disable=not console.is_terminal):
            yield item
            self.advance()

    def snapshot(self) -> dict[str, Any]:
        """Return phase, step, steps, epoch and epochs (null outside of training), the time left, whole and metrics."""
        place, done = dict(self._place), self._share - self._share_at_first
        seconds = time.monotonic() - self._began
        left = round(seconds * (1 - self._share) / done, 1) if done > 0 else None
        whole, whole_left = self._course.state()
        of_whole = {"whole": whole, "left_seconds": whole_left}
        return {"epoch": None, "epochs": None} | place | of_whole | {"eta_seconds": left, "metrics": self._metrics}


class EpochBar:
    """The progress of one epoch in a terminal; a context manager. Elsewhere it is a line an epoch.

    Args:
        epoch: number of the epoch, from 0.
        epochs: how many there are.
        steps: batches in this epoch.
        start: batches that were done before, in a resumed epoch.
    """

    def __init__(self, *, epoch: int, epochs: int, steps: int, start: int = 0) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("loss {task.fields[loss]:.4f}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._label = f"epoch {epoch + 1}/{epochs}"
        self._task = self._bar.add_task(self._label, total=steps, completed=start, loss=0.0)
        self._loss = 0.0

    def __enter__(self) -> "EpochBar":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        if not console.is_terminal and error is None:
            console.print(f"{self._label} loss {self._loss:.4f}")

    def advance(self, *, loss: float) -> None:
        """Count one batch; `loss` is the epoch's mean so far."""
        self._loss = loss
        self._bar.update(self._task, advance=1, loss=loss)
