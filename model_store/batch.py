"""What does a version say of each file below these paths? The reader without a screen, one answer a file."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from model_store.classifier import Classifier
from model_store.decoding import decode
from model_store.dicom_export import export_dicom
from model_store.dicom_result import DicomResult, without_age
from model_store.film_files import FilmFile, files_in, look_into
from model_store.overlay import render_screen, to_png
from model_store.path_files import sources
from model_store.preprocessing import to_film
from model_store.quality import FilmRefused, QualityReport, Reason, Verdict
from model_store.radiograph import MAX_BYTES, Radiograph, UnreadableImage
from model_store.results import Reading
from model_store.study import places
from model_store.writing import room_for, write_atomically


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
        operating_point: of the version.
        version: its name.
        seconds: from opening the file to the answer.
        weights_sha256: of the version.
        temperature: of the version, by which its logits are divided.
        gate: what the gate says: "read", "warn" or "refuse".
        reasons: why, each with its name and its sentence; refusals first.
        in_lung: share of the map inside the lungs, and the one that chance would give, 0..1; None where there is none.
        zones: of the lungs that hold the map, most first, as "right upper" (the patient's right).
        source_format: "PNG", "JPEG" or "DICOM"; None for what cannot be read.
        transfer_syntax: how a DICOM file stores its pixels; None for other files.
        window: in which of several windows of a DICOM file the film was seen; None where there is no choice.
        warnings: the sentence of each warning of the gate.
        choice: which image of its study this is and why it was picked; None where nothing was picked.
    """

    path: str
    sha256: str | None
    status: str
    reason: str | None
    probability: float | None
    suspected: bool | None
    operating_point: float
    version: str
    seconds: float
    weights_sha256: str
    temperature: float
    gate: Verdict
    reasons: list[dict[str, str]]
    in_lung: dict[str, float] | None
    zones: list[str]
    source_format: str | None
    transfer_syntax: str | None
    window: str | None
    warnings: list[str]
    choice: str | None

    def as_json(self) -> str:
        """Return the answer as one line of JSON."""
        return json.dumps(asdict(self))

    def as_line(self) -> str:
        """Return the answer as one line for a person."""
        # A file's name may hold a line break, and one file is one line.
        name, choice = self.path.encode("unicode_escape").decode(), [self.choice] if self.choice else []
        if self.probability is None:
            return " ".join([f"{name}: refused: {self.reason}", *choice])
        word = "suspected" if self.suspected else "not suspected"
        line = f"{name}: pneumonia {word}, probability {self.probability:.3f} ({self.version}, {self.seconds:.2f} s)"
        warnings = [f"Warning: {reason['sentence']}" for reason in self.reasons]
        return " ".join([line, *choice, *warnings])


@dataclass(frozen=True)
class Output:
    """Where pictures go; None for none.

    Attributes:
        heatmaps: folder for `<sha256>.png`, 8-bit grey at the film's own size, 255 where the map is greatest.
        overlays: folder for `<sha256>.png`, the picture that the screen shows.
        dicom: folder for `<sha256>-picture.dcm` and `<sha256>-report.dcm`, that picture as a Secondary Capture and the
            figures as a Structured Report, without the patient.
    """

    heatmaps: Path | None = None
    overlays: Path | None = None
    dicom: Path | None = None

    def write(self, data: bytes, radiograph: Radiograph, reading: Reading, temperature: float) -> None:
        """Write what was asked for of one reading.

        Args:
            data: of the film's file.
            radiograph: the film.
            reading: what was found on it.
            temperature: of the version that read it.

        Raises:
            OSError: a folder cannot be written, or there is no room; no file is left that is not whole.
        """
        explanation = reading.explanation
        if self.heatmaps:
            laid = to_film(explanation.heatmap, explanation.crop, radiograph.pixels.shape)
            _save(to_png(np.rint(laid * 255).astype(np.uint8)), self.heatmaps / f"{radiograph.sha256}.png")
        if self.overlays:
            _save(to_png(render_screen(radiograph, explanation)), self.overlays / f"{radiograph.sha256}.png")
        if self.dicom:
            source = data if radiograph.source_format == "DICOM" else None
            said = without_age(reading).quality.warnings
            warnings = tuple(f"Warning: {reason.sentence}" for reason in said)
            result = DicomResult(reading, explanation, temperature, radiograph.source_format, warnings)
            files = export_dicom(render_screen(radiograph, explanation), result, source)
            _save(files.secondary_capture, self.dicom / f"{radiograph.sha256}-picture.dcm")
            _save(files.structured_report, self.dicom / f"{radiograph.sha256}-report.dcm")


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


def _answer(film: FilmFile, choice: str | None, classifier: Classifier, output: Output) -> Answer:
    """Read one film; whatever is wrong with it is an answer, never an error."""
    started = time.perf_counter()
    reading, radiograph, data = None, None, None
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
        output.write(data, radiograph, reading, classifier.card.temperature)
    prediction = reading.prediction if reading else None
    evidence = reading.explanation.evidence if reading else None
    return Answer(
        path=film.name,
        sha256=hashlib.sha256(data).hexdigest() if data is not None and len(data) <= MAX_BYTES else None,
        status="read" if reading else "refused",
        reason=None if reading else report.refusals[0].sentence,
        probability=prediction.probability if prediction else None,
        suspected=prediction.suspected if prediction else None,
        operating_point=classifier.card.operating_point,
        version=classifier.card.version,
        seconds=round(time.perf_counter() - started, 4),
        weights_sha256=classifier.card.weights_sha256,
        temperature=classifier.card.temperature,
        gate=report.verdict,
        reasons=[{"name": reason.name, "sentence": reason.sentence} for reason in report.reasons],
        in_lung={"share": evidence.in_lung, "chance": evidence.chance} if evidence else None,
        zones=list(evidence.zones) if evidence else [],
        source_format=radiograph.source_format if radiograph else None,
        transfer_syntax=radiograph.transfer_syntax if radiograph else None,
        window=(radiograph.window_name or None) if radiograph else None,
        warnings=[reason.sentence for reason in report.warnings],
        choice=choice,
    )


def _save(data: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with room_for(path.parent, len(data)):
        write_atomically(path, data)
