"""How does a reader keep a result? As a picture, as DICOM or as a page; each is made when it is asked for."""

from functools import partial

import streamlit as st

from model_store.export.dicom.export import to_zip, why_not_kept
from model_store.export.dicom.filed import file_result
from model_store.export.picture import View, to_png
from model_store.export.sheet import render_sheet
from model_store.export.wording import point_sentences
from model_store.export.wording.words import findings_of, words_of
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Reading
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.errors import without_details
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import case_of
from xray_ui.reading.film import methods
from xray_ui.reading.result import evidence, folding, operating_point
from xray_ui.reading.saving import hand_on
from xray_ui.reading.saving.result import Result

PICTURE, DICOM = "Save picture", "Save as DICOM"
DICOM_HELP = (
    "For an archive: a ZIP of DICOM files, the picture as a Secondary Capture and the figures as a Structured Report; "
    "with the patient's identity also the outlines on the film itself, as a Presentation State."
)
KEEP_PATIENT = "Keep the patient's identity"
KEPT_WARNING = "The files name the patient; give them only to those who may know who it is."
NOT_KEPT = "None of the files names the patient. What is written into the film itself stays in the picture."
YOUR_REASON = "The reason that you typed goes into the files; please make sure that it names nobody."


def show(data: bytes, radiograph: Radiograph, reading: Reading, version: Version, view: View) -> None:
    """Offer to save a result.

    Args:
        data: of the film's file.
        radiograph: the film, as it was read.
        reading: what was found on it.
        version: which read it.
        view: what the reader has chosen to see.
    """
    case = case_of(radiograph.identity, version)
    folded, view = folding.is_folded(reading, case), folding.drawn_view(view, reading, case)
    result = Result(data, radiograph, reading, version, methods.chosen_explanation(reading), view, folded)
    words = words_of(
        *(radiograph, reading, version.card), findings=_findings(result), overruled=overruling.overruled(result.case)
    )
    with st.popover("Save", icon=":material/download:", key="save"), st.container(key="beside_film_save"):
        row = st.container(horizontal=True)
        with row:
            st.download_button(
                PICTURE,
                data=without_details(lambda: to_png(render_sheet(radiograph, result.explanation, view, words))),
                file_name=f"reading-{reading.sha256[:12]}.png",
                mime="image/png",
                on_click="ignore",
                icon=":material/image:",
            )
        keep_patient = _is_patient_kept(result)
        if keep_patient and (problem := why_not_kept(result.data)):
            st.error(basics_text.literal(problem), icon=":material/block:")
            return
        with row:
            _offer_dicom(result, keep_patient=keep_patient)
        hand_on.show(result, findings=_findings(result), keep_patient=keep_patient)


def _is_patient_kept(result: Result) -> bool:
    """Let the reader say whether DICOM files and page go to the film's own patient; only a DICOM film has one."""
    is_dicom = result.radiograph.source_format == "DICOM"
    keep_patient = is_dicom and st.toggle(KEEP_PATIENT, key=f"keep-patient-{result.case.key}")
    if keep_patient:
        st.warning(KEPT_WARNING, icon=":material/person_alert:")
    else:
        st.caption(f"{NOT_KEPT} {YOUR_REASON}" if result.reading.overruled else NOT_KEPT)
    return keep_patient


def _offer_dicom(result: Result, *, keep_patient: bool) -> None:
    # Worked out now: when the file is made the session can no longer be asked.
    filed = partial(
        file_result,
        *(result.data, result.radiograph, result.reading, result.explanation, result.version.card),
        findings=_findings(result),
        view=result.view,
        folded=result.folded,
        overruled=overruling.overruled(result.case),
        keep_patient=keep_patient,
    )
    st.download_button(
        DICOM,
        data=without_details(lambda: to_zip(filed())),
        file_name=f"result-{'with' if keep_patient else 'without'}-patient.zip",
        mime="application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        help=DICOM_HELP,
    )


def _findings(result: Result) -> list[str]:
    reading, case, card = result.reading, result.case, result.version.card
    chosen = point_sentences.chosen_sentence(reading.prediction, operating_point.chosen(reading.prediction, case))
    overruled = overruling.overruled(case)
    tested = evidence.tested(result.explanation, case)
    said = findings_of(reading, result.explanation, card, folded=result.folded, overruled=overruled)
    return [*filter(None, [chosen]), *said, *filter(None, [tested])]
