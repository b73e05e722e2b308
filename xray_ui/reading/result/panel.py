"""What did the model say of this film? Decision, probability, scope and provenance, in one column."""

import streamlit as st

from model_store.export import sentences
from model_store.film.radiograph import Radiograph
from model_store.reading.card import ModelCard
from model_store.reading.results import Reading
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.charts import CHART_CONFIG
from xray_ui.reading.case.case import case_of
from xray_ui.reading.film import methods
from xray_ui.reading.result import evidence, operating_point, warnings
from xray_ui.reading.result.gauge import gauge


def show(reading: Reading, radiograph: Radiograph, version: Version) -> None:
    """Show a reading; everything here belongs to this one film, as it is corrected, and to this version."""
    case, card = case_of(radiograph.identity, version), version.card
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
    st.text(sentences.probability_sentence(reading, point))
    operating_point.show(reading, card, case)
    evidence.show(methods.chosen_explanation(reading), radiograph, version)
    st.warning(sentences.RESEARCH_USE, icon=":material/info:")
    operating_point.prevalence(reading, card, case)
    _facts(reading, card)


def _facts(reading: Reading, card: ModelCard) -> None:
    rows = "\n".join(
        f"| {name} | {basics_text.literal(value)} |" for name, value in sentences.facts(reading, card.calibration)
    )
    with st.container(key="facts"):
        st.markdown(f"| Reading | |\n|---|---|\n{rows}")
