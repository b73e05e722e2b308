"""By which method is the map drawn that is shown?"""

from typing import cast

import streamlit as st

from model_store.reading.results import Explanation, Reading

METHOD, METHODS = "heatmap_method", "heatmap_methods"


def offer_methods(reading: Reading) -> None:
    """Let the sidebar offer the methods by which this reading has a map; draws the app anew where these are others.

    The sidebar is drawn before the film, so it knows the methods of the reading before.
    """
    offered, before = tuple(explanation.method for explanation in reading.explanations), methods()
    st.session_state[METHODS] = offered
    if offered != before and max(len(offered), len(before)) > 1:
        st.rerun()


def methods() -> tuple[str, ...]:
    """Return the methods that can be chosen from, the default first; none before the first reading."""
    return cast("tuple[str, ...]", st.session_state.get(METHODS, ()))


def chosen_explanation(reading: Reading) -> Explanation:
    """Return the map by the method that the reader has chosen, or the default where this reading has none by it."""
    chosen = st.session_state.get(METHOD)
    return next((each for each in reading.explanations if each.method == chosen), reading.explanation)
