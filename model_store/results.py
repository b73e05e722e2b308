"""What did one reading find? Immutable results that carry what they came from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where the network looked.

    Attributes:
        heatmap: (7, 7), float32 in 0..1 over the crop; its greatest value is 1, or 0 where nothing spoke for
            pneumonia.
        crop: left, top, right, bottom of the part that was seen, as fractions 0..1 of the film's sides.
        lungs: (224, 224), bool, the outlined lungs on the reduced film.
    """

    heatmap: NDArray[np.float32]
    crop: tuple[float, float, float, float]
    lungs: NDArray[np.bool_]

    @property
    def is_empty(self) -> bool:
        """True where no part of the film spoke for pneumonia."""
        return not self.heatmap.any()


@dataclass(frozen=True, eq=False)
class Reading:
    """One radiograph as one version read it.

    Attributes:
        sha256: of the file's bytes.
        version: name of the model.
        weights_sha256: of the model's weights.
        prediction: probability and decision.
        explanation: where the network looked.
        seconds: from the decoded radiograph to both.
    """

    sha256: str
    version: str
    weights_sha256: str
    prediction: Prediction
    explanation: Explanation
    seconds: float
