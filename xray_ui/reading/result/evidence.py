"""Where in the lungs does the evidence lie, and does the probability hang on it? Said of the map that is shown."""

from typing import cast

import streamlit as st

from model_store.export import sentences
from model_store.export.words import cautions
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Explanation
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.basics.keep import keep
from xray_ui.readers import in_use
from xray_ui.readers.background import Reader
from xray_ui.reading.case.case import Case, case_of

TEST = "Test the heatmap"
TEST_HELP = (
    "Reads the film again with the highlighted part blurred, and with as large other parts of the lungs blurred: "
    "if the heatmap is right, the probability changes more by the first."
)
TESTING = "Reading the film with parts of it blurred"

UNTESTABLE = "There is nothing highlighted in the lungs that could be tested."


def show(explanation: Explanation, radiograph: Radiograph, version: Version) -> None:
    """Say where the evidence lies, and what came of a test of the map; offer the test where there was none.

    Args:
        explanation: the map that is shown.
        radiograph: the film, as it is corrected.
        version: which read it.
    """
    case = case_of(radiograph.identity, version)
    with st.container(key="evidence"):
        for sentence in findings(explanation, case):
            st.text(sentence)
        if said := cautions(version.card.content, explanation.method):
            st.warning(basics_text.listed(said), icon=":material/warning:")
        if not (explanation.is_empty or explanation.lungs is None or (case, explanation.method) in _tests()):
            _offer_test(explanation, radiograph, version)


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


def findings(explanation: Explanation, case: Case) -> list[str]:
    """Return what is known of where the evidence lies, and of a test of the map, if there was one.

    Args:
        explanation: the map that is shown; nothing is said of an empty one, or without lungs.
        case: the film and the version that it belongs to.
    """
    said = []
    if explanation.evidence is not None:
        said += [sentences.lung_share_sentence(explanation.evidence), sentences.zones_sentence(explanation.evidence)]
    if tested := _tests().get((case, explanation.method)):
        said.append(tested)
    return said


def _tested(reader: Reader, radiograph: Radiograph, explanation: Explanation) -> str:
    result = reader.deletion_test(radiograph, explanation)
    return sentences.deletion_sentence(result) if result else UNTESTABLE


def _tests() -> dict[tuple[Case, str], str]:
    """What came of each test in this session, by case and method, as the sentence that says it."""
    return cast("dict[tuple[Case, str], str]", st.session_state.setdefault("tested_maps", {}))
