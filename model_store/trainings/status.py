"""How does a training stand at one moment? Alive, ended, or left without a process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

STALE_SECONDS = 15.0
"""A run whose heartbeat is older than this, in seconds, has no process any more."""

ALIVE = ("scheduled", "running")


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
        return self.state in ALIVE

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
        return moment_of(self.content.get("started"))

    @property
    def message(self) -> str | None:
        """Why the run failed, in one sentence; None where it did not."""
        return self.content.get("message")


def moment_of(text: object) -> datetime | None:
    """Return a time of a file, ISO 8601, as UTC where it names no zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
