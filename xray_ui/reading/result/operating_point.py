"""At which operating point is this film decided? The version's own, or one that the reader chose for this film."""

import math

import streamlit as st

from model_store.export.wording import point_sentences
from model_store.export.wording import sentences as export_sentences
from model_store.reading.card import ModelCard
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.decision.point_figures import figures_at
from model_store.reading.results import Prediction, Reading
from xray_ui.card import odds, point_wording
from xray_ui.reading.case.case import Case

_WIDE = 0.2
"""From this distance between rule-out and rule-in on, the slider goes by whole percents, otherwise by tenths."""


def options(points: OperatingPoints) -> list[float]:
    """Return the points of the slider, ascending: the version's own three and round ones between them."""
    steps = 100 if points.rule_in - points.rule_out >= _WIDE else 1000
    first, last = math.ceil(points.rule_out * steps), math.floor(points.rule_in * steps)
    between = {step / steps for step in range(first, last + 1)}
    return sorted(between | {points.rule_out, points.balanced, points.rule_in})


def chosen(prediction: Prediction, case: Case) -> float | None:
    """Return the point that the reader chose for this film; None where it is left at the version's own."""
    if prediction.points is None:
        return None
    point = st.session_state.get(_key(case))
    return None if point is None or point == prediction.points.balanced else float(point)


def show(reading: Reading, card: ModelCard, case: Case) -> None:
    """Offer the slider and say how well the version decides at its point; nothing for a version with one point."""
    prediction = reading.prediction
    if (points := prediction.points) is None:
        return
    with st.expander(point_wording.SLIDER), st.container(key="operating_point"):
        if points.rule_out == points.rule_in:
            st.caption(point_wording.ONE_POINT)
        else:
            st.select_slider(
                point_wording.SLIDER,
                options(points),
                value=points.balanced,
                format_func=lambda point: point_wording.option(point, points),
                key=_key(case),
                help=point_wording.SLIDER_HELP,
            )
        point = chosen(prediction, case)
        figures = figures_at(card.content, prediction.operating_point if point is None else point)
        if figures is not None:
            st.text(point_sentences.figures_sentence(point_sentences.called(prediction, point), figures))


def prevalence(reading: Reading, card: ModelCard, case: Case) -> None:
    """Let the reader say how likely pneumonia was before the film, and say what it is after, at the present point."""
    prediction, point = reading.prediction, chosen(reading.prediction, case)
    present = prediction.operating_point if point is None else point
    figures = figures_at(card.content, present)
    if figures is None:
        return
    reached = prediction.probability >= present
    ratio = odds.likelihood_ratio(figures.values, suspected=reached)
    if ratio is None and prediction.points is None:
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
        if ratio is None:
            st.text(point_wording.NO_RATIO)
            return
        called = point_sentences.called(prediction, point)
        for sentence in point_wording.post_test_sentences(
            percentage / 100, ratio, point=called, reached=reached, films=figures.films
        ):
            st.text(sentence)


def verdict(reading: Reading, case: Case) -> None:
    """Show the one verdict on a film, at the version's own points or at the one that the reader chose."""
    prediction, point = reading.prediction, chosen(reading.prediction, case)
    if point is not None:
        is_suspected: bool | None = prediction.probability >= point
    else:
        is_suspected = {"suspected": True, "not suspected": False, "not sure": None}[prediction.answer]
    colour, icon = {True: ("orange", "flag"), False: ("blue", "check"), None: ("violet", "help")}[is_suspected]
    with st.container(key="verdict"):
        st.markdown(f":{colour}[:material/{icon}: {export_sentences.verdict(reading, point)}]")


def _key(case: Case) -> str:
    return f"point-{case.key}"
