"""What is left of a training run, and is it alive? Its folder holds state, metrics, log, checkpoints and result."""

import csv
import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model_store.writing import write_atomically

STALE_SECONDS = 15.0
"""A run whose heartbeat is older than this, in seconds, has no process any more."""

_ALIVE = ("scheduled", "running")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class RunNotFound(ValueError):
    """There is no run of that name."""


class RunAlreadyActive(RuntimeError):
    """Another training is under way; the message says since when."""


@dataclass(frozen=True)
class RunStatus:
    """What is known of a run at one moment.

    Attributes:
        id: the run's name.
        state: "scheduled", "running", "interrupted", "finished", "failed" or "cancelled"; a run that should be alive
            and whose heartbeat is stale is interrupted.
        content: the whole of run.json; empty where it is damaged.
    """

    id: str
    state: str
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """True while a process works on the run."""
        return self.state in _ALIVE

    @property
    def can_resume(self) -> bool:
        """True where the run has ended before its end and its configuration can be read."""
        return self.state in ("interrupted", "cancelled", "failed") and bool(self.content)

    @property
    def phase(self) -> str:
        """What the run is doing, in words."""
        return str(self.content.get("phase") or "starting")

    @property
    def fraction(self) -> float | None:
        """Share of the phase that is done, 0..1; None where it is not known."""
        step, steps = self.content.get("step"), self.content.get("steps")
        return min(step / steps, 1.0) if isinstance(step, int) and isinstance(steps, int) and steps > 0 else None

    @property
    def eta_seconds(self) -> float | None:
        """Seconds until the phase is done; None where it is not known."""
        eta = self.content.get("eta_seconds")
        return float(eta) if isinstance(eta, int | float) else None

    @property
    def since(self) -> datetime | None:
        """When the run began; None where it did not."""
        return _moment(self.content.get("started"))

    @property
    def message(self) -> str | None:
        """Why the run failed, in one sentence; None where it did not."""
        return self.content.get("message")


@dataclass(frozen=True)
class RunFolder:
    """The folder of one training run.

    Attributes:
        path: the folder; its name is the run's id.
    """

    path: Path

    @property
    def id(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def checkpoint(self) -> Path:
        """The newest state from which the run goes on."""
        return self.path / "checkpoint.safetensors"

    @property
    def best(self) -> Path:
        """The tensors of the best epoch so far."""
        return self.path / "best.safetensors"

    @property
    def weights(self) -> Path:
        """The trained tensors, until the version is registered."""
        return self.path / "weights.safetensors"

    def write_json(self, name: str, content: dict[str, Any]) -> None:
        """Write `name`.json in one step: a reader sees the old content or the new one."""
        write_atomically(self.path / f"{name}.json", (json.dumps(content, indent=2) + "\n").encode())

    def read_json(self, name: str) -> dict[str, Any]:
        """Read `name`.json; raises RunNotFound where it is missing."""
        try:
            content: dict[str, Any] = json.loads((self.path / f"{name}.json").read_text())
        except FileNotFoundError as error:
            raise RunNotFound(f"There is no run {self.path.name} with a {name}.json.") from error
        return content

    def status(self, now: datetime | None = None) -> RunStatus:
        """Return what the run is doing; `now` is the present moment by default."""
        try:
            content = self.read_json("run")
            state = str(content["status"])
        except (OSError, ValueError, KeyError, TypeError):
            return RunStatus(self.id, "interrupted")
        beat = _moment(content.get("heartbeat"))
        stale = beat is None or ((now or datetime.now(UTC)) - beat).total_seconds() > STALE_SECONDS
        return RunStatus(self.id, "interrupted" if state in _ALIVE and stale else state, content)

    def request_cancel(self) -> None:
        """Ask the run's process to stop; it keeps a checkpoint and ends within seconds."""
        (self.path / "cancel").touch()

    @property
    def cancel_requested(self) -> bool:
        """True from the request on until the run is taken up again."""
        return (self.path / "cancel").exists()

    def withdraw_cancel(self) -> None:
        """Forget an old request, so that the run can be taken up again."""
        (self.path / "cancel").unlink(missing_ok=True)

    def add_metrics(self, row: dict[str, float]) -> None:
        """Add one epoch to metrics.csv; an epoch that a resumed run repeats replaces its earlier row."""
        rows = [old for old in self.metrics() if old["epoch"] < row["epoch"]] + [row]
        columns = list(dict.fromkeys(key for each in rows for key in each))
        temporary = self.path / "metrics.csv.part"
        with temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        temporary.replace(self.path / "metrics.csv")

    def metrics(self) -> list[dict[str, float]]:
        """Return the rows of metrics.csv, one an epoch, oldest first."""
        try:
            with (self.path / "metrics.csv").open(newline="") as file:
                return [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(file)]
        except FileNotFoundError:
            return []

    def log(self, line: str) -> None:
        """Add a line with its time to log.txt."""
        with (self.path / "log.txt").open("a") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}\n")

    def log_tail(self, lines: int = 40) -> list[str]:
        """Return the last lines of log.txt."""
        try:
            return (self.path / "log.txt").read_text(errors="replace").splitlines()[-lines:]
        except FileNotFoundError:
            return []


class RunStore:
    """All runs of one kind under one home folder.

    Args:
        home: the app's folder.
        kind: "runs" for trainings, "examinations" for looks at the data before one.
    """

    def __init__(self, home: Path, kind: str = "runs") -> None:
        self.folder = home / kind

    def all(self) -> list[RunFolder]:
        """Return the runs, newest first."""
        found = [path.parent for path in self.folder.glob("*/run.json")]
        return [RunFolder(path) for path in sorted(found, key=_created, reverse=True)]

    def get(self, run_id: str) -> RunFolder:
        """Return a run by its id; raises RunNotFound."""
        run = RunFolder(self.folder / run_id)
        if not _ID.fullmatch(run_id) or not run.path.is_dir():
            raise RunNotFound(f"There is no run {run_id}.")
        return run

    def active(self) -> RunFolder | None:
        """Return the run on which a process works, or None."""
        return next((run for run in self.all() if run.status().is_active), None)

    def remove(self, run_id: str) -> None:
        """Delete a run's folder.

        Raises:
            RunNotFound: there is no such run.
            RunAlreadyActive: a process works on it.
        """
        run = self.get(run_id)
        if run.status().is_active:
            raise RunAlreadyActive(f"Run {run_id} is under way; cancel it before it is deleted.")
        shutil.rmtree(run.path)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _created(folder: Path) -> str:
    try:
        content = json.loads((folder / "run.json").read_text())
        return str(content.get("created") or content.get("started") or "")
    except (OSError, ValueError, AttributeError):
        return ""
