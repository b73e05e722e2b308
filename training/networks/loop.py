"""How does a training go on after it was killed? One loop for every network, with checkpoints in between."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from model_store.disk.writing import write_atomically
from model_store.trainings.folder import RunFolder
from training.run.progress import EpochBar, Progress, RunCancelled

if TYPE_CHECKING:
    import keras

CHECKPOINT_SECONDS = 120.0
"""At most this much work, in seconds, is lost to a kill."""


class Learner(Protocol):
    """What the loop drives: a network with its data and its training step."""

    variables: list["keras.Variable"]
    """Everything that a checkpoint holds: the network's and the optimizer's variables, in a fixed order."""

    epochs: int

    def steps(self, epoch: int) -> int:
        """Return the number of batches in an epoch (counted from 0)."""

    def batches(self, epoch: int, start: int) -> Iterator[Any]:
        """Yield the epoch's batches from number `start` on; the same ones each time it is called."""

    def step(self, batch: Any, progress: float) -> float:
        """Train on one batch and return its loss; `progress` is the share of all steps done, 0..1."""

    def cost(self, epoch: int) -> float:
        """Return how long a step of the epoch takes against those of others; the time left is reckoned by it."""

    def validate(self, epoch: int) -> dict[str, float]:
        """Return the epoch's validation figures; the loop watches `val_loss`."""

    def is_candidate(self, epoch: int) -> bool:
        """Return whether the weights after this epoch may be chosen."""


@dataclass
class _State:
    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    best_loss: float = float("inf")
    best_epoch: int = -1
    seconds: float = 0.0


def train(
    learner: Learner, run: RunFolder, *, patience: int | None = None, progress: Progress | None = None
) -> dict[str, float]:
    """Train to the end, or on from the run's checkpoint, and leave the best candidate's variables in the learner.

    Args:
        learner: what is trained.
        run: where checkpoints, metrics and log go.
        patience: stop after this many epochs without a better `val_loss`; None for never.
        progress: where it is said how far the training is.

    Returns:
        `best_epoch` (from 0), `best_val_loss`, `epochs` that were trained and `seconds` of training in all.

    Raises:
        RunCancelled: by `progress`; the checkpoint holds every step that was made.
    """
    progress = progress or Progress()
    state = _restore(learner, run)
    if state is None:  # The first step compiles for long; who cancels meanwhile is to find a checkpoint too.
        state = _State()
        _save(learner.variables, run.checkpoint, state)
    while state.epoch < learner.epochs:
        if patience is not None and state.best_epoch >= 0 and state.epoch - state.best_epoch > patience:
            break
        _train_epoch(learner, run, state, progress)
    trained = state.epoch
    if state.best_epoch >= 0:
        _load(learner.variables, run.best)
    return {
        "best_epoch": state.best_epoch,
        "best_val_loss": state.best_loss,
        "epochs": trained,
        "seconds": round(state.seconds, 1),
    }


class _Stopwatch:
    def __init__(self) -> None:
        self._last = time.monotonic()

    def lap(self) -> float:
        """Return the seconds since the last lap."""
        before, self._last = self._last, time.monotonic()
        return self._last - before


def _train_epoch(learner: Learner, run: RunFolder, state: _State, progress: Progress) -> None:
    watch = _Stopwatch()
    try:
        _train_steps(learner, run, state, progress, watch)
        progress.check()
        validation = learner.validate(state.epoch)
    except RunCancelled:
        state.seconds += watch.lap()
        _save(learner.variables, run.checkpoint, state)
        raise
    figures = {"loss": state.loss_sum / max(state.step, 1), **validation}
    if learner.is_candidate(state.epoch) and figures["val_loss"] < state.best_loss:
        state.best_loss, state.best_epoch = figures["val_loss"], state.epoch
        _save(learner.variables, run.best, state)
    state.seconds += watch.lap()
    run.add_metrics({"epoch": state.epoch, **figures, "seconds": round(state.seconds, 1)})
    run.log(f"epoch {state.epoch + 1}/{learner.epochs} " + " ".join(f"{k} {v:.4f}" for k, v in figures.items()))
    progress.figures(**figures)
    state.epoch, state.step, state.loss_sum = state.epoch + 1, 0, 0.0
    _save(learner.variables, run.checkpoint, state)


def _train_steps(learner: Learner, run: RunFolder, state: _State, progress: Progress, watch: _Stopwatch) -> None:
    epoch, steps = state.epoch, learner.steps(state.epoch)
    before = np.cumsum([0] + [learner.steps(each) for each in range(learner.epochs)])
    costs = np.cumsum([0.0] + [learner.steps(each) * learner.cost(each) for each in range(learner.epochs)])

    def share() -> float:
        return float((costs[epoch] + state.step * learner.cost(epoch)) / costs[-1])

    progress.enter("training", steps=steps, step=state.step, share=share(), epoch=epoch, epochs=learner.epochs)
    saved = time.monotonic()
    with EpochBar(epoch=epoch, epochs=learner.epochs, steps=steps, start=state.step) as bar:
        for batch in learner.batches(epoch, state.step):
            state.loss_sum += learner.step(batch, (int(before[epoch]) + state.step) / int(before[-1]))
            state.step += 1
            bar.advance(loss=state.loss_sum / state.step)
            progress.figures(loss=state.loss_sum / state.step)
            if time.monotonic() - saved > CHECKPOINT_SECONDS and state.step < steps:
                saved = time.monotonic()
                state.seconds += watch.lap()
                _save(learner.variables, run.checkpoint, state)
            progress.advance(share=share())


def _save(variables: list["keras.Variable"], path: Any, state: _State) -> None:
    tensors = {f"{index:04d}": np.asarray(variable) for index, variable in enumerate(variables)}
    write_atomically(path, save(tensors, metadata={k: repr(float(v)) for k, v in vars(state).items()}))


def _load(variables: list["keras.Variable"], path: Any) -> dict[str, str]:
    with safe_open(path, framework="np") as file:
        for index, variable in enumerate(variables):
            variable.assign(file.get_tensor(f"{index:04d}"))
        metadata: dict[str, str] = file.metadata()
    return metadata


def _restore(learner: Learner, run: RunFolder) -> _State | None:
    if not run.checkpoint.exists():
        return None
    metadata = _load(learner.variables, run.checkpoint)
    state = _State(**{k: type(v)(float(metadata[k])) for k, v in vars(_State()).items()})
    run.log(f"resumed at epoch {state.epoch + 1}, step {state.step}")
    return state


def cosine(progress: float, *, warmup: float) -> float:
    """Return the learning rate's factor, 0..1: a linear rise, then half a cosine down to zero.

    Cosine annealing: Loshchilov and Hutter 2016, arXiv 1608.03983. Keras's schedule counts steps; this one knows the
    share that is done, also where a run goes on after a kill.

    Args:
        progress: share of all steps done, 0..1.
        warmup: share of all steps over which the rate rises.
    """
    if progress < warmup:
        return (progress + 1e-3) / (warmup + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
