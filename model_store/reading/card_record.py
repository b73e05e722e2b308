"""By what does a version decide, and where does it come from? The entries of its card by which anything is done, typed.

What a card says beside them (figures, history, statements) is shown as it stands and decides nothing, and differs from
program to program: it stays a table, of which a part that does not fit is not shown.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any

from model_store.basics.records import Record, UnreadableRecord
from model_store.reading.decision.conformal import NORMAL, PNEUMONIA, ConformalLimits
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.network import CELLS, POOLED, TARGET_LAYER, cells_of

Figures = dict[str, Any]
Counts = dict[str, int]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME, _LONGEST_TEXT = 100, 10_000
FARTHEST = 1e6
"""Greatest distance, or logit of a cell, that a card may hold."""

_MOST_CELLS = 10_000
_LONGEST_TABLE, _DEEPEST = 100_000, 20


@dataclass(frozen=True, kw_only=True)
class ConformalRecord(Record):
    """The conformal limits, as `ConformalLimits.as_json` writes them."""

    alpha: float
    thresholds: dict[str, float]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.thresholds.keys() >= {NORMAL, PNEUMONIA}:
            raise UnreadableRecord("thresholds")
        self.limits()

    def limits(self) -> ConformalLimits:
        """Return the limits; raises ValueError where they are none."""
        return ConformalLimits(self.alpha, self.thresholds[NORMAL], self.thresholds[PNEUMONIA])


@dataclass(frozen=True, kw_only=True)
class FamiliarityRecord(Record):
    """What the version knows: distances, above 0, and the statistics as tensors in base 64."""

    warn_above: float
    refuse_above: float
    tensors: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.warn_above <= self.refuse_above <= FARTHEST:
            raise UnreadableRecord("refuse_above")


@dataclass(frozen=True, kw_only=True)
class LungCells(Record):
    """The sum of the lungs' cells below which no validation film was."""

    least: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.least <= _MOST_CELLS:
            raise UnreadableRecord("least")


@dataclass(frozen=True, kw_only=True)
class InLung(Record):
    """By method of heatmap, the share in the lungs below which one is unusual, 0..1."""

    limits: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(0 <= limit <= 1 for limit in self.limits.values()):
            raise UnreadableRecord("limits")


@dataclass(frozen=True, kw_only=True)
class Drawn(Record):
    """By what films were divided, as `training.prepared.own_films.Draw` has it."""

    validation_share: float
    seed: int
    hold_out: bool
    left_out: bool = True


@dataclass(frozen=True, kw_only=True)
class Data(Record):
    """The films of a training: their name and source, how many of each class and patient, and how they were divided."""

    name: str | None = None
    source: str | None = None
    training: Counts = field(default_factory=dict)
    validation: Counts = field(default_factory=dict)
    test: Counts = field(default_factory=dict)
    refused: int | None = None
    drawn: Drawn | None = None


@dataclass(frozen=True, kw_only=True)
class CardRecord(Record):
    """A card. What is not there is None, or empty; an entry of another name is passed over.

    Attributes:
        version: its name; `weights_sha256`, `lungs_sha256`, `learned_from_sha256`: of its files.
        operating_point: the balanced point, above 0 and below 1.
        network: the kind of its network; cards of before there were two name none.
        heatmap_full: the logit of a cell at which its heatmap is full, above 0.
        heatmap_baseline: rows of what the logit of each cell is on normal films, which its heatmap shows what is above.
        recipe: as `training.run.recipes.FitConfig` reads it.
        test_readings: how often the test split was read for it.
        created, imported: moments; `run`, `by`, `note`: of its training.
        recalibrated_from: the version that had these weights before.
    """

    version: str
    weights_sha256: str
    operating_point: float
    preparation: str | None = None
    lungs_sha256: str | None = None
    target_layer: str = TARGET_LAYER
    network: str = POOLED
    operating_points: OperatingPoints | None = None
    conformal: ConformalRecord | None = None
    familiarity: FamiliarityRecord | None = None
    lung_cells: LungCells | None = None
    in_lung: InLung = InLung()
    heatmap_full: float | None = None
    heatmap_baseline: list[list[float]] | None = None
    learned_from_sha256: str | None = None
    recipe: Figures = field(default_factory=dict)
    data: Data = Data()
    test_readings: int = 0
    created: str | None = None
    imported: str | None = None
    recalibrated_from: str | None = None
    run: str | None = None
    by: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        checks = {
            "version": 0 < len(self.version) <= _LONGEST_NAME,
            "operating_point": 0 < self.operating_point < 1,
            "network": self.network in (CELLS, POOLED),
            "heatmap_full": self.heatmap_full is None or 1e-6 < self.heatmap_full < FARTHEST,
            "heatmap_baseline": self.heatmap_baseline is None or _fits(self.heatmap_baseline, self.network),
            "test_readings": 0 <= self.test_readings < 1_000_000,
            "operating_points": self.operating_points is None or self.operating_points.balanced == self.operating_point,
        }
        for name in ("weights_sha256", "learned_from_sha256"):
            digest = getattr(self, name)
            checks[name] = digest is None or _SHA256.fullmatch(digest) is not None
        for name in ("created", "imported", "recalibrated_from", "run", "by", "note"):
            checks[name] = len(getattr(self, name) or "") <= _LONGEST_TEXT
        for name, holds in checks.items():
            if not holds:
                raise UnreadableRecord(name)


def _fits(baseline: list[list[float]], network: str) -> bool:
    cells = 0 if network == POOLED else cells_of(network)
    known = [value for row in baseline for value in row if abs(value) < FARTHEST]
    return [len(row) for row in baseline] == [cells] * cells and 0 < len(known) == cells**2


def unfit_figure(content: Any, *, levels: int = _DEEPEST) -> bool:
    """Return whether something in a card is not finite, too long, nested too deeply or no whole text."""
    if isinstance(content, float):
        return not math.isfinite(content)
    if isinstance(content, str):  # Half of a character, which JSON can hold, no screen can draw.
        return len(content) > 10 * _LONGEST_TABLE or re.search("[\ud800-\udfff]", content) is not None
    parts = [*content, *content.values()] if isinstance(content, dict) else content if isinstance(content, list) else []
    if not parts:
        return False
    return levels == 0 or len(parts) > _LONGEST_TABLE or any(unfit_figure(part, levels=levels - 1) for part in parts)
