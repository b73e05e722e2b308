"""What is left of one training? Its folder holds state, metrics, log, checkpoints and result."""

import csv
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from model_store.basics.errors import UserError
from model_store.basics.records import SCHEMA, read_record
from model_store.disk.writing import write_atomically
from model_store.trainings.record import RunRecord
from model_store.trainings.status import ALIVE, STALE_SECONDS, RunStatus, moment_of

try:
    import fcntl
except ImportError:  # Windows has other locks.
    fcntl = None  # type: ignore[assignment]

_ASKING_SECONDS = 0.2
"""How long others who ask at the same time may hold a lock that cannot be shared; they let go of it at once."""


class RunNotFound(UserError, ValueError):
    """There is no run of that name."""


class RunAlreadyActive(UserError, RuntimeError):
    """Another training is under way; the message says since when."""


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

    @property
    def lock(self) -> Path:
        """The file that the process which works on the run has locked."""
        return self.path / "run.lock"

    @property
    def is_held(self) -> bool | None:
        """Whether a process works on the run; None where no lock tells, as before it begins."""
        if fcntl is None:
            return self._is_held_alone()
        try:
            lock = os.open(self.lock, os.O_RDONLY)
        except OSError:
            return None
        try:
            # Shared, so that two who ask at once do not take each other for that process.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # The disk knows no locks.
            return None
        finally:
            os.close(lock)
        return False

    def _is_held_alone(self) -> bool | None:
        """Ask as the process itself would, where locks cannot be shared."""
        if not self.lock.exists():
            return None
        try:
            with FileLock(self.lock).acquire(_ASKING_SECONDS, _ASKING_SECONDS / 10):
                return False
        except Timeout:
            return True
        except OSError:
            return None

    def write_json(self, name: str, content: dict[str, Any]) -> None:
        """Write `name`.json in one step, with its schema: a reader sees the old content or the new one."""
        data = json.dumps({"schema_version": SCHEMA} | content, indent=2) + "\n"
        write_atomically(self.path / f"{name}.json", data.encode())

    def read_json(self, name: str) -> dict[str, Any]:
        """Read `name`.json; raises RunNotFound where it is missing."""
        try:
            content: dict[str, Any] = json.loads((self.path / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RunNotFound(f"There is no run {self.path.name} with a {name}.json.") from error
        return content

    def record(self) -> RunRecord:
        """Return what run.json says.

        Raises:
            RunNotFound: there is none.
            UnreadableRecord: it is damaged, or belongs to a newer program.
            OSError, ValueError: it cannot be read.
        """
        return read_record(RunRecord, self.read_json("run"))

    def status(self, now: datetime | None = None) -> RunStatus:
        """Return what the run is doing; `now` is the present moment by default."""
        try:
            record = self.record()
        except (OSError, ValueError):
            return RunStatus(self.id, "running" if self.is_held else "interrupted")
        state = record.status
        if state in ALIVE and not self._is_alive(record, now or datetime.now(UTC)):
            state = "interrupted"
        return RunStatus(self.id, state, record)

    def _is_alive(self, record: RunRecord, now: datetime) -> bool:
        if (held := self.is_held) is not None:
            return held  # Whatever the clock says, which may be set anew while the run goes on.
        beat = moment_of(record.heartbeat)
        return beat is not None and 0 <= (now - beat).total_seconds() <= STALE_SECONDS

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
        with (self.path / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}\n")

    def log_tail(self, lines: int = 40) -> list[str]:
        """Return the last lines of log.txt."""
        try:
            return (self.path / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        except FileNotFoundError:
            return []
