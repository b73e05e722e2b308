"""How does a training stand at one moment? Alive, ended, or left without a process."""

from dataclasses import dataclass
from datetime import UTC, datetime

from model_store.trainings.record import RunRecord

STALE_SECONDS = 15.0
"""A run whose heartbeat is older than this, in seconds, has no process any more."""

ALIVE = ("scheduled", "running")

FAILURES = {
    "disk": "A file could not be read or written, so it was broken off; look whether the disk is full or a folder was "
    "taken away, then start it again.",
    "program": "It was broken off by an error of the program, which stands in its log; please start it again.",
}
"""What is said of a run that failed, by the `failure` of its record."""


@dataclass(frozen=True)
class RunStatus:
    """What is known of a run at one moment.

    Attributes:
        id: the run's name.
        state: "scheduled", "running", "interrupted", "finished", "failed" or "cancelled"; a run that should be alive
            and whose heartbeat is stale is interrupted.
        record: what run.json says; None where it is damaged.
    """

    id: str
    state: str
    record: RunRecord | None = None

    @property
    def is_active(self) -> bool:
        """True while a process works on the run."""
        return self.state in ALIVE

    @property
    def can_resume(self) -> bool:
        """True where the run has ended before its end and its configuration can be read."""
        return self.state in ("interrupted", "cancelled", "failed") and self.record is not None

    @property
    def phase(self) -> str:
        """What the run is doing, in words."""
        return self.record.phase if self.record else "starting"

    @property
    def fraction(self) -> float | None:
        """Share of the phase that is done, 0..1; None where it is not known."""
        step, steps = (self.record.step, self.record.steps) if self.record else (None, None)
        return min(step / steps, 1.0) if step is not None and steps is not None and steps > 0 else None

    @property
    def eta_seconds(self) -> float | None:
        """Seconds until the phase is done; None where it is not known."""
        return self.record.eta_seconds if self.record else None

    @property
    def since(self) -> datetime | None:
        """When the run began; None where it did not."""
        return moment_of(self.record.started) if self.record else None

    @property
    def message(self) -> str | None:
        """Why the run failed, in words; None where it did not."""
        if self.record is None:
            return None
        return self.record.message or FAILURES.get(self.record.failure or "")


def moment_of(text: object) -> datetime | None:
    """Return a time of a file, ISO 8601, as UTC where it names no zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
