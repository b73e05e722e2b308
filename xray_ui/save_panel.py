"""How does a reader keep a result? As a picture, or as DICOM for an archive; both are made when they are asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from model_store.dicom_export import HOW_TO_INSTALL, export_dicom, is_available, to_zip, why_not_kept
from model_store.dicom_result import DicomResult, without_age
from model_store.overlay import Picture, View, to_png
from model_store.radiograph import Radiograph
from model_store.registry import Version
from model_store.results import Explanation, Reading
from xray_ui import evidence_panel, gate_wording, overruling, state, wording
from xray_ui.cases import Case, case_of
from xray_ui.errors import without_details
from xray_ui.sheet import Words, render_sheet

PICTURE, DICOM = "Save picture", "Save as DICOM"
DICOM_HELP = (
    "For an archive: a ZIP with two DICOM files, the picture as a Secondary Capture and the figures as a Structured "
    "Report."
)
KEEP_PATIENT = "Keep the patient's identity"
KEPT_WARNING = "Both files name the patient; give them only to those who may know who it is."
NOT_KEPT = "Neither file names the patient. What is written into the film itself stays in the picture."
YOUR_REASON = "The reason that you typed goes into both files; please make sure that it names nobody."


@dataclass(frozen=True)
class Result:
    """A result as it is on the screen; kept in whole, since a file is made when the session can no longer be asked.

    Attributes:
        data: of the film's file.
        radiograph: the film, as it was read.
        reading: what was found on it.
        version: which read it.
        explanation: the map that is shown.
        view: how it is shown.
    """

    data: bytes
    radiograph: Radiograph
    reading: Reading
    version: Version
    explanation: Explanation
    view: View

    @property
    def case(self) -> Case:
        """What the reader's decisions are kept under."""
        return case_of(self.radiograph.identity, self.version)


def show(data: bytes, radiograph: Radiograph, reading: Reading, version: Version, view: View) -> None:
    """Offer to save a result.

    Args:
        data: of the film's file.
        radiograph: the film, as it was read.
        reading: what was found on it.
        version: which read it.
        view: what the reader has chosen to see.
    """
    result = Result(data, radiograph, reading, version, state.chosen_explanation(reading), view)
    words = _words(result)
    with st.popover("Save", icon=":material/download:", key="save"), st.container(width=420):
        st.download_button(
            PICTURE,
            data=without_details(lambda: to_png(render_sheet(radiograph, result.explanation, view, words))),
            file_name=f"reading-{reading.sha256[:12]}.png",
            mime="image/png",
            on_click="ignore",
            icon=":material/image:",
        )
        st.caption(DICOM_HELP)
        if is_available():
            _offer_dicom(result)
        else:
            st.caption(wording.literal(HOW_TO_INSTALL))


def _offer_dicom(result: Result) -> None:
    source = result.data if result.radiograph.source_format == "DICOM" else None
    keep_patient = source is not None and st.toggle(KEEP_PATIENT, key=f"keep-patient-{result.case.key}")
    if keep_patient:
        st.warning(KEPT_WARNING, icon=":material/person_alert:")
    else:
        st.caption(f"{NOT_KEPT} {YOUR_REASON}" if result.reading.overruled else NOT_KEPT)
    if keep_patient and source is not None and (problem := why_not_kept(source)):
        st.error(wording.literal(problem), icon=":material/block:")
        return
    is_named = source is None or keep_patient
    told = result if is_named else replace(result, reading=without_age(result.reading))
    words = replace(_words(told), details=_details(told, with_image=is_named))
    # The map belongs to what is filed, whatever is on the screen.
    view = result.view if result.view.layout == "overlay" else replace(result.view, layout="side by side")
    render = partial(render_sheet, result.radiograph, result.explanation, view, words)
    st.download_button(
        DICOM,
        data=without_details(partial(_export, render, _dicom_result(told, words), source, keep_patient=keep_patient)),
        file_name=f"result-{'with' if keep_patient else 'without'}-patient.zip",
        mime="application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
    )


def _export(render: Callable[[], Picture], result: DicomResult, source: bytes | None, *, keep_patient: bool) -> bytes:
    return to_zip(export_dicom(render(), result, source, keep_patient=keep_patient))


def _dicom_result(result: Result, words: Words) -> DicomResult:
    film = result.radiograph
    seen = [gate_wording.correction_sentence(film.turn, is_inverted=film.is_inverted)] if film.stored else []
    return DicomResult(
        reading=result.reading,
        explanation=result.explanation,
        temperature=result.version.card.temperature,
        source_format=film.source_format,
        statements=(*seen, *words.notices, *words.findings),
    )


def _words(result: Result) -> Words:
    return Words(
        headline=wording.headline(result.reading),
        notices=gate_wording.notices(result.reading, overruling.overruled(result.case)),
        findings=evidence_panel.findings(result.explanation, result.case),
        details=_details(result),
    )


def _details(result: Result, *, with_image: bool = True) -> str:
    return wording.provenance(result.reading, result.version.card.temperature, with_image=with_image)
