"""May this film be read? The film check's verdict with its reasons, each in a sentence that says what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from model_store.basics.errors import UserError

Verdict = Literal["read", "warn", "refuse"]
Offer = Literal["", "turn", "invert", "mirror", "overrule"]

_ORDER: tuple[Verdict, ...] = ("refuse", "warn", "read")


@dataclass(frozen=True)
class Reason:
    """Why a film is not read, or only with a warning.

    Attributes:
        name: what is found, as programs know it, for example "rotated".
        verdict: "refuse" or "warn".
        sentence: what was found and what to do, for the clinician.
        offer: what the app can do about it: "turn", "invert" or "mirror" the film, "overrule" with a typed reason; ""
            for none.
    """

    name: str
    verdict: Verdict
    sentence: str
    offer: Offer = ""


@dataclass(frozen=True)
class QualityReport:
    """What the film check says of a film.

    Attributes:
        reasons: what was found, refusals first; empty where the film is read without a word.
        turn: quarter turns clockwise that would put the film upright, 0..3.
    """

    reasons: tuple[Reason, ...] = ()
    turn: int = 0

    @property
    def verdict(self) -> Verdict:
        """The most serious verdict of all reasons."""
        return min((reason.verdict for reason in self.reasons), key=_ORDER.index, default="read")

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The reasons for which the film is not read."""
        return tuple(reason for reason in self.reasons if reason.verdict == "refuse")

    @property
    def warnings(self) -> tuple[Reason, ...]:
        """The reasons that stand above a result."""
        return tuple(reason for reason in self.reasons if reason.verdict == "warn")

    def offers(self, offer: Offer) -> bool:
        """Return whether every refusal can be answered by this offer."""
        return bool(self.refusals) and all(reason.offer == offer for reason in self.refusals)

    def adding(self, reasons: Iterable[Reason]) -> "QualityReport":
        """Return the report with further reasons."""
        together = sorted((*self.reasons, *reasons), key=lambda reason: _ORDER.index(reason.verdict))
        return QualityReport(tuple(together), self.turn)


class FilmRefused(UserError, ValueError):
    """The film check does not let a film be read; the message is the sentence of the first reason.

    Attributes:
        report: all that the film check says.
    """

    def __init__(self, report: QualityReport) -> None:
        super().__init__(report.refusals[0].sentence)
        self.report = report
