"""What does a version know of itself? Its card, by which it decides."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.basics.errors import ModelCorrupted
from model_store.basics.records import UnreadableRecord, read_record
from model_store.reading.card_record import CardRecord
from model_store.reading.decision.calibration import Calibration
from model_store.reading.decision.conformal import ConformalLimits
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.familiarity import Familiarity

DECIDES = (
    *("preparation", "lungs_sha256", "network", "target_layer", "operating_points", "conformal"),
    *("familiarity", "lung_cells", "in_lung", "heatmap_full", "heatmap_baseline"),
)
"""Entries of a card by which a version reads, beside weights, calibration and operating point: how a film is prepared,
what is answered, refused and warned of, and how a map is drawn. Everything else says where the version comes from."""


@dataclass(frozen=True)
class ModelCard:
    """What is known of one version.

    Attributes:
        version: its name.
        weights_sha256: of its weights file.
        calibration: from logits to probabilities, fitted on validation patients.
        operating_point: the balanced point, from which pneumonia is suspected, 0..1, fitted on validation patients.
        content: the whole card: data, recipe, figures, limits.
    """

    version: str
    weights_sha256: str
    calibration: Calibration
    operating_point: float
    content: dict[str, Any]

    @cached_property
    def identity(self) -> str:
        """What tells this version's readings from any other's: a SHA-256 over all by which it reads, not its name.

        Two versions with the same weights are two where they differ in calibration, operating points or limits; a copy
        under another name, or with further figures in its card, is the same.
        """
        reads = {
            "weights_sha256": self.weights_sha256,
            "calibration": self.calibration.as_json(),
            "operating_point": self.operating_point,
            **{key: self.content[key] for key in DECIDES if key in self.content},
        }
        return hashlib.sha256(json.dumps(reads, sort_keys=True).encode()).hexdigest()

    @cached_property
    def record(self) -> CardRecord:
        """What the card holds, by name and type; raises ModelCorrupted where an entry cannot be used."""
        own = {
            "version": self.version,
            "weights_sha256": self.weights_sha256,
            "operating_point": self.operating_point,
        }
        there = {name: entry for name, entry in self.content.items() if entry is not None}
        try:
            return read_record(CardRecord, there | own)
        except UnreadableRecord as error:
            raise ModelCorrupted(f"The card of version {self.version} is damaged: {error}.") from error

    @property
    def network(self) -> str:
        """The kind of its network, as `build_network` takes it; cards of before there were two do not name it."""
        return self.record.network

    @property
    def heatmap_full(self) -> float | None:
        """The logit of a cell at which its heatmap is full, for all films; None where each has a scale of its own."""
        return self.record.heatmap_full

    @property
    def heatmap_baseline(self) -> NDArray[np.float32] | None:
        """What each cell's logit is on normal films, (cells, cells); None where heatmaps show logits as they are."""
        baseline = self.record.heatmap_baseline
        return np.array(baseline, np.float32) if baseline else None

    @property
    def least_lung(self) -> float | None:
        """The sum of the lungs' cells below which no validation film was; None where the card does not know."""
        return self.record.lung_cells.least if self.record.lung_cells else None

    @property
    def points(self) -> OperatingPoints | None:
        """The three operating points; None for a card of before there were three."""
        return self.record.operating_points

    @property
    def conformal(self) -> ConformalLimits | None:
        """The conformal limits; None for a card of before there were any."""
        return self.record.conformal.limits() if self.record.conformal else None


def familiarity_of(card: ModelCard) -> Familiarity | None:
    """Return what a version knows; None where its card does not say. Raises ModelCorrupted."""
    try:
        content = card.record.familiarity
        return Familiarity.from_json(vars(content)) if content else None
    except ValueError as error:
        raise ModelCorrupted(f"The card of version {card.version} is damaged: {error}.") from error
