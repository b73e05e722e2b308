"""Which version reads better? Both on the same films: verdict, figures, checks, and where they disagree."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from model_store.trainings.folder import RunFolder, RunNotFound
from xray_ui.basics import tables
from xray_ui.basics import text as basics_text
from xray_ui.basics.charts import CHART_CONFIG
from xray_ui.basics.rows import part
from xray_ui.card import curves as card_curves
from xray_ui.models import activation as models_activation
from xray_ui.retraining.comparison import disagreements, rows, wording


def show(run: RunFolder) -> None:
    """Show the comparison at the end of a finished run, and offer its version."""
    with st.container(key="comparison"):
        st.header("Comparison with the active version", anchor=False)
        try:
            comparison = run.read_json("comparison")
        except RunNotFound:
            st.text(wording.NOT_COMPARED)
        except (OSError, ValueError):
            st.error(wording.DAMAGED_COMPARISON, icon=":material/error:")
        else:
            _comparison(comparison, run)
        models_activation.offer(run.id)


def _comparison(comparison: dict[str, Any], run: RunFolder) -> None:
    _verdict(comparison)
    st.text(wording.who_is_who(*(part(comparison, side) for side in ("active", "challenger"))))
    sets = comparison.get("sets")
    for films in sets if isinstance(sets, list) else []:
        _set(films, comparison, run)


def _verdict(comparison: Mapping[str, Any]) -> None:
    sentences = comparison.get("sentences")
    first, *rest = map(str, sentences) if isinstance(sentences, list) and sentences else [wording.NOT_COMPARED]
    said = f"**{basics_text.literal(first)}**"
    said += "".join(f"\n\n{basics_text.literal(sentence)}" for sentence in rest)
    if comparison.get("passed") is True:
        st.success(said, icon=":material/verified:")
    else:
        st.warning(said, icon=":material/gpp_maybe:")


def _set(films: Mapping[str, Any], comparison: Mapping[str, Any], run: RunFolder) -> None:
    st.subheader(basics_text.literal(str(films.get("name"))), anchor=False)
    if not rows.is_compared(films):
        st.text(str(films["not_compared"]))
        return
    st.text(wording.set_size(films))
    tables.show(rows.figure_rows(films))
    tables.show(rows.check_rows(films))
    with st.expander("Confusion matrices"):
        _matrices(films, run)
    disagreements.show(films, comparison, run)


def _matrices(films: Mapping[str, Any], run: RunFolder) -> None:
    for column, side, name in zip(
        st.columns(2, gap="large"), ("active", "challenger"), ("Active version", "New version"), strict=True
    ):
        with column:
            st.markdown(f"**{name}**")
            figure = card_curves.confusion_matrix(part(films, side))
            if figure is None:
                st.text(basics_text.MISSING_PART)
                continue
            figure.update_layout(height=320)
            key = f"matrix-{run.id}-{films.get('key')}-{side}"
            st.plotly_chart(figure, theme=None, config=CHART_CONFIG, key=key, alt=f"Confusion matrix, {name}.")
