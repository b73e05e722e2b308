"""Whom does the film check let through? Validation patients, turned, inverted or mirrored too, and what is no chest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import UnreadableImage
from model_store.reading.classifier import Classifier
from model_store.reading.decision.proportions import wilson
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from training.data.labelled import LabelledImage
from training.run.progress import Progress

_PICTURES = (".png", ".jpg", ".jpeg")


@dataclass
class Verdicts:
    """What the film check said of the pictures of a group.

    Attributes:
        counts: of each verdict.
        reasons: how often each was found.
        let_through: names of the pictures that were not refused.
    """

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    let_through: list[str] = field(default_factory=list)

    def add(self, name: str, report: QualityReport) -> None:
        """Count a picture."""
        self.counts[report.verdict] += 1
        self.reasons.update(reason.name for reason in report.reasons)
        if report.verdict != "refuse":
            self.let_through.append(name)

    def as_json(self) -> dict[str, Any]:
        """Return the shares that were refused and warned of, with 95 % intervals (Wilson), and the reasons."""
        n = sum(self.counts.values())
        figures: dict[str, Any] = {"n": n}
        for name, verdict in (("refused", "refuse"), ("warned", "warn")):
            figures[name] = self.counts[verdict] / n if n else None
            figures[f"{name}_ci"] = list(wilson(self.counts[verdict], n))
        return figures | {"reasons": dict(self.reasons.most_common())}


def judge_gate(
    classifier: Classifier, films: list[LabelledImage], others: Path | None, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Show the film check films, turned, inverted and mirrored ones too, and pictures that are no frontal chests.

    Args:
        classifier: a version with its film check.
        films: of patients from whom neither the version nor the networks of the film check have learned.
        others: a folder of pictures; None for none.
        progress: where it is said how far it is.

    Returns:
        For each group what `Verdicts.as_json` says; "wrong turn" counts turned films that are refused, but for which
        another turn is offered than the one that puts them upright.
    """
    progress = progress or Progress()
    shown = ("upright", "turned by 90", "turned by 180", "turned by 270", "inverted", "mirrored")
    groups = {name: Verdicts() for name in shown}
    wrong_turn = 0
    for image in progress.track(films, "showing films to the check"):
        film = image.radiograph()
        groups["upright"].add(image.path.name, report_of(classifier, film))
        for turn, name in ((1, "turned by 90"), (2, "turned by 180"), (3, "turned by 270")):
            report = report_of(classifier, film.corrected(turn=turn))
            groups[name].add(image.path.name, report)
            wrong_turn += report.offers("turn") and (report.turn + turn) % 4 != 0
        groups["inverted"].add(image.path.name, report_of(classifier, film.corrected(invert=True)))
        groups["mirrored"].add(image.path.name, report_of(classifier, film.corrected(mirror=True)))
    result: dict[str, Any] = {name: verdicts.as_json() for name, verdicts in groups.items()}
    result["wrong turn"] = wrong_turn
    if others:
        result["others"] = _judge_others(classifier, others).as_json()
    return result


def report_of(classifier: Classifier, film: Radiograph) -> QualityReport:
    """Return all that film check and version say of a film, whether it is read or not."""
    try:
        return classifier.read(film).quality
    except FilmRefused as refusal:
        return refusal.report


def _judge_others(classifier: Classifier, folder: Path) -> Verdicts:
    verdicts = Verdicts()
    for path in _pictures(folder):
        try:
            film = load_radiograph(path.read_bytes())
        except UnreadableImage:  # Refused before the film check, which is as good.
            verdicts.counts["refuse"] += 1
            verdicts.reasons["unreadable"] += 1
            continue
        verdicts.add(path.name, report_of(classifier, film))
    return verdicts


def _pictures(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _PICTURES)
