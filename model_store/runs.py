"""What has a training run left behind? Its folder holds configuration, metrics, log, checkpoints and result."""

import csv
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class RunNotFound(ValueError):
    """There is no run of that name."""


@dataclass(frozen=True)
class RunFolder:
    """The folder of one training run.

    Attributes:
        path: the folder; its name is the run's id.
    """

    path: Path

    @property
    def checkpoint(self) -> Path:
        """The newest state from which the run goes on."""
        return self.path / "checkpoint.safetensors"

    @property
    def best(self) -> Path:
        """The tensors of the best epoch so far."""
        return self.path / "best.safetensors"

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


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a crash at any moment leaves the old content or the new one, never a part."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
