"""What is known of a version? Its label, then its card, folded; no number here comes from anywhere else."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from model_store.export.wording.claims import map_claims
from model_store.versions.comparison.record import Comparison
from model_store.versions.comparison.wording import sentences
from xray_ui.basics import rows as basics_rows
from xray_ui.basics import tables
from xray_ui.basics import text as basics_text
from xray_ui.basics.charts import CHART_CONFIG
from xray_ui.card import controls, curves, film_check, heatmaps, label, point_wording, points, wording
from xray_ui.card import rows as card_rows

FOLD = "card_fold_"
"""With its title, the key of each part of a card that is folded."""

_OLD_MAP_ROWS = (heatmaps.map_rows, heatmaps.lung_share_rows)
"""Of versions whose heatmaps were compared by taking pixels away."""


def show(card: dict[str, Any], comparison: Comparison | None) -> None:
    """Show the label of a version, and below it all that its card holds, folded.

    Args:
        card: its content.
        comparison: what is in it of the comparison with the version that was active.
    """
    with st.container(border=True, key="version_label"):
        _label(card, comparison)
    test, validation = (basics_rows.part(card, key) for key in ("test", "validation"))
    if comparison:
        _fold("Comparison when it was made", lambda: st.markdown(basics_text.listed(sentences(comparison))))
    if test:
        _fold("All figures on the test films", lambda: _test_figures(test))
    else:
        _fold("All figures on the validation films", lambda: _validation_figures(validation))
    if points.point_rows(card) or points.conformal_rows(card):
        _fold("Operating points", lambda: _operating_points(card))
    if controls.exchange_rows(card) or controls.control_rows(card):
        _fold("Controls: on what its answer rests", lambda: _controls(card))
    if heatmaps.map_parts(card):
        _fold("Tests of its heatmap", lambda: _heatmaps(card))
    _fold("Films, recipe and training", lambda: _data_and_training(card))
    _fold("Limits, notes and identity", lambda: _limits_and_identity(card))


def _fold(title: str, draw: Callable[[], object]) -> None:
    """Draw a part once it is unfolded; what is folded costs nothing."""
    fold = st.expander(title, key=f"{FOLD}{title}", on_change="rerun")
    if fold.open:
        with fold:
            draw()


def _label(card: dict[str, Any], comparison: Comparison | None) -> None:
    figures, films = label.judged_on(card, comparison)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _section("What it is for", small=True)
        st.markdown(basics_text.listed(label.uses(card)))
        _section("What it reads", small=True)
        st.markdown(basics_text.listed(label.reads(card)))
    with right:
        _section("How well it reads", small=True)
        tables.show(label.figure_rows(figures))
        st.text(films)
    _section("What not to lean on", small=True)
    st.markdown(basics_text.listed(label.not_to_lean_on(card, comparison)))


def _limits_and_identity(card: dict[str, Any]) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        parts = {"Limits": basics_rows.texts(card, "limits"), "Notes": basics_rows.texts(card, "notes")}
        for heading, paragraphs in parts.items():
            if paragraphs:
                _section(heading, small=True)
                st.markdown(basics_text.listed(paragraphs))
        if not any(parts.values()):
            st.text(wording.NO_STATEMENTS)
    with right:
        _section("This version", small=True)
        tables.show(card_rows.identity_rows(card))


def _test_figures(test: dict[str, Any]) -> None:
    st.text(wording.test_sentence(test))
    left, right = st.columns(2, gap="large")
    with left:
        tables.show(card_rows.figure_rows(test))
    with right:
        _figure(curves.confusion_matrix, test, "Confusion matrix")
    left, right = st.columns(2, gap="large")
    with left:
        _figure(curves.roc, test, "ROC curve")
        _figure(curves.reliability, test, "Reliability diagram")
    with right:
        _figure(curves.precision_recall, test, "Precision-recall curve")
        _section("Classification report", small=True)
        tables.show(card_rows.report_rows(test))
    left, right = st.columns(2, gap="large")
    with left:
        _section("By cause", small=True)
        tables.show(card_rows.subgroup_rows(test))
    with right:
        _section("Predictive values", small=True)
        tables.show(card_rows.predictive_rows(test))


def _validation_figures(validation: dict[str, Any]) -> None:
    if validation:
        st.text(wording.VALIDATION_ONLY)
    with st.container(width=560):
        tables.show(card_rows.figure_rows(validation))


def _operating_points(card: dict[str, Any]) -> None:
    if rows := points.point_rows(card):
        st.text(point_wording.POINTS_HELP)
        with st.container(width=900):
            tables.show(rows)
    if rows := points.conformal_rows(card):
        _section("Second opinion by conformal prediction", small=True)
        st.text(point_wording.CONFORMAL_HELP)
        with st.container(width=900):
            tables.show(rows)


def _controls(card: dict[str, Any]) -> None:
    exchanged, parts = controls.exchange_rows(card), controls.control_rows(card)
    if claims := controls.control_claims(card):
        st.markdown(basics_text.listed(claims))
    if exchanged:
        st.text(controls.NOTE)
        tables.show(exchanged)
    if parts:
        with st.container(width=900):
            tables.show(parts)


def _heatmaps(card: dict[str, Any]) -> None:
    for films, maps in heatmaps.map_parts(card):
        _section(f"On {films}", small=True)
        st.text(heatmaps.introduction(maps))
        if claims := map_claims(maps):
            st.markdown(basics_text.listed(claims))
        for rows in (heatmaps.place_rows, heatmaps.disc_rows, heatmaps.chance_rows, *_OLD_MAP_ROWS):
            if shown := rows(maps):
                tables.show(shown)
    if random := heatmaps.sanity_rows(card):
        _section("With random weights", small=True)
        with st.container(width=900):
            st.text(wording.MAP_SANITY)
            tables.show(random)


def _data_and_training(card: dict[str, Any]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _section("Data")
        data = basics_rows.part(card, "data")
        if origin := [str(data[key]) for key in ("name", "source") if data.get(key)]:
            st.markdown(basics_text.listed(origin))
        tables.show(card_rows.data_rows(card))
        if data.get("refused") is not None:
            st.text(wording.refused_sentence(data["refused"]))
        _section("Lungs", small=True)
        tables.show(card_rows.lung_rows(card))
        if film_check.outline_curve(card):
            _figure(film_check.outline_curve, card, "Dice against confidence")
    with right:
        _section("Recipe")
        tables.show(card_rows.recipe_rows(card))
        if rows := film_check.gate_rows(card):
            _section("Gate", small=True)
            tables.show(rows)
    _section("Training")
    history = card.get("history")
    epochs = basics_rows.epochs_done(history) if isinstance(history, list) else []
    _figure(curves.training_curves, epochs, "Training curves")


def _section(heading: str, *, small: bool = False) -> None:
    (st.subheader if small else st.header)(heading, anchor=False)


def _figure(draw: Callable[[Any], go.Figure | None], source: object, name: str) -> None:
    figure = draw(source)
    if figure is None:
        st.text(f"{name}: {basics_text.MISSING_PART}")
    else:
        st.plotly_chart(figure, theme=None, config=CHART_CONFIG, alt=f"{name}. {figure.layout.title.text or ''}")
