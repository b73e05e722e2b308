"""What did the model say of this film? Decision, probability, scope and provenance, in one column."""

from typing import Any

import streamlit as st

from model_store.card import ModelCard
from model_store.radiograph import Radiograph
from model_store.registry import Version
from model_store.results import Reading
from xray_ui import evidence_panel, odds, state, warning_panel, wording
from xray_ui.cases import case_of
from xray_ui.figures import CHART_CONFIG, gauge


def show(reading: Reading, radiograph: Radiograph, version: Version) -> None:
    """Show a reading; everything here belongs to this one film, as it is corrected, and to this version."""
    case, card = case_of(radiograph.identity, version), version.card
    warning_panel.show(reading, case)
    with st.container(key="verdict"):
        colour, icon = ("orange", ":material/flag:") if reading.prediction.suspected else ("blue", ":material/check:")
        st.markdown(f":{colour}[{icon} {wording.verdict(reading)}]")
    st.plotly_chart(
        gauge(reading.prediction),
        theme=None,
        config=CHART_CONFIG,
        key=f"gauge-{case.key}",
        alt=wording.gauge_description(reading),
    )
    st.text(wording.probability_sentence(reading))
    evidence_panel.show(state.chosen_explanation(reading), radiograph, version)
    st.warning(wording.RESEARCH_USE, icon=":material/info:")
    _prevalence(reading, card.content.get("test"))
    _facts(reading, card)


def _facts(reading: Reading, card: ModelCard) -> None:
    rows = "\n".join(
        f"| {name} | {wording.literal(value)} |" for name, value in wording.facts(reading, card.temperature)
    )
    with st.container(key="facts"):
        st.markdown(f"| Reading | |\n|---|---|\n{rows}")


def _prevalence(reading: Reading, test: dict[str, Any] | None) -> None:
    ratio = odds.likelihood_ratio(test or {}, suspected=reading.prediction.suspected)
    if ratio is None:
        return
    with st.expander("What this result means at my prevalence"):
        percentage = st.slider(
            "Probability before the film",
            *(1, 99, 20),
            format="%d %%",
            key="pre_test",
            persist_state="session",
            help="How likely pneumonia is in a child like this one, before anyone has seen the film.",
        )
        for sentence in wording.post_test_sentences(percentage / 100, ratio, suspected=reading.prediction.suspected):
            st.text(sentence)
