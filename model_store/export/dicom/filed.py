"""How is a result filed, by whatever route? The sheet and the report of one film, from the screen or a command."""

from collections.abc import Iterable
from dataclasses import replace

from model_store.export.dicom.export import DicomFiles, export_dicom
from model_store.export.dicom.result import DicomResult
from model_store.export.picture import View, shrunk
from model_store.export.sheet import film_size, render_sheet
from model_store.export.wording import sentences
from model_store.export.wording.map_sentences import drawn_view, is_folded
from model_store.export.wording.words import is_named, without_age, words_of
from model_store.film.radiograph import Radiograph
from model_store.reading.card import ModelCard
from model_store.reading.results import Explanation, Reading


def file_result(
    data: bytes,
    radiograph: Radiograph,
    reading: Reading,
    explanation: Explanation,
    card: ModelCard,
    *,
    findings: Iterable[str],
    view: View | None = None,
    folded: bool | None = None,
    overruled: frozenset[str] = frozenset(),
    keep_patient: bool = False,
) -> DicomFiles:
    """Make the DICOM objects of a result: the sheet that the screen saves too, the report and the presentation.

    Args:
        data: of the film's file.
        radiograph: the film, as it was read.
        reading: what was found on it.
        explanation: the map that is shown.
        card: of the version.
        findings: what is said of the map and of the decision.
        view: how the clinician has it; None for what the screen shows at first. The map is on it unless it is folded.
        folded: whether the map is folded away; None for what the version's own operating point says.
        overruled: names of the warnings that the clinician has overruled.
        keep_patient: whether both objects go to the film's own patient and study; de-identified otherwise.

    Raises:
        PatientNotKept, ValueError: as `export_dicom`.
    """
    source = data if radiograph.source_format == "DICOM" else None
    keep_patient = keep_patient and source is not None  # Other films have no patient to go to.
    words = words_of(radiograph, reading, card, findings=findings, overruled=overruled, keep_patient=keep_patient)
    # The map belongs to what is filed, whatever is on the screen, but on a film that is not suspected.
    view, folded = view or View(), is_folded(reading.prediction) if folded is None else folded
    view = drawn_view(view if view.layout == "overlay" else replace(view, layout="side by side"), folded=folded)
    corrected = sentences.correction_sentence(
        radiograph.turn, is_inverted=radiograph.is_inverted, is_mirrored=radiograph.is_mirrored
    )
    result = DicomResult(
        reading=reading if is_named(radiograph, keep_patient=keep_patient) else without_age(reading),
        explanation=explanation,
        calibration=card.calibration,
        source_format=radiograph.source_format,
        film_size=film_size(shrunk(radiograph.pixels).shape),
        folded=folded,
        statements=(*([corrected] if radiograph.stored else []), *words.notices, *words.findings),
    )
    picture = render_sheet(radiograph, explanation, view, words)
    return export_dicom(picture, result, source, keep_patient=keep_patient)
