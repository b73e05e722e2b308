"""What does a version say of each file below these paths? The reader without a screen, one answer a file."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from model_store.decoding.pool import decode
from model_store.disk.writing import room_for, write_atomically
from model_store.export.dicom.refusals import PatientNotKept
from model_store.export.table import FilmRow, by_urgency, cells, row_of, to_csv
from model_store.export.wording.map_sentences import is_folded
from model_store.export.written import Output
from model_store.film.refusals import MAX_BYTES, UnreadableImage
from model_store.reading.classifier import Classifier
from model_store.reading.decision.operating_points import ThreeWay
from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason, Verdict
from model_store.reading.results import Prediction
from model_store.sources.films import FilmFile, files_in, look_into
from model_store.sources.paths import sources
from model_store.sources.studies import places


@dataclass(frozen=True)
class Answer:
    """What is said of one file; the attributes are the keys of a line of `--json`.

    Attributes:
        path: as it was found; of a file in a ZIP "archive.zip/name".
        sha256: of the bytes; None where they cannot be read.
        status: "read" or "refused".
        reason: the sentence of a refusal; None for a reading.
        probability: of pneumonia, 0..1; None for a refusal.
        suspected: whether the probability reaches the operating point; None for a refusal.
        answer: "suspected", "not suspected", or "not sure" between the rule-out and the rule-in point of a version that
            has them; what the other outputs say. None for a refusal.
        operating_point: of the version, the balanced one.
        operating_points: all three by name; None for a version with the balanced one alone.
        conformal: the error rate `alpha` and the `set` of classes that cannot be excluded; None for a refusal, or for a
            version without limits.
        second_opinion: what that says, as a sentence; None where the answer is sure.
        version: its name.
        seconds: from opening the file to the answer.
        weights_sha256: of the version.
        calibration: of the version: `knee`, `at_knee`, `below` and `above`, as in its card.
        gate: what the gate says: "read", "warn" or "refuse".
        reasons: why, each with its name and its sentence; refusals first.
        in_lung: share of the map inside the lungs, and the one that chance would give, 0..1; None where there is none.
        zones: of the lungs that hold the map, most first, as "right upper" (the patient's right), or as "picture left
            upper" where the film does not state its sides; none below the operating point, or where the map is spread.
        hottest: the zone in which the map is brightest; None below the operating point, or where that is clear of the
            lungs.
        source_format: "PNG", "JPEG" or "DICOM"; None for what cannot be read.
        transfer_syntax: how a DICOM file stores its pixels; None for other files.
        window: in which of several windows of a DICOM file the film was seen; None where there is no choice.
        warnings: the sentence of each warning of the gate.
        choice: which image of its study this is and why it was picked; None where nothing was picked.
        not_filed: why there are no DICOM objects, though they were asked for; None where they are there, or were not.
        against_gate: that the version was activated against its gate, as a sentence; None where it was not.
        row: the same as a row of the table, which is no part of a line.
    """

    path: str
    sha256: str | None
    status: str
    reason: str | None
    probability: float | None
    suspected: bool | None
    answer: ThreeWay | None
    operating_point: float
    operating_points: dict[str, float] | None
    conformal: dict[str, Any] | None
    second_opinion: str | None
    version: str
    seconds: float
    weights_sha256: str
    calibration: dict[str, float]
    gate: Verdict
    reasons: list[dict[str, str]]
    in_lung: dict[str, float] | None
    zones: list[str]
    hottest: str | None
    source_format: str | None
    transfer_syntax: str | None
    window: str | None
    warnings: list[str]
    choice: str | None
    not_filed: str | None = None
    against_gate: str | None = None
    row: FilmRow | None = field(default=None, compare=False)

    def as_json(self) -> str:
        """Return the answer as one line of JSON."""
        said = asdict(replace(self, row=None))
        del said["row"]
        return json.dumps(said)

    def as_line(self) -> str:
        """Return the answer as one line for a person."""
        # A file's name may hold a line break, and one file is one line.
        name = self.path.encode("unicode_escape").decode()
        if self.probability is None:
            return " ".join([f"{name}: refused: {self.reason}", *filter(None, [self.choice])])
        said = "not sure whether it is pneumonia" if self.answer == "not sure" else f"pneumonia {self.answer}"
        line = f"{name}: {said}, probability {self.probability:.3f} ({self.version}, {self.seconds:.2f} s)"
        warnings = [f"Warning: {reason['sentence']}" for reason in self.reasons]
        rest = (self.second_opinion, self.choice, self.against_gate, *warnings, self.not_filed)
        return " ".join([line, *filter(None, rest)])


Picked = tuple[FilmFile, str]
"""A film, and which image of its study it is and why it was picked; "" where nothing was picked."""


def answer_all(paths: list[Path], classifier: Classifier, output: Output) -> Iterator[Answer]:
    """Yield an answer for every file at or below the paths, in their order, and for every file of each ZIP.

    Args:
        paths: files and folders; one that does not exist is answered for as refused.
        classifier: the version that reads.
        output: where pictures go.
    """
    return answer_films(((film, "") for source in sources(paths) for film in files_in(source)), classifier, output)


def frontal_films(paths: list[Path]) -> tuple[list[Picked], int]:
    """Pick the frontal image out of each study at or below the paths, ZIPs included.

    Returns:
        These and the films that stand alone, and how many files are left out since they are no films.
    """
    contents = look_into(list(sources(paths))).values()
    films = [film for each in contents for film in each.films]
    placed = places([film.image for film in films])
    chosen = [(films[position], place.sentence) for position, place in placed.items() if place.is_chosen]
    return chosen, sum(each.left_out for each in contents)


def answer_films(films: Iterable[Picked], classifier: Classifier, output: Output) -> Iterator[Answer]:
    """Yield an answer for each film, in their order."""
    for film, choice in films:
        yield _answer(film, choice or None, classifier, output)


@contextmanager
def table_in(file: Path | None) -> Iterator[Callable[[Answer], None]]:
    """Write a table of answers, the most urgent first, once the context ends well; else the file stays as it was.

    Args:
        file: where; None for nowhere.

    Yields:
        What takes an answer.

    Raises:
        OSError: the file cannot be written, which is found before anything is read where its folder is missing.
    """
    rows: list[tuple[str, FilmRow]] = []
    if file is not None and not file.absolute().parent.is_dir():
        raise FileNotFoundError(f"The folder of {file} is not there; please make it first.")
    yield lambda answer: rows.append((answer.path, answer.row)) if answer.row and file else None
    if file is not None:
        made = to_csv(cells(name, row) for name, row in by_urgency(rows, lambda named: named[1]))
        with room_for(file.parent, len(made)):
            write_atomically(file, made)


def _answer(film: FilmFile, choice: str | None, classifier: Classifier, output: Output) -> Answer:
    """Read one film; whatever is wrong with it is an answer, never an error."""
    started = time.perf_counter()
    reading, radiograph, data, not_filed = None, None, None, None
    try:
        data = film.read_bytes()
        radiograph = decode(data)
        reading = classifier.read(radiograph)
    except UnreadableImage as refusal:
        report = QualityReport((Reason(refusal.name, "refuse", str(refusal)),))
    except FilmRefused as refusal:
        report = refusal.report
    else:
        report = reading.quality
        try:
            output.write(data, radiograph, reading, classifier.card)
        except PatientNotKept as problem:
            not_filed = str(problem)
    prediction = reading.prediction if reading else None
    evidence = reading.explanation.evidence if reading else None
    placed = evidence if prediction and not is_folded(prediction) else None
    points = classifier.card.points
    sha256 = hashlib.sha256(data).hexdigest() if data is not None and len(data) <= MAX_BYTES else None
    return Answer(
        path=film.name,
        sha256=sha256,
        status="read" if reading else "refused",
        reason=None if reading else report.refusals[0].sentence,
        probability=prediction.probability if prediction else None,
        suspected=prediction.suspected if prediction else None,
        answer=prediction.answer if prediction else None,
        operating_point=classifier.card.operating_point,
        operating_points=points.as_json() if points else None,
        conformal=_conformal(prediction),
        second_opinion=(prediction.second_opinion or None) if prediction else None,
        version=classifier.card.version,
        seconds=round(time.perf_counter() - started, 4),
        weights_sha256=classifier.card.weights_sha256,
        calibration=classifier.card.calibration.as_json(),
        gate=report.verdict,
        reasons=[{"name": reason.name, "sentence": reason.sentence} for reason in report.reasons],
        in_lung={"share": evidence.in_lung, "chance": evidence.chance} if evidence else None,
        zones=list(placed.zones) if placed else [],
        hottest=(placed.hottest or None) if placed else None,
        source_format=radiograph.source_format if radiograph else None,
        transfer_syntax=radiograph.transfer_syntax if radiograph else None,
        window=(radiograph.window_name or None) if radiograph else None,
        warnings=[reason.sentence for reason in report.warnings],
        choice=choice,
        not_filed=not_filed,
        against_gate=(reading.against_gate or None) if reading else None,
        row=row_of(sha256 or "", radiograph, reading or report, classifier.card),
    )


def _conformal(prediction: Prediction | None) -> dict[str, Any] | None:
    if prediction is None or prediction.conformal is None:
        return None
    limits = prediction.conformal
    return {"alpha": limits.alpha, "set": list(limits.classes(prediction.probability))}
