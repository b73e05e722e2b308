"""Which version reads better? Both on the same films: verdict, figures, checks, and where they disagree."""

import streamlit as st

from model_store.trainings.folder import RunFolder, RunNotFound
from model_store.versions.comparison.record import Comparison, FilmSet, read_comparison
from model_store.versions.comparison.wording import film_set_name, sentences, why_not_compared
from xray_ui.access import login
from xray_ui.basics import tables
from xray_ui.basics import text as basics_text
from xray_ui.basics.charts import CHART_CONFIG
from xray_ui.card import curves as card_curves
from xray_ui.models import activation as models_activation
from xray_ui.retraining.comparison import disagreements, rows, wording


def show(run: RunFolder) -> None:
    """Show the comparison at the end of a finished run, and offer its version."""
    with st.container(key="comparison"):
        st.header("Comparison with the active version", anchor=False)
        comparison = None
        try:
            comparison = read_comparison(run.read_json("comparison"))
        except RunNotFound:
            st.text(wording.NOT_COMPARED)
        except (OSError, ValueError):
            st.error(wording.DAMAGED_COMPARISON, icon=":material/error:")
        else:
            _verdict(comparison)
        _decide(run)
        if comparison:
            _comparison(comparison, run)


def _decide(run: RunFolder) -> None:
    """Offer to activate the new version, or to go back where that was done; beside the verdict, not below it all."""
    with st.container(horizontal=True, vertical_alignment="center"):
        models_activation.offer(run.id)
        if models_activation.is_active(run.id) and login.may_maintain():
            models_activation.roll_back_button()


def _comparison(comparison: Comparison, run: RunFolder) -> None:
    if why := sentences(comparison)[1:]:
        st.markdown(basics_text.listed(why))
    st.text(wording.who_is_who(comparison.active, comparison.challenger))
    for films in comparison.sets:
        _set(films, comparison, run)


def _verdict(comparison: Comparison) -> None:
    said = f"**{basics_text.literal(sentences(comparison)[0])}**"
    if comparison.passed:
        st.success(said, icon=":material/verified:")
    else:
        st.warning(said, icon=":material/gpp_maybe:")


def _set(films: FilmSet, comparison: Comparison, run: RunFolder) -> None:
    st.subheader(film_set_name(films.key), anchor=False)
    if films.not_compared:
        st.text(why_not_compared(films.not_compared))
        return
    st.text(wording.set_size(films))
    tables.show(rows.figure_rows(films))
    tables.show(rows.check_rows(films))
    with st.expander("Confusion matrices"):
        _matrices(films, run)
    disagreements.show(films, comparison, run)


def _matrices(films: FilmSet, run: RunFolder) -> None:
    sides = (("active", films.active, "Active version"), ("challenger", films.challenger, "New version"))
    for column, (side, figures, name) in zip(st.columns(2, gap="large"), sides, strict=True):
        with column:
            st.markdown(f"**{name}**")
            figure = card_curves.confusion_matrix(figures)
            if figure is None:
                st.text(basics_text.MISSING_PART)
                continue
            figure.update_layout(height=320)
            key = f"matrix-{run.id}-{films.key}-{side}"
            st.plotly_chart(figure, theme=None, config=CHART_CONFIG, key=key, alt=f"Confusion matrix, {name}.")
