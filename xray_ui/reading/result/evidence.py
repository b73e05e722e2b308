"""Where in the lungs does the evidence lie, and does the probability hang on it? Said of the map that is shown."""

from typing import cast

import streamlit as st

from model_store.export.picture import View
from model_store.export.wording import map_sentences
from model_store.export.wording.words import cautions
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Explanation, Reading
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.basics.keep import keep
from xray_ui.readers import in_use
from xray_ui.readers.background import Reader
from xray_ui.reading.case.case import Case, case_of
from xray_ui.reading.result import folding

TEST = "Test the heatmap"
TEST_HELP = (
    "Reads the film again with the highlighted part blurred, and with as large other parts of the lungs blurred: "
    "if the heatmap is right, the probability changes more by the first."
)
TESTING = "Reading the film with parts of it blurred"

UNTESTABLE = "There is nothing highlighted on this film that could be tested."


def show(reading: Reading, explanation: Explanation, radiograph: Radiograph, version: Version, view: View) -> None:
    """Say where the map is brightest, and what came of a test of it; offer the test where there was none.

    Args:
        reading: the result.
        explanation: the map that is shown, or folded away.
        radiograph: the film, as it is corrected.
        version: which read it.
        view: what the reader has chosen to see.
    """
    case = case_of(radiograph.identity, version)
    folded, said = folding.is_folded(reading, case), tested(explanation, case)
    with st.container(key="evidence"):
        st.text(map_sentences.location_sentence(explanation, folded=folded))
        folding.switch(reading, explanation, view, case)
        if said and not folded:
            st.text(said)
        elif not (folded or explanation.is_empty):
            _offer_test(explanation, radiograph, version)
        if caution := cautions(version.card.content, explanation.method, shows_map=False):
            st.warning(basics_text.listed(caution), icon=":material/warning:")


@st.fragment
def _offer_test(explanation: Explanation, radiograph: Radiograph, version: Version) -> None:
    # A fragment, since a run of the whole page would grey out the result for as long as the test takes.
    with guarded():
        case = case_of(radiograph.identity, version)
        asked = st.button(TEST, key=f"test-{explanation.method}-{case.key}", help=TEST_HELP, icon=":material/science:")
        reader = in_use.background_reader(version).reader
        if asked and reader is not None:
            with st.spinner(TESTING):
                keep(_tests(), (case, explanation.method), _tested(reader, radiograph, explanation))
            st.rerun()


def tested(explanation: Explanation, case: Case) -> str:
    """Return what came of a test of a map; "" where there was none.

    Args:
        explanation: the map that is shown.
        case: the film and the version that it belongs to.
    """
    return _tests().get((case, explanation.method), "")


def _tested(reader: Reader, radiograph: Radiograph, explanation: Explanation) -> str:
    result = reader.deletion_test(radiograph, explanation)
    return map_sentences.deletion_sentence(result) if result else UNTESTABLE


def _tests() -> dict[tuple[Case, str], str]:
    """What came of each test in this session, by case and method, as the sentence that says it."""
    return cast("dict[tuple[Case, str], str]", st.session_state.setdefault("tested_maps", {}))
