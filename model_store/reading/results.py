"""What did one reading find? Immutable results that carry what they came from."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model_store.film.header.sides import UNSTATED, Sides
from model_store.reading.decision.conformal import ConformalLimits
from model_store.reading.decision.operating_points import OperatingPoints, ThreeWay
from model_store.reading.film_check.verdict import QualityReport
from model_store.reading.lungs.fields import LungFields

GRAD_CAM = "Grad-CAM"
"""At the head's hidden layer, where it is each cell's own part in the logit; of a pooled network at its last map."""

LAST_MAP = "Grad-CAM at post_relu"
"""At the last feature map of the backbone, as tutorials have it."""


@dataclass(frozen=True)
class Prediction:
    """The probability of pneumonia and what is answered at it.

    Attributes:
        logit: the network's output, before it is calibrated.
        probability: of pneumonia, 0..1, calibrated.
        operating_point: the balanced point, the probability from which pneumonia is suspected, 0..1.
        points: rule-out, balanced and rule-in; None for a version that has the balanced one alone.
        conformal: which classes cannot be excluded; None for a version that does not say.
    """

    logit: float
    probability: float
    operating_point: float
    points: OperatingPoints | None = None
    conformal: ConformalLimits | None = None

    @property
    def suspected(self) -> bool:
        """True where the probability reaches the balanced point."""
        return self.probability >= self.operating_point

    @property
    def answer(self) -> ThreeWay:
        """What is said of the film: of three answers where the version has three points, otherwise of two."""
        if self.points is not None:
            return self.points.answer(self.probability)
        return "suspected" if self.suspected else "not suspected"

    @property
    def second_opinion(self) -> str:
        """What the conformal limits say where the points are not sure, as a sentence; "" where there is none."""
        if self.answer != "not sure" or self.conformal is None:
            return ""
        return self.conformal.sentence(self.probability)


@dataclass(frozen=True)
class Evidence:
    """Where in the lungs a map lies.

    Attributes:
        in_lung: share of the map's energy inside the lungs, 0..1.
        chance: the share that an even map over the crop would have, 0..1.
        zones: which zones hold the evidence, as "right upper" (the patient's right), or "picture left upper" where the
            sides are not stated, most first; empty where it is spread too widely to name any.
        sides: of the patient, at the left and at the right of the picture.
        hottest: the zone in which the map is brightest; "" where that lies beside the lungs.
    """

    in_lung: float
    chance: float
    zones: tuple[str, ...] = ()
    sides: Sides = UNSTATED
    hottest: str = ""


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where the network looked.

    Attributes:
        heatmap: (rows, columns), float32 in 0..1 over the crop, the first and last cells on its edges; all zero where
            nothing spoke for pneumonia. 1 is the logit `full`. Where there is none it is the map's own peak, but on a
            film below the operating point, where that is less than half as bright.
        crop: left, top, right, bottom of the part that was seen, as fractions 0..1 of the film's sides.
        lungs: the outlined lungs on the reduced film; None where none were found and the film was read all the same.
        method: by which the map was made.
        evidence: where in the lungs it lies; None for an empty map, or without lungs.
        cells: (rows, columns), float32, the logit of each cell, less what it is on normal films where the version
            knows that, times how far it is lung: for pneumonia above 0 and against it below; None where the network
            does not answer cell by cell, and for any method but Grad-CAM.
        against: (rows, columns), float32 in 0..1, what of the cells speaks against pneumonia, on the heatmap's scale;
            None without cells.
        full: the logit of a cell that is 1, the same for all films of a version; None where it is each map's own peak.
        above_normal: whether cells show what is above normal films at the same place, and not their logits as they are.
    """

    heatmap: NDArray[np.float32]
    crop: tuple[float, float, float, float]
    lungs: LungFields | None
    method: str = GRAD_CAM
    evidence: Evidence | None = None
    cells: NDArray[np.float32] | None = None
    against: NDArray[np.float32] | None = None
    full: float | None = None
    above_normal: bool = False

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
        area: of each region, as a share of the lungs, or of all that was read where it lies beside them, 0..1.
        in_lungs: whether the regions lie in the lungs.
    """

    before: float
    highlighted: float
    random_mean: float
    random_low: float
    random_high: float
    regions: int
    area: float
    in_lungs: bool = True


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
        quality: what the film check said of the film; its warnings belong above the result.
        overruled: what the clinician typed to have a film read that the film check takes for no chest; None for none.
        turn: quarter turns clockwise by which the film was turned before it was read, 0..3.
        is_inverted: whether its black and white were exchanged.
        is_mirrored: whether its left and right were exchanged, once it was turned.
        window: the window it was seen in; "" where its file offers no choice.
        is_age_stated: whether the file says the patient's age; what is outside, or unclear, a warning says.
        against_gate: that the version was activated against its gate, as a sentence; "" where it was not.
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
    is_mirrored: bool = False
    window: str = ""
    is_age_stated: bool = True
    against_gate: str = ""

    @property
    def explanation(self) -> Explanation:
        """The explanation to show unless the clinician chooses another."""
        return self.explanations[0]
