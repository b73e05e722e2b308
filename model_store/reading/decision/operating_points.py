"""From which probability is pneumonia suspected? Three points, and what is answered between them."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

ThreeWay = Literal["suspected", "not suspected", "not sure"]

RULE_OUT_SENSITIVITY = RULE_IN_SPECIFICITY = 0.98

NAMES = {"rule_out": "rule-out", "balanced": "balanced", "rule_in": "rule-in"}
"""What the points are called, lowest first, by their keys in a card."""


@dataclass(frozen=True)
class OperatingPoints:
    """Three probabilities of pneumonia, above 0 and below 1, none below the one before; from each it is suspected.

    Attributes:
        rule_out: below it hardly any pneumonia lies (`RULE_OUT_SENSITIVITY`).
        balanced: where sensitivity and specificity are equal, or as near as films allow; the card's `operating_point`.
        rule_in: from it on hardly any normal film lies (`RULE_IN_SPECIFICITY`).

    Raises:
        ValueError: these are not such probabilities.
    """

    rule_out: float
    balanced: float
    rule_in: float

    def __post_init__(self) -> None:
        if not 0 < self.rule_out <= self.balanced <= self.rule_in < 1:
            raise ValueError("the operating points are not in order between 0 and 1")

    @classmethod
    def from_json(cls, content: Any) -> "OperatingPoints":
        """Read the points as a card holds them; raises ValueError."""
        try:
            return cls(**{name: float(content[name]) for name in NAMES})
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError("the operating points are not three numbers") from error

    def as_json(self) -> dict[str, float]:
        """Return the points as a card holds them."""
        return asdict(self)

    def answer(self, probability: float) -> ThreeWay:
        """Return what is answered at a probability, 0..1: not sure from rule-out on, suspected from rule-in on."""
        if probability >= self.rule_in:
            return "suspected"
        return "not suspected" if probability < self.rule_out else "not sure"

    def names_of(self, point: float) -> list[str]:
        """Return what a probability is called; several names where points fall together, none between them."""
        return [name for key, name in NAMES.items() if getattr(self, key) == point]
