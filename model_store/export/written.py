"""What is written of one reading without a screen? Pictures of it and DICOM objects, each whole or not there."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from model_store.disk.writing import room_for, write_atomically
from model_store.export.dicom.filed import file_result
from model_store.export.page.page import render_page
from model_store.export.page.pictures import Shown
from model_store.export.page.template import read_template
from model_store.export.picture import View, to_png
from model_store.export.sheet import render_sheet
from model_store.export.wording.map_sentences import drawn_view, is_folded
from model_store.export.wording.words import findings_of, words_of
from model_store.film.radiograph import Radiograph
from model_store.reading.card import ModelCard
from model_store.reading.preparation import to_film
from model_store.reading.results import Reading


@dataclass(frozen=True)
class Output:
    """Where pictures go; None for none.

    Attributes:
        heatmaps: folder for `<sha256>.png`, 8-bit grey at the film's own size, 255 where the map is greatest.
        overlays: folder for `<sha256>.png`, the film with its map and the result in words, as the app saves it; below
            the operating point the film alone.
        dicom: folder for `<sha256>-picture.dcm` and `<sha256>-report.dcm`, the sheet that the screen saves, as a
            Secondary Capture, and the figures as a Structured Report.
        pdf: folder for `<sha256>.pdf`, the page to hand on, under the clinic's head.
        keep_patient: whether these go to the film's own patient and study, with `<sha256>-outlines.dcm` for the film.
    """

    heatmaps: Path | None = None
    overlays: Path | None = None
    dicom: Path | None = None
    pdf: Path | None = None
    keep_patient: bool = False

    def write(self, data: bytes, radiograph: Radiograph, reading: Reading, card: ModelCard) -> None:
        """Write what was asked for of one reading.

        Args:
            data: of the film's file.
            radiograph: the film.
            reading: what was found on it.
            card: of the version that read it.

        Raises:
            OSError: a folder cannot be written, or there is no room; no file is left that is not whole.
            PatientNotKept: the patient is to be kept, and the film's file does not say whose it is; the pictures that
                were asked for are there.
        """
        explanation = reading.explanation
        findings = findings_of(reading, explanation, card)
        if self.heatmaps:
            laid = to_film(explanation.heatmap, explanation.crop, radiograph.pixels.shape)
            _save(to_png(np.rint(laid * 255).astype(np.uint8)), self.heatmaps / f"{radiograph.sha256}.png")
        if self.overlays:
            words = words_of(radiograph, reading, card, findings=findings, keep_patient=self.keep_patient)
            view = drawn_view(View(layout="overlay"), folded=is_folded(reading.prediction))
            sheet = render_sheet(radiograph, explanation, view, words)
            _save(to_png(sheet), self.overlays / f"{radiograph.sha256}.png")
        if self.dicom:
            files = file_result(
                *(data, radiograph, reading, explanation, card), findings=findings, keep_patient=self.keep_patient
            )
            for name, made in files.in_a_folder().items():
                _save(made, self.dicom / f"{radiograph.sha256}-{name}.dcm")
        if self.pdf:
            page = render_page(
                Shown(radiograph, reading, explanation),
                card,
                findings=findings,
                day=date.today(),
                template=read_template(),
                patient_of=data if self.keep_patient and radiograph.source_format == "DICOM" else None,
            )
            _save(page, self.pdf / f"{radiograph.sha256}.pdf")


def _save(data: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with room_for(path.parent, len(data)):
        write_atomically(path, data)
