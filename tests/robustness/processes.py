"""How do processes come quickly, and how do they end? Forked from one that has imported everything, once."""

import multiprocessing
import os
from collections.abc import Callable
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
KILLED = -9
"""Exit status of a process that was killed."""

PRELOADED = [
    "keras",
    "tensorflow",
    "training.versions.fit",
    "training.examination.examine",
    "sklearn.metrics",
    "tests.robustness.doomed",
]
"""Imported once, before the first fork; nothing is computed there, so that TensorFlow has no threads to lose."""


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a process of the program: a home of its own, no reference films to compare on."""
    own = {"XRAY_HOME": str(home), "CHEST_XRAY_DATA": "", "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    return os.environ | own


@cache
def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with pytest.MonkeyPatch.context() as patch:
        for key, value in environment(ROOT).items():
            patch.setenv(key, value)
        forkserver.ensure_running()
    return context


def start(target: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """Start a function in a process that is forked from one with everything imported."""
    process: ForkServerProcess = _context().Process(target=target, args=arguments)
    process.start()
    return process


def run(target: Callable[..., None], *arguments: Any, seconds: float = 300) -> int:
    """Run a function in such a process to its end; return the exit status, `KILLED` where it was killed."""
    return ended(start(target, *arguments), seconds)


def ended(process: ForkServerProcess, seconds: float = 300) -> int:
    """Wait for a process and return its exit status; it is killed, and an AssertionError, where it does not end."""
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError(f"a process had not ended after {seconds:.0f} s")
    return process.exitcode
