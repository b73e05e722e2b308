"""The commands of `python -m training` in this process: how one ended, what it opened, and a journey of several."""

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from model_store.trainings.folder import RunFolder
from model_store.versions.registry import Registry
from tests.doubles.trainings.training_doubles import draw_dataset, film, opened_paths, png, use_tiny_network
from training.__main__ import main
from training.run import recipes
from training.statistics import metrics


@dataclass(frozen=True)
class Command:
    """One command of the trainer and how it ended."""

    status: int
    out: str
    err: str
    opened: list[str]


def training(*arguments: Any) -> Command:
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), opened_paths() as opened:
        status = main([str(argument) for argument in arguments])
    return Command(status, out.getvalue(), err.getvalue(), opened)


def in_home(patch, home):
    patch.setenv("XRAY_HOME", str(home))
    patch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))


def small_batches(patch):
    """Let an epoch have several steps, on small sides."""
    full, finetune = recipes.PRESETS["full"], recipes.PRESETS["finetune"]
    patch.setitem(recipes.PRESETS, "full", replace(full, batch=4, phases=((33, 1), (49, 2))))
    patch.setitem(recipes.PRESETS, "finetune", replace(finetune, batch=4))


def draw_people(folder):
    """Twelve people a class to learn from, in two splits, six to test on; one file of each cannot be read."""
    draw_dataset(folder, train=10, val=2, test=6)
    (folder / "train/NORMAL/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "test/PNEUMONIA/person99_virus_1.png").write_bytes(png(film("PNEUMONIA", 98) // 20))
    return folder


@dataclass(frozen=True)
class Journey:
    """A version that was trained and judged twice by the commands, and what these said."""

    home: Path
    data: Path
    fit: Command
    evaluate: Command
    again: Command

    @property
    def version(self):
        return Registry(self.home).version("first")

    @property
    def run(self):
        return RunFolder(self.home / "runs/first")

    @property
    def report(self):
        return json.loads((self.home / "report.json").read_text(), parse_constant=pytest.fail)


def tiny_journey(data, home):
    """The whole journey with the tiny network."""
    with pytest.MonkeyPatch.context() as patch:
        in_home(patch, home)
        use_tiny_network(patch)
        fitted = training(
            *("fit", "--data", data, "--preset", "head", "--init", "random", "--run-id", "first", "--epochs", 3),
            *("--steps-per-epoch", 1, "--validation-steps", 1, "--seed", 5),
        )
        judge = ("evaluate", "--data", data, "--version", "first")
        judged = training(*judge, "--json", home / "report.json", "--figures", home / "figures")
        return Journey(home, data, fitted, judged, training(*judge))


@pytest.fixture(name="home")
def home_of_its_own(xray_home, monkeypatch):
    """A home of the test's own, the tiny network, and batches of four."""
    in_home(monkeypatch, xray_home)
    use_tiny_network(monkeypatch)
    small_batches(monkeypatch)
    return xray_home
