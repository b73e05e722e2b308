"""Which probability follows from a logit? A line with one bend, fitted on validation patients."""

import math
from dataclasses import asdict, dataclass
from typing import Any

LEAST_SLOPE, GREATEST_SLOPE = 0.05, 20.0


@dataclass(frozen=True)
class Calibration:
    """A logit is moved and stretched, below its knee by another slope than above, and then is a log-odds.

    Linear splines in logistic recalibration: Harrell, Regression Modeling Strategies, 2nd ed., section 2.4.4. With one
    slope and no shift it is temperature scaling (Guo et al. 2017, arXiv 1706.04599), which versions of before had.

    Attributes:
        knee: the logit where the slopes meet.
        at_knee: the log-odds there.
        below, above: the slopes, `LEAST_SLOPE` to `GREATEST_SLOPE`, so that the order of films stays.

    Raises:
        ValueError: these are not such numbers.
    """

    knee: float
    at_knee: float
    below: float
    above: float

    def __post_init__(self) -> None:
        slopes = (self.below, self.above)
        if not all(math.isfinite(each) for each in (self.knee, self.at_knee, *slopes)):
            raise ValueError("the calibration is not four finite numbers")
        # Limits are written as 1 / T too, which may round to beyond them.
        if not all(LEAST_SLOPE * (1 - 1e-9) <= slope <= GREATEST_SLOPE * (1 + 1e-9) for slope in slopes):
            raise ValueError(f"a slope of the calibration is not within {LEAST_SLOPE} to {GREATEST_SLOPE:g}")

    @classmethod
    def by_temperature(cls, temperature: float) -> "Calibration":
        """Return temperature scaling; raises ValueError where 1 / temperature is no slope."""
        if not temperature > 0:
            raise ValueError("the temperature is not above 0")
        return cls(knee=0.0, at_knee=0.0, below=1 / temperature, above=1 / temperature)

    @classmethod
    def from_json(cls, content: Any) -> "Calibration":
        """Read the calibration of a card, or of another record that holds one; raises ValueError.

        Args:
            content: with `calibration`, or as records of before 2026-11-28 with `temperature`.
        """
        names = ("knee", "at_knee", "below", "above")
        try:
            is_old = "calibration" not in content
            found = [content["temperature"]] if is_old else [content["calibration"][key] for key in names]
            if any(isinstance(each, bool) or not isinstance(each, int | float) for each in found):
                raise TypeError("no number")
            numbers = [float(each) for each in found]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError("the calibration is not four numbers") from error
        return cls.by_temperature(*numbers) if is_old else cls(*numbers)

    def as_json(self) -> dict[str, float]:
        """Return the four numbers as a card holds them under `calibration`."""
        return asdict(self)

    def log_odds(self, logit: float) -> float:
        """Return the calibrated log-odds of pneumonia at a logit."""
        slope = self.below if logit < self.knee else self.above
        return self.at_knee + slope * (logit - self.knee)

    def probability(self, logit: float) -> float:
        """Return the probability of pneumonia, 0..1, at a logit of the network."""
        odds = self.log_odds(logit)
        return 1 / (1 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1 + math.exp(odds))

    def logit(self, probability: float) -> float:
        """Return the logit of the network at which a probability, above 0 and below 1, is given."""
        beyond = math.log(probability) - math.log1p(-probability) - self.at_knee
        return self.knee + beyond / (self.below if beyond < 0 else self.above)

    def __str__(self) -> str:
        """Say it in one line, as results name it."""
        moved = f"logit {-self.knee:+.3f}" if self.knee else "logit"
        moved = f"({moved})" if self.knee else moved
        shift = f"{self.at_knee:.3f} + " if self.at_knee else ""
        if self.below == self.above:
            return f"{shift}{self.above:.3f} x {moved}"
        return f"{shift}{moved} x {self.below:.3f} below, x {self.above:.3f} above"


def known_validation(known: int, films: int) -> str:
    """Say of how many validation films, by which a version's decisions are fitted, its first weights know."""
    return (
        f"The version to begin from has learned from {known} of the {films} films by which the operating "
        "point and the calibration are fitted; on films that are new to it both may be less apt."
    )
