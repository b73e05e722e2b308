"""How well does a version decide at any point? Its scores of films, as a card keeps them, give the figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model_store.reading.decision.proportions import two_by_two

KEPT = 4000
"""Films whose scores a card keeps at most; where there were more, evenly spaced ones of each class."""

DIGITS = 4

Films = Literal["test", "validation"]


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


@dataclass(frozen=True)
class PointFigures:
    """How well a version decides at one point.

    Attributes:
        films: on which films that was counted.
        values: of `two_by_two`: `sensitivity`, `specificity` and their likelihood ratios, with intervals under `_ci`;
            `n` films.
    """

    films: Films
    values: dict[str, Any]


def figures_at(card: Mapping[str, Any], point: float) -> PointFigures | None:
    """Return what a card knows of the decisions at a point, the same figures wherever they are shown.

    The stored figures of a point are exact and those from scores rounded, so the stored ones are taken where there are
    any; test films are taken before validation films, by which the points were chosen.

    Args:
        card: its content.
        point: probability from which pneumonia is suspected, 0..1.

    Returns:
        None where the card does not know.
    """
    test = _part(card, "test")
    if point == card.get("operating_point") and test.get("sensitivity") is not None:
        return PointFigures("test", dict(test))
    for stored in _part(test, "operating_points").values():
        if isinstance(stored, Mapping) and stored.get("point") == point:
            return PointFigures("test", dict(stored))
    kept: tuple[tuple[Films, object], ...] = (
        ("test", test.get("scores")),
        ("validation", card.get("validation_scores")),
    )
    for films, scores in kept:
        try:
            return PointFigures(films, Scores.from_json(scores).at(point))
        except ValueError:
            continue
    return None


def _part(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = content.get(key)
    return found if isinstance(found, Mapping) else {}


def _digits(text: str) -> NDArray[np.int64]:
    if set(text) - {"0", "1"}:
        raise ValueError("a target is neither 0 nor 1")
    return np.array([int(each) for each in text], np.int64)


def _text(targets: NDArray[np.int64]) -> str:
    return "".join(map(str, targets.tolist()))
