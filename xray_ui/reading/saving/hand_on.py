"""How does a clinician hand a result on? With words of their own on one page, which is saved or printed."""

import base64
import secrets
from datetime import date
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from model_store.export.fonts import drawable
from model_store.export.page import wording as page_wording
from model_store.export.page.content import Notes
from model_store.export.page.page import render_page
from model_store.export.page.pictures import Shown
from model_store.export.page.template import read_template
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import refusals_shown
from xray_ui.reading.case import notes as case_notes
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import Case
from xray_ui.reading.result import operating_point
from xray_ui.reading.saving.result import Result

HELP = (
    "A page to hand on: one sheet of A4 as PDF, with the film, the result and your own words, which stay with this "
    "film in this window only."
)
IMPRESSION, NAME = "Your impression", "Your name"
LONGEST_IMPRESSION, LONGEST_NAME = 5000, 100
NAMES_NOBODY = "What you type here goes on to the page as it is; please make sure that it does not name the patient."
SAVE, PRINT = "Save page (PDF)", "Print page"
MAKING = "Making the page"
OPEN = "Open the page in a tab of its own, to read or print it"


def show(result: Result, *, findings: list[str], keep_patient: bool) -> None:
    """Offer a result as a page to hand on.

    Args:
        result: as it is on the screen.
        findings: what is said of it wherever it is kept.
        keep_patient: whether the patient is named on the page.
    """
    case, template = result.case, read_template()
    st.caption(HELP)
    noted = _noted(case, keep_patient=keep_patient)
    if template.problem:
        st.warning(basics_text.literal(template.problem), icon=":material/warning:")
    with st.container(horizontal=True):
        saves = st.button(SAVE, key=f"save-page-{case.key}", icon=":material/picture_as_pdf:")
        prints = st.button(PRINT, key=f"print-page-{case.key}", icon=":material/print:")
    # Not a download button: what it gives is made of the run before, so without the words that were typed last.
    if saves or prints:
        with refusals_shown(), st.spinner(MAKING):
            chosen = operating_point.chosen(result.reading.prediction, case)
            film = (result.radiograph, result.reading, result.explanation, result.view)
            page = render_page(
                Shown(*film, folded=result.folded, chosen=chosen),
                result.version.card,
                findings=findings,
                day=date.today(),
                overruled=overruling.overruled(case),
                notes=noted,
                template=template,
                patient_of=result.data if keep_patient else None,
            )
            _give(page, keep_patient=keep_patient, prints=prints)


def _noted(case: Case, *, keep_patient: bool) -> Notes:
    """Let the clinician note something of a case, and return it."""
    before = case_notes.notes(case)
    impression = st.text_area(
        IMPRESSION, before.impression, key=f"impression-{case.key}", max_chars=LONGEST_IMPRESSION, height=100
    )
    name = st.text_input(NAME, before.name, key=f"name-{case.key}", max_chars=LONGEST_NAME)
    noted = Notes(impression or "", name or "")
    case_notes.take_down(case, noted)
    if not keep_patient:
        st.caption(NAMES_NOBODY)
    if drawable(noted.impression + noted.name)[1]:
        st.caption(page_wording.UNDRAWN)
    return noted


def _give(page: bytes, *, keep_patient: bool, prints: bool) -> None:
    """Hand a page over to the browser, which keeps or prints it."""
    _component()(
        key="page-to-hand-on",
        data={
            "number": secrets.token_hex(8),
            "pdf": base64.b64encode(page).decode(),
            "name": f"page-{'with' if keep_patient else 'without'}-patient.pdf",
            "prints": prints,
            "label": OPEN,
        },
    )


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "page_to_hand_on",
        html='<a target="_blank"></a>',
        css="a { color: inherit; font-size: 0.875rem; }",
        js=(Path(__file__).parent / "hand_on.js").read_text(),
    )
