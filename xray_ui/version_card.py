"""What is known of a version? Its card, drawn; no number here comes from anywhere else."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from xray_ui import (
    card_figures,
    card_tables,
    control_tables,
    gate_card,
    map_tables,
    run_tables,
    tables,
    version_wording,
    wording,
)
from xray_ui.figures import CHART_CONFIG


def show(card: dict[str, Any]) -> None:
    """Show the whole card of a version.

    Args:
        card: its content.
    """
    _use_and_limits(card)
    if test := card_tables.part(card, "test"):
        _test_figures(test)
    else:
        _validation_figures(card_tables.part(card, "validation"))
    _controls(card)
    _heatmaps(card)
    _data_and_training(card)


def _use_and_limits(card: dict[str, Any]) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        parts = {
            "Intended use": card_tables.texts(card, "intended_use"),
            "Limits": card_tables.texts(card, "limits"),
            "Notes": card_tables.texts(card, "notes"),
            "Comparison when it was made": card_tables.texts(card_tables.part(card, "comparison"), "sentences"),
        }
        for heading, paragraphs in parts.items():
            if paragraphs:
                _section(heading)
                st.markdown(wording.listed(paragraphs))
        if not any(parts.values()):
            st.text(version_wording.NO_STATEMENTS)
    with right:
        _section("This version")
        tables.show(card_tables.identity_rows(card))


def _test_figures(test: dict[str, Any]) -> None:
    _section("On the test films")
    st.text(wording.test_sentence(test))
    left, right = st.columns(2, gap="large")
    with left:
        tables.show(card_tables.figure_rows(test))
    with right:
        _figure(card_figures.confusion_matrix, test, "Confusion matrix")
    left, right = st.columns(2, gap="large")
    with left:
        _figure(card_figures.roc, test, "ROC curve")
        _figure(card_figures.reliability, test, "Reliability diagram")
    with right:
        _figure(card_figures.precision_recall, test, "Precision-recall curve")
        _section("Classification report", small=True)
        tables.show(card_tables.report_rows(test))
    left, right = st.columns(2, gap="large")
    with left:
        _section("By cause", small=True)
        tables.show(card_tables.subgroup_rows(test))
    with right:
        _section("Predictive values", small=True)
        tables.show(card_tables.predictive_rows(test))


def _validation_figures(validation: dict[str, Any]) -> None:
    _section("On the validation films")
    if validation:
        st.text(version_wording.VALIDATION_ONLY)
    with st.container(width=560):
        tables.show(card_tables.figure_rows(validation))


def _controls(card: dict[str, Any]) -> None:
    if not (rows := control_tables.control_rows(card)):
        return
    _section("Controls")
    with st.container(width=760):
        if claims := control_tables.control_claims(card):
            st.markdown(wording.listed(claims))
        tables.show(rows)


def _heatmaps(card: dict[str, Any]) -> None:
    maps = card_tables.part(card, "maps")
    if not maps:
        return
    _section("Heatmaps")
    st.text(wording.maps_sentence(maps))
    if claims := card_tables.texts(maps, "sentences"):
        st.markdown(wording.listed(claims))
    tables.show(map_tables.map_rows(card))
    left, right = st.columns(2, gap="large")
    with left:
        _section("In the lungs", small=True)
        tables.show(map_tables.lung_share_rows(card))
    if rows := map_tables.sanity_rows(card):
        with right:
            _section("With random weights", small=True)
            st.text(wording.MAP_SANITY)
            tables.show(rows)


def _data_and_training(card: dict[str, Any]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _section("Data")
        data = card_tables.part(card, "data")
        if origin := [str(data[key]) for key in ("name", "source") if data.get(key)]:
            st.markdown(wording.listed(origin))
        tables.show(card_tables.data_rows(card))
        if data.get("refused") is not None:
            st.text(wording.refused_sentence(data["refused"]))
        _section("Lungs", small=True)
        tables.show(card_tables.lung_rows(card))
        if gate_card.outline_curve(card):
            _figure(gate_card.outline_curve, card, "Dice against confidence")
    with right:
        _section("Recipe")
        tables.show(card_tables.recipe_rows(card))
        if rows := gate_card.gate_rows(card):
            _section("Gate", small=True)
            tables.show(rows)
    _section("Training")
    history = card.get("history")
    epochs = run_tables.epochs_done(history) if isinstance(history, list) else []
    _figure(card_figures.training_curves, epochs, "Training curves")


def _section(heading: str, *, small: bool = False) -> None:
    (st.subheader if small else st.header)(heading, anchor=False)


def _figure(draw: Callable[[Any], go.Figure | None], source: object, name: str) -> None:
    figure = draw(source)
    if figure is None:
        st.text(f"{name}: {wording.MISSING_PART}")
    else:
        st.plotly_chart(figure, theme=None, config=CHART_CONFIG, alt=f"{name}. {figure.layout.title.text or ''}")
