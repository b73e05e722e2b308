"""R11: is the active version exactly the old one or exactly the new one after kill -9 while it is changed?"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from model_store.versions.activation.activation import Activation
from model_store.versions.activation.active_file import ACTIVE
from model_store.versions.registry import Registry
from tests.robustness.disk import watch_disk
from tests.robustness.points import ACTIVATING, OLD_UNTIL, At
from tests.robustness.processes import KILLED, run
from tests.robustness.report import Result, command

KILLS = 25
"""At each point in the full count."""

CARD = {"temperature": 1.5, "operating_point": 0.4}
REASON = "this version is for a test"


def two_versions(home: Path) -> None:
    """Register the versions "a" and "b" with a few numbers as weights, and activate "a"."""
    home.mkdir(parents=True)
    for name in ("a", "b"):
        weights = home / f"{name}.weights"
        weights.write_bytes(save({name: np.arange(1000)}))
        Registry(home).register(name, weights, CARD, learned_from=["ab" * 32])
    Activation(home).activate("a", by="tests", reason=REASON)


def at_points(folder: Path, kills: int, points: Iterable[str] = ACTIVATING) -> Result:
    """Kill activations and rollings back by turns, at each point, and see which version is active then.

    Args:
        folder: for the home.
        kills: how often at each point.
        points: where, by name.
    """
    result, home = Result("R11", "an activation or a rolling back killed"), folder / "home"
    two_versions(home)
    for name in points:
        for number in range(kills):
            with result.trial(f"{name}, {number + 1}"):
                _try(home, name)
    return result


def _try(home: Path, point: str) -> None:
    activation = Activation(home)
    old, log = activation.active_name(), activation.log()
    new = "b" if old == "a" else "a"
    ended = run(_change, home, point, folder_log(home))
    assert ended == KILLED, f"it ended with {ended} and never came to this point"
    json.loads((home / ACTIVE).read_bytes())
    active = activation.active(verify=True)
    expected = old if list(ACTIVATING).index(point) <= OLD_UNTIL else new
    assert active.problem is None, active.problem
    assert active.version.name == expected, f"{active.version.name} is active instead of {expected}"
    kept = [*log, *activation.log()[len(log) :]]
    assert activation.log() == kept, "the log has lost a line"
    assert len(kept) - len(log) == (expected == new), "the log tells another story than the active version"
    if expected == old:
        change(home)
    assert activation.active_name() == new, "the next change did not go through"


def change(home: Path) -> None:
    """Activate "b" where "a" is active, and roll back otherwise."""
    activation = Activation(home)
    if activation.active_name() == "a":
        activation.activate("b", by="tests", reason=REASON)
    else:
        activation.roll_back(by="tests")


def folder_log(home: Path) -> Path:
    """Return where the processes of a home print."""
    return home.parent / "log.txt"


def _change(home: Path, point: str, log: Path) -> None:
    import pytest

    from tests.robustness.doomed import quietly

    def doomed() -> None:
        watch_disk(pytest.MonkeyPatch(), home, At(home, ACTIVATING[point]))
        change(home)

    quietly(log, doomed)


def results(kills: int | None = None) -> Iterator[Result]:
    """Yield the full count."""
    with tempfile.TemporaryDirectory() as folder:
        yield at_points(Path(folder), KILLS if kills is None else kills)


if __name__ == "__main__":
    command(results, unit="kills at each point")
