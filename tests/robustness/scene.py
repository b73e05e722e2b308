"""Where are trainings killed? In a home whose active version was trained there, on drawn films, on a tiny network."""

import shutil
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from model_store.trainings.store import RunStore
from model_store.versions.activation.activation import Activation
from model_store.versions.registry import Registry
from tests.doubles.trainings.training_doubles import draw_dataset
from tests.robustness.disk import Hook
from tests.robustness.doomed import forked
from tests.robustness.invariants import ActiveModel, assert_interrupted, assert_whole
from tests.robustness.processes import run

OLD = "old"
_RECIPE = ("--preset", "head", "--init", "random", "--epochs", "3", "--compare")


@dataclass
class Scene:
    """A home with an active version, and what is trained there.

    Attributes:
        home: the app's folder.
        data: the data folder.
        log: where processes print.
        active: the active version, which nothing may touch.
        seconds: how long a training took that nothing killed; 0 before there was one.
    """

    home: Path
    data: Path
    log: Path
    active: ActiveModel
    seconds: float = 0.0
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def make(cls, folder: Path, *, people: int = 12) -> "Scene":
        """Draw films, train a first version on them, and activate it."""
        folder.mkdir(parents=True, exist_ok=True)
        home, data, log = folder / "home", draw_dataset(folder / "data", train=people), folder / "log.txt"
        train(home, log, "fit", "--data", str(data), *_RECIPE[:-1], "--run-id", OLD)
        Activation(home).activate(OLD, by="tests", reason="the first version of this scene")
        return cls(home, data, log, ActiveModel.of(home))

    def begun(self, run_id: str) -> tuple[str, ...]:
        """Return the command that begins a run."""
        return ("fit", "--data", str(self.data), *_RECIPE, "--run-id", run_id)

    def fresh_run(self) -> str:
        """Return a name that no run has, and let the training compute all of its features itself."""
        shutil.rmtree(self.home / "cache", ignore_errors=True)
        return f"run-{next(self._numbers)}"

    def train_anew(self) -> str:
        """Train a version with nothing in its way; return its name."""
        run_id, started = self.fresh_run(), time.monotonic()
        train(self.home, self.log, *self.begun(run_id))
        self.seconds = time.monotonic() - started
        return run_id

    def phase(self, run_id: str) -> str:
        """Return what a run was last known to do."""
        store = RunStore(self.home)
        return store.get(run_id).status().phase if run_id in [run.id for run in store.all()] else "before run.json"

    def assert_survived(self, run_id: str, *, resume: bool) -> str:
        """Raise AssertionError unless all is whole after a run was killed, and the next one goes through.

        Args:
            run_id: of the run that was killed.
            resume: whether the next one is the same run, where anything is known of it, or a new one.

        Returns:
            The state in which the run was found.
        """
        self.active.assert_untouched()
        assert_whole(self.home)
        state = assert_interrupted(self.home, run_id)
        if resume and state == "interrupted":
            train(self.home, self.log, "fit", "--resume", run_id)
            name = run_id
        else:
            name = self.train_anew()
        assert name in Registry(self.home).names(), "the next training has made no version"
        assert RunStore(self.home).get(name).status().state == "finished", "the next training does not say its end"
        self.active.assert_untouched()
        assert_whole(self.home)
        return state


def train(home: Path, log: Path, *arguments: str, hook: Hook | None = None, status: int = 0) -> None:
    """Run a command of the trainer to its end; AssertionError where it ends with another status."""
    ended = run(forked, arguments, home, hook, log)
    said = log.read_text(errors="replace").splitlines()[-3:]
    assert ended == status, f"`{' '.join(arguments[:1] + arguments[-2:])}` ended with {ended}: {' / '.join(said)}"
