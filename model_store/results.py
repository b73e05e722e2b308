"""What did one reading find? Immutable results that carry what they came from."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model_store.lungs import LungFields
from model_store.quality import QualityReport

GRAD_CAM = "Grad-CAM"
HIRES_CAM = "HiResCAM"


@dataclass(frozen=True)
class Prediction:
    """The probability of pneumonia and the decision at the version's operating point.

    Attributes:
        logit: the network's output, before the temperature.
        probability: of pneumonia, 0..1, after the temperature.
        operating_point: the probability from which pneumonia is suspected, 0..1.
    """

    logit: float
    probability: float
    operating_point: float

    @property
    def suspected(self) -> bool:
        """True where the probability reaches the operating point."""
        return self.probability >= self.operating_point


@dataclass(frozen=True)
class Evidence:
    """Where in the lungs a map lies.

    Attributes:
        in_lung: share of the map's energy inside the lungs, 0..1.
        chance: the share that an even map over the crop would have, 0..1.
        zones: which zones hold the evidence, as "right upper" (the patient's right), most first; empty where it is
            spread too widely to name any.
    """

    in_lung: float
    chance: float
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where the network looked.

    Attributes:
        heatmap: (rows, columns), float32 in 0..1 over the crop; its greatest value is 1, or 0 where nothing spoke
            for pneumonia.
        crop: left, top, right, bottom of the part that was seen, as fractions 0..1 of the film's sides.
        lungs: the outlined lungs on the reduced film; None where none were found and the film was read all the same.
        method: by which the map was made.
        evidence: where in the lungs it lies; None for an empty map, or without lungs.
    """

    heatmap: NDArray[np.float32]
    crop: tuple[float, float, float, float]
    lungs: LungFields | None
    method: str = GRAD_CAM
    evidence: Evidence | None = None

    @property
    def is_empty(self) -> bool:
        """True where no part of the film spoke for pneumonia."""
        return not self.heatmap.any()


@dataclass(frozen=True)
class DeletionTest:
    """What becomes of the probability without what a map highlights, against other parts of the lungs.

    Attributes:
        before: probability of the film as it is, 0..1.
        highlighted: with the highlighted region blurred.
        random_mean: mean with another region of the lungs blurred that is as large.
        random_low: smallest of these.
        random_high: greatest of these.
        regions: how many other regions there were.
        area: of each region, as a share of the lungs, 0..1.
    """

    before: float
    highlighted: float
    random_mean: float
    random_low: float
    random_high: float
    regions: int
    area: float


@dataclass(frozen=True, eq=False)
class Reading:
    """One radiograph as one version read it.

    Attributes:
        sha256: of the file's bytes.
        version: name of the model.
        weights_sha256: of the model's weights.
        prediction: probability and decision.
        explanations: where the network looked, by each method for which there is a map; the first is the one to show.
        seconds: from the decoded radiograph to both.
        quality: what the gate said of the film; its warnings belong above the result.
        overruled: what the clinician typed to have a film read that the gate takes for no chest; None for none.
        turn: quarter turns clockwise by which the film was turned before it was read, 0..3.
        is_inverted: whether its black and white were exchanged.
        window: the window it was seen in; "" where its file offers no choice.
    """

    sha256: str
    version: str
    weights_sha256: str
    prediction: Prediction
    explanations: tuple[Explanation, ...]
    seconds: float
    quality: QualityReport = field(default_factory=QualityReport)
    overruled: str | None = None
    turn: int = 0
    is_inverted: bool = False
    window: str = ""

    @property
    def explanation(self) -> Explanation:
        """The explanation to show unless the clinician chooses another."""
        return self.explanations[0]
