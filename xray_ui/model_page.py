"""What is known of the model in use? Its card, drawn; no number here comes from anywhere else."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from model_store.weights import ModelCorrupted
from xray_ui import card_figures, card_tables, state, wording
from xray_ui.figures import CHART_CONFIG
from xray_ui.guard import guarded


def show() -> None:
    """Show the card of the version in use."""
    with st.container(key="model_page"), guarded():
        try:
            card = state.bundled_version().card.content
        except ModelCorrupted as error:
            st.error(f"{wording.literal(str(error))} {wording.NO_VERSION}", icon=":material/block:")
            return
        st.title(wording.literal(f"Model {card['version']}"), anchor=False)
        st.warning(wording.RESEARCH_USE, icon=":material/info:")
        _use_and_limits(card)
        _test_figures(card_tables.part(card, "test"))
        _data_and_training(card)


def _use_and_limits(card: dict[str, Any]) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        for heading, key in (("Intended use", "intended_use"), ("Limits", "limits"), ("Notes", "notes")):
            _section(heading)
            _texts(card_tables.texts(card, key))
    with right:
        _section("This version")
        _table(card_tables.identity_rows(card))


def _test_figures(test: dict[str, Any]) -> None:
    _section("On the test films")
    if not test:
        st.text(wording.MISSING_PART)
        return
    st.text(wording.test_sentence(test))
    left, right = st.columns(2, gap="large")
    with left:
        _table(card_tables.figure_rows(test))
    with right:
        _figure(card_figures.confusion_matrix, test, "Confusion matrix")
    left, right = st.columns(2, gap="large")
    with left:
        _figure(card_figures.roc, test, "ROC curve")
        _figure(card_figures.reliability, test, "Reliability diagram")
    with right:
        _figure(card_figures.precision_recall, test, "Precision-recall curve")
        _section("Classification report", small=True)
        _table(card_tables.report_rows(test))
    left, right = st.columns(2, gap="large")
    with left:
        _section("By cause", small=True)
        _table(card_tables.subgroup_rows(test))
    with right:
        _section("Predictive values", small=True)
        _table(card_tables.predictive_rows(test))


def _data_and_training(card: dict[str, Any]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _section("Data")
        data = card_tables.part(card, "data")
        _texts([str(data[key]) for key in ("name", "source") if data.get(key)])
        _table(card_tables.data_rows(card))
        if data.get("refused") is not None:
            st.text(wording.refused_sentence(data["refused"]))
        _section("Lungs", small=True)
        _table(card_tables.lung_rows(card))
    with right:
        _section("Recipe")
        _table(card_tables.recipe_rows(card))
    _section("Training")
    history = card.get("history")
    _figure(card_figures.training_curves, history if isinstance(history, list) else [], "Training curves")


def _section(heading: str, *, small: bool = False) -> None:
    (st.subheader if small else st.header)(heading, anchor=False)


def _texts(paragraphs: list[str]) -> None:
    if not paragraphs:
        st.text(wording.MISSING_PART)
    elif len(paragraphs) == 1:
        st.markdown(wording.literal(paragraphs[0]))
    else:
        st.markdown("\n".join(f"- {wording.literal(text)}" for text in paragraphs))


def _table(rows: card_tables.Table) -> None:
    if rows:
        # A table's cells are Markdown, in which a lone dash is a list and an underscore is emphasis.
        st.table(
            [{k: wording.literal(v) for k, v in row.items()} for row in rows], hide_index=True, border="horizontal"
        )
    else:
        st.text(wording.MISSING_PART)


def _figure(draw: Callable[[Any], go.Figure | None], source: object, name: str) -> None:
    figure = draw(source)
    if figure is None:
        st.text(f"{name}: {wording.MISSING_PART}")
    else:
        st.plotly_chart(figure, theme=None, config=CHART_CONFIG, alt=f"{name}. {figure.layout.title.text or ''}")
