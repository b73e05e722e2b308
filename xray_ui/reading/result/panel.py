"""What did the model say of this film? Verdict, probability, trust and place first; what is behind them folds out."""

import streamlit as st

from model_store.export.picture import View
from model_store.export.wording import map_sentences, sentences
from model_store.export.wording.claims import map_claims
from model_store.export.wording.words import tested_maps, trust_of
from model_store.film.radiograph import Radiograph
from model_store.reading.card import ModelCard
from model_store.reading.results import GRAD_CAM, Explanation, Reading
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.charts import CHART_CONFIG
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import Case, case_of
from xray_ui.reading.film import methods
from xray_ui.reading.result import evidence, folding, operating_point, warnings
from xray_ui.reading.result.gauge import gauge

DETAILS = "Details"


def show(reading: Reading, radiograph: Radiograph, version: Version, view: View) -> None:
    """Show a reading; everything here belongs to this one film, as it is corrected, and to this version.

    Args:
        reading: the result.
        radiograph: the film.
        version: which read it.
        view: what the reader has chosen to see.
    """
    case, card = case_of(radiograph.identity, version), version.card
    explanation = methods.chosen_explanation(reading)
    warnings.show(reading, case)
    operating_point.verdict(reading, case)
    point = operating_point.chosen(reading.prediction, case)
    st.plotly_chart(
        gauge(reading.prediction, point),
        theme=None,
        config=CHART_CONFIG,
        key=f"gauge-{case.key}",
        alt=sentences.gauge_description(reading, point),
    )
    folded = folding.is_folded(reading, case)
    st.text(trust_of(reading, explanation, card, folded=folded, overruled=overruling.overruled(case)))
    evidence.show(reading, explanation, radiograph, version, view)
    st.warning(sentences.RESEARCH_USE, icon=":material/info:")
    operating_point.show(reading, card, case)
    operating_point.prevalence(reading, card, case)
    _details(reading, explanation, card, case)


def _details(reading: Reading, explanation: Explanation, card: ModelCard, case: Case) -> None:
    rows = "\n".join(
        f"| {name} | {basics_text.literal(value)} |" for name, value in sentences.facts(reading, card.calibration)
    )
    with st.expander(DETAILS), st.container(key="facts"):
        st.text(sentences.probability_sentence(reading, operating_point.chosen(reading.prediction, case)))
        if reading.prediction.second_opinion:
            st.text(reading.prediction.second_opinion)
        for said in _of_the_map(explanation, card):
            st.text(said)
        st.markdown(f"| Reading | |\n|---|---|\n{rows}")


def _of_the_map(explanation: Explanation, card: ModelCard) -> list[str]:
    if explanation.is_empty:
        return []
    share = [map_sentences.lung_share_sentence(explanation.evidence)] if explanation.evidence else []
    tests = map_claims(tested_maps(card.content)) if explanation.method == GRAD_CAM else []
    return [map_sentences.how_it_was_made(explanation), *share, *tests]
