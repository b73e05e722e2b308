"""What does a version know of itself? Its card, by which it decides."""

import hashlib
import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from model_store.errors import ModelCorrupted
from model_store.reading.decision.calibration import Calibration
from model_store.reading.decision.conformal import ConformalLimits
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.familiarity import Familiarity
from model_store.reading.network import POOLED

DECIDES = (
    *("preparation", "lungs_sha256", "network", "target_layer", "operating_points", "conformal"),
    *("familiarity", "lung_cells", "in_lung", "heatmap_full"),
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

    @property
    def network(self) -> str:
        """The kind of its network, as `build_network` takes it; cards of before there were two do not name it."""
        return str(self.content.get("network", POOLED))

    @property
    def heatmap_full(self) -> float | None:
        """The logit of a cell at which its heatmap is full, for all films; None where each has a scale of its own."""
        return _number(self.content.get("heatmap_full"))

    @property
    def least_lung(self) -> float | None:
        """The sum of the lungs' cells below which no validation film was; None where the card does not know."""
        return _number(_part(self.content, "lung_cells").get("least"))

    @property
    def points(self) -> OperatingPoints | None:
        """The three operating points; None for a card of before there were three. Raises ModelCorrupted."""
        content = self.content.get("operating_points")
        if content is None:
            return None
        try:
            points = OperatingPoints.from_json(content)
        except ValueError as error:
            raise ModelCorrupted(f"The card of version {self.version} is damaged: {error}.") from error
        if points.balanced != self.operating_point:
            raise ModelCorrupted(f"The card of version {self.version} names two balanced operating points.")
        return points

    @property
    def conformal(self) -> ConformalLimits | None:
        """The conformal limits; None for a card of before there were any. Raises ModelCorrupted."""
        content = self.content.get("conformal")
        if content is None:
            return None
        try:
            return ConformalLimits.from_json(content)
        except ValueError as error:
            raise ModelCorrupted(f"The card of version {self.version} is damaged: {error}.") from error


def _part(content: dict[str, Any], key: str) -> dict[str, Any]:
    part = content.get(key)
    return part if isinstance(part, dict) else {}


def _number(value: object) -> float | None:
    """Return a figure of a card; None where there is none, and NaN where it is something else."""
    if value is None:
        return None
    try:
        return float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        return math.nan


def familiarity_of(card: ModelCard) -> Familiarity | None:
    """Return what a version knows; None where its card does not say. Raises ModelCorrupted."""
    content = card.content.get("familiarity")
    if content is None:
        return None
    try:
        return Familiarity.from_json(content)
    except ValueError as error:
        raise ModelCorrupted(f"The card of version {card.version} is damaged: {error}.") from error
