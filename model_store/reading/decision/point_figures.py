"""How well does a version decide at any point? Its scores of films, as a card keeps them, give the figures."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.decision.proportions import two_by_two

KEPT = 4000
"""Films whose scores a card keeps at most; where there were more, evenly spaced ones of each class."""

DIGITS = 4


@dataclass(frozen=True, eq=False)
class Scores:
    """What a version said of films whose label is known.

    Attributes:
        targets: (n,), int64, 1 for PNEUMONIA and 0 for NORMAL; both are there.
        probabilities: (n,), float64 in 0..1, of pneumonia.
        refused: (m,), int64, the targets of films that were refused, each of which counts as decided wrongly.

    Raises:
        ValueError: these are not such scores.
    """

    targets: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    refused: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        if self.targets.shape != self.probabilities.shape or set(self.targets.tolist()) != {0, 1}:
            raise ValueError("scores need one target for each probability, and films of both classes")
        if not np.all((self.probabilities >= 0) & (self.probabilities <= 1)):
            raise ValueError("a score is no probability")

    @classmethod
    def from_json(cls, content: Any) -> "Scores":
        """Read scores as a card holds them; raises ValueError."""
        try:
            probabilities = np.array([float(each) for each in content["probabilities"]], np.float64)
            return cls(_digits(content["targets"]), probabilities, _digits(content.get("refused", "")))
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError("the scores of a card are damaged") from error

    def as_json(self) -> dict[str, Any]:
        """Return the scores as a card holds them: `targets` and `refused` as a digit a film, rounded `probabilities`.

        They are in order of class and probability, so that no place in a folder tells whose they are.
        """
        order = np.lexsort((self.probabilities, self.targets))
        if len(order) > KEPT:
            order = order[np.linspace(0, len(order) - 1, KEPT).round().astype(int)]
        refused = {"refused": _text(np.sort(self.refused))} if len(self.refused) else {}
        rounded = [round(float(each), DIGITS) for each in self.probabilities[order]]
        return {"targets": _text(self.targets[order]), "probabilities": rounded, **refused}

    def at(self, point: float) -> dict[str, Any]:
        """Return the figures of `two_by_two` where pneumonia is suspected from this probability on, and `n`."""
        suspected, ill = self.probabilities >= point, self.targets == 1
        counts = two_by_two(
            tn=int((~suspected & ~ill).sum()),
            fp=int((suspected & ~ill).sum()) + int((self.refused == 0).sum()),
            fn=int((~suspected & ill).sum()) + int((self.refused == 1).sum()),
            tp=int((suspected & ill).sum()),
        )
        return {"n": len(self.targets) + len(self.refused), **counts}


def _digits(text: str) -> NDArray[np.int64]:
    if set(text) - {"0", "1"}:
        raise ValueError("a target is neither 0 nor 1")
    return np.array([int(each) for each in text], np.int64)


def _text(targets: NDArray[np.int64]) -> str:
    return "".join(map(str, targets.tolist()))
