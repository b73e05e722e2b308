"""What does run.json hold? What a training or an examination was told, how far it is, and how it ended."""

from dataclasses import dataclass, field

from model_store.basics.records import Record


@dataclass(frozen=True, kw_only=True)
class RunRecord(Record):
    """A run at one moment; a run of an older program holds the same, without a schema.

    Attributes:
        status: "scheduled", "running", "finished", "failed" or "cancelled"; of a process that is gone, the last of it.
        heartbeat, created, started, ended: moments, ISO 8601.
        failure: why it failed, where it was no refusal: a key of `FAILURES` of the status, which words it.
        message: of a refusal, its own sentence; older programs wrote one for every failure.
        phase: what it is doing, as `training.run.progress` names it.
        step, steps: of the phase.
        epoch, epochs: of the training, from 0.
        eta_seconds: until the phase is done.
        whole: how much of all phases is done, 0..1, and `left_seconds` until the end; None where nothing is expected.
        metrics: the newest figures by name.
        data: the data folder, and `labels` the table of labels.
        classes: what other names of classes mean.
        preset, init, phases: of the recipe; phases are (side in pixels, epochs).
        gate: the margins that were set before it, by name.
        active: the version that was active then.
        note, by: what whoever asked for it wants to remember, and who that is.
    """

    status: str
    heartbeat: str | None = None
    created: str | None = None
    started: str | None = None
    ended: str | None = None
    failure: str | None = None
    message: str | None = None
    phase: str = "starting"
    step: int | None = None
    steps: int | None = None
    epoch: int | None = None
    epochs: int | None = None
    eta_seconds: float | None = None
    whole: float | None = None
    left_seconds: float | None = None
    metrics: dict[str, float | None] = field(default_factory=dict)
    data: str | None = None
    labels: str | None = None
    classes: dict[str, str] = field(default_factory=dict)
    preset: str | None = None
    init: str | None = None
    phases: tuple[tuple[int, int], ...] = ()
    gate: dict[str, float] = field(default_factory=dict)
    active: str | None = None
    note: str | None = None
    by: str | None = None

    @property
    def begun(self) -> str:
        """When it was asked for, or else when it began; "" where it says neither."""
        return self.created or self.started or ""
