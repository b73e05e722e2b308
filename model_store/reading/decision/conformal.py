"""Which classes cannot be excluded at a probability? Class-conditional conformal limits at a stated error rate."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

NORMAL, PNEUMONIA = "NORMAL", "PNEUMONIA"

ALPHA = 0.05
"""Share of the films of each class whose own class may be excluded."""

_WORDS = {
    (NORMAL,): "normal.",
    (PNEUMONIA,): "pneumonia.",
    (NORMAL, PNEUMONIA): "either is possible.",
    (): "neither, since such a probability is rare on films of both classes.",
}


@dataclass(frozen=True)
class ConformalLimits:
    """Up to and from which probabilities of pneumonia, 0..1, each class cannot be excluded.

    Attributes:
        alpha: share of the films of each class whose class is excluded, at most, in the mean over validation sets, on
            films that are like those of validation; above 0 and below 1.
        normal_up_to: the highest probability at which NORMAL cannot be excluded.
        pneumonia_from: the lowest at which PNEUMONIA cannot be excluded.

    Raises:
        ValueError: these are not such numbers.
    """

    alpha: float
    normal_up_to: float
    pneumonia_from: float

    def __post_init__(self) -> None:
        if not (0 < self.alpha < 1 and 0 <= self.normal_up_to <= 1 and 0 <= self.pneumonia_from <= 1):
            raise ValueError("the conformal limits are not between 0 and 1")

    @classmethod
    def from_json(cls, content: Any) -> "ConformalLimits":
        """Read the limits as a card holds them; raises ValueError."""
        try:
            limits = content["thresholds"]
            return cls(float(content["alpha"]), float(limits[NORMAL]), float(limits[PNEUMONIA]))
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError("the conformal limits are not an error rate and two thresholds") from error

    def as_json(self) -> dict[str, Any]:
        """Return the limits as a card holds them."""
        return {"alpha": self.alpha, "thresholds": {NORMAL: self.normal_up_to, PNEUMONIA: self.pneumonia_from}}

    def classes(self, probability: float) -> tuple[str, ...]:
        """Return the prediction set at a probability: the classes that cannot be excluded, NORMAL first."""
        admitted = {NORMAL: probability <= self.normal_up_to, PNEUMONIA: probability >= self.pneumonia_from}
        return tuple(label for label, is_admitted in admitted.items() if is_admitted)

    def sentence(self, probability: float) -> str:
        """Say the prediction set at a probability, with its error rate."""
        words = _WORDS[self.classes(probability)]
        return f"Second opinion by conformal prediction, at most {100 * self.alpha:g} % errors in each class: {words}"


def fit_conformal(targets: ArrayLike, probabilities: ArrayLike, *, alpha: float = ALPHA) -> ConformalLimits:
    """Fit the limits on films that the network did not learn from.

    Split-conformal prediction, conditional on the class (Mondrian): Vovk 2012, arXiv 1209.2673; Angelopoulos & Bates
    2021, arXiv 2107.07511, section 4.3. How unlike a class a film is, is 1 less the probability of that class; with n
    films of the class, the limit is the ceil((n + 1)(1 - alpha))-th smallest of these. Where there are too few for that
    (below 1 / alpha - 1), the class is never excluded.

    Args:
        targets: (n,), 1 for PNEUMONIA and 0 for NORMAL.
        probabilities: (n,), of pneumonia, 0..1.
        alpha: the error rate, above 0 and below 1.
    """
    positive, probability = np.asarray(targets) == 1, np.asarray(probabilities, np.float64)
    return ConformalLimits(
        alpha=alpha,
        normal_up_to=_farthest(np.sort(probability[~positive]), alpha, otherwise=1.0),
        pneumonia_from=_farthest(np.sort(probability[positive])[::-1], alpha, otherwise=0.0),
    )


def _farthest(ordered: NDArray[np.float64], alpha: float, *, otherwise: float) -> float:
    """Return the probability of the film that is as unlike its class as one may be; the films come likest first."""
    # The small summand lets a product such as 20 * 0.05 be 1, whatever floats make of it.
    rank = len(ordered) + 1 - math.floor((len(ordered) + 1) * alpha + 1e-9)
    return float(ordered[rank - 1]) if rank <= len(ordered) else otherwise
