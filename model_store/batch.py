"""What does a version say of each file below these paths? The reader without a screen, one answer a file."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from model_store.classifier import Classifier
from model_store.dicom_export import export_dicom
from model_store.dicom_result import DicomResult, without_age
from model_store.overlay import render_screen
from model_store.preprocessing import to_film
from model_store.quality import FilmRefused, QualityReport, Reason, Verdict
from model_store.radiograph import MAX_BYTES, Radiograph, UnreadableImage, load_radiograph
from model_store.results import Reading
from model_store.weights import sha256_of


@dataclass(frozen=True)
class Answer:
    """What is said of one file; the attributes are the keys of a line of `--json`.

    Attributes:
        path: as it was found.
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
        warnings: the sentence of each warning of the gate.
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
    warnings: list[str]

    def as_json(self) -> str:
        """Return the answer as one line of JSON."""
        return json.dumps(asdict(self))

    def as_line(self) -> str:
        """Return the answer as one line for a person."""
        # A file's name may hold a line break, and one file is one line.
        name = self.path.encode("unicode_escape").decode()
        if self.probability is None:
            return f"{name}: refused: {self.reason}"
        word = "suspected" if self.suspected else "not suspected"
        line = f"{name}: pneumonia {word}, probability {self.probability:.3f} ({self.version}, {self.seconds:.2f} s)"
        return " ".join([line, *(f"Warning: {reason['sentence']}" for reason in self.reasons)])


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
        """
        explanation = reading.explanation
        if self.heatmaps:
            laid = to_film(explanation.heatmap, explanation.crop, radiograph.pixels.shape)
            _save(np.rint(laid * 255).astype(np.uint8), self.heatmaps / f"{radiograph.sha256}.png")
        if self.overlays:
            _save(render_screen(radiograph, explanation), self.overlays / f"{radiograph.sha256}.png")
        if self.dicom:
            source = data if radiograph.source_format == "DICOM" else None
            said = without_age(reading).quality.warnings
            warnings = tuple(f"Warning: {reason.sentence}" for reason in said)
            result = DicomResult(reading, explanation, temperature, radiograph.source_format, warnings)
            files = export_dicom(render_screen(radiograph, explanation), result, source)
            self.dicom.mkdir(parents=True, exist_ok=True)
            (self.dicom / f"{radiograph.sha256}-picture.dcm").write_bytes(files.secondary_capture)
            (self.dicom / f"{radiograph.sha256}-report.dcm").write_bytes(files.structured_report)


def answer_all(paths: list[Path], classifier: Classifier, output: Output) -> Iterator[Answer]:
    """Yield an answer for every file at or below the paths, in their order, folders walked to the bottom.

    Args:
        paths: files and folders; one that does not exist is answered for as refused.
        classifier: the version that reads.
        output: where pictures go.
    """
    for path in paths:
        for file in _files(path):
            yield answer(file, classifier, output)


def answer(path: Path, classifier: Classifier, output: Output) -> Answer:
    """Read one file; whatever is wrong with it is an answer, never an error."""
    started = time.perf_counter()
    reading, radiograph, sha256 = None, None, None
    try:
        data = _bytes_of(path)
        radiograph = load_radiograph(data)
        sha256 = radiograph.sha256
        reading = classifier.read(radiograph)
    except UnreadableImage as refusal:
        report = QualityReport((Reason(refusal.name, "refuse", str(refusal)),))
        sha256 = _hash_of(path)
    except FilmRefused as refusal:
        report = refusal.report
    else:
        report = reading.quality
        output.write(data, radiograph, reading, classifier.card.temperature)
    prediction = reading.prediction if reading else None
    evidence = reading.explanation.evidence if reading else None
    return Answer(
        path=os.fsencode(path).decode(errors="backslashreplace"),
        sha256=sha256,
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
        warnings=[reason.sentence for reason in report.warnings],
    )


def _files(path: Path) -> Iterator[Path]:
    if not _is_folder(path):
        yield path
        return
    unopened: list[Path] = []
    for folder, subfolders, names in os.walk(path, onerror=lambda error: unopened.append(Path(error.filename))):
        subfolders.sort()
        # A link to a folder is not followed, which could go in a ring; it is answered for like a file.
        linked = [name for name in subfolders if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in sorted([*names, *linked]))
    yield from unopened


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # A name too long, or below a folder that may not be entered.
        return False


def _bytes_of(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # Opening a pipe or a device could wait for ever.
            raise UnreadableImage(
                "This is not an ordinary file; please choose a radiograph in PNG, JPEG or DICOM format.", "not a file"
            )
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableImage(
            "This file is missing or may not be opened; please check its name and its permissions.", "missing"
        ) from error


def _hash_of(path: Path) -> str | None:
    try:
        return sha256_of(path) if path.is_file() else None
    except OSError:
        return None


def _save(pixels: np.ndarray, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "PNG")
