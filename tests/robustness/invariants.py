"""What must be as it was, and what must be whole, whatever happened to a process?"""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from safetensors import safe_open

from model_store.disk.weights import sha256_of
from model_store.trainings.status import STALE_SECONDS
from model_store.trainings.store import RunStore
from model_store.versions.activation.activation import Activation
from model_store.versions.activation.active_file import ACTIVE
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Registry


@dataclass(frozen=True)
class ActiveModel:
    """The active version of a home folder at one moment, byte for byte.

    Attributes:
        home: the folder.
        pointer: content of active.json; None where there is none.
        name: of the version.
        weights_sha256: of its weights file, as it lies there.
    """

    home: Path
    pointer: bytes | None
    name: str
    weights_sha256: str

    @classmethod
    def of(cls, home: Path) -> "ActiveModel":
        """Look at a home folder."""
        active = Activation(home).active(verify=True)
        assert active.problem is None, f"the active version cannot be used: {active.problem}"
        file = home / ACTIVE
        pointer = file.read_bytes() if file.exists() else None
        return cls(home, pointer, active.version.name, sha256_of(active.version.weights))

    def assert_untouched(self) -> None:
        """Raise AssertionError where anything is not as it was."""
        now = ActiveModel.of(self.home)
        assert now == self, f"the active version is another: {now.name}, {now.weights_sha256[:12]}"


def assert_whole(home: Path) -> None:
    """Raise AssertionError where a version is listed that is not whole, or half a file has its final name."""
    registry = Registry(home)
    names = registry.names()
    for name in names:
        if name != BUNDLED:
            version = registry.version(name)
            version.verify()
            version.learned_from()
    present = {path.name for path in registry.folder.glob("[!.]*")}
    assert present == set(names) - {BUNDLED}, f"in the folder of versions lie {sorted(present)}"
    for path in home.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(home).parts):
            _assert_parses(path)


def _assert_parses(path: Path) -> None:
    try:
        if path.suffix == ".json":
            json.loads(path.read_bytes())
        elif path.suffix == ".npz":
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                assert all(arrays[name] is not None for name in arrays), "an array is missing"
        elif path.name == "metrics.csv":
            with path.open(newline="") as file:
                assert all(None not in row.values() for row in csv.DictReader(file)), "a row is cut off"
        elif path.suffix == ".safetensors" and not (path.parent.parent.name == "runs" and path.stem == "weights"):
            # A run's own weights are written again when it is taken up; nothing reads them before.
            with safe_open(path, "numpy"):
                pass
    except Exception as error:
        raise AssertionError(f"{path.name} has its final name and is not whole: {error}") from error


def assert_interrupted(home: Path, run_id: str) -> str:
    """Raise AssertionError unless a run whose process is gone says so; return its state after the heartbeat's time."""
    later = datetime.now(UTC) + timedelta(seconds=STALE_SECONDS + 1)
    store = RunStore(home)
    if not (store.folder / run_id / "run.json").exists():
        assert run_id not in [run.id for run in store.all()], "a run is listed of which nothing is known"
        return "unknown"
    status = store.get(run_id).status(later)
    made = run_id in Registry(home).names()
    expected = ("interrupted", "finished") if made else ("interrupted",)
    assert status.state in expected, f"the run says that it is {status.state}"
    assert status.can_resume or status.state == "finished", "the run cannot be taken up again"
    return status.state
