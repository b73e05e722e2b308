"""By which method is the map drawn that is shown? By the one that the reader chose, whichever version reads."""

from typing import cast

import streamlit as st

from model_store.reading.results import Explanation, Reading
from xray_ui.basics.guard import guarded

METHOD, METHODS = "heatmap_method", "heatmap_methods"
"""Session keys of the control, and of the methods of the reading on the screen."""

WISH = "chosen_heatmap_method"
"""Session key of what the reader chose: the control forgets it with a version that lacks it, the reader does not."""

LABEL = "Heatmap method"
HELP = (
    "Grad-CAM shows how much each cell of the lungs speaks for pneumonia, from which the answer is made; Grad-CAM at "
    "post_relu, as tutorials have it, shows where the features lie with which the answer rises."
)


def offer_methods(reading: Reading) -> None:
    """Let the sidebar offer the methods by which this reading has a map; draws the app anew where these are others.

    The sidebar is drawn before the film, so it knows the methods of the reading before.
    """
    offered, before = tuple(explanation.method for explanation in reading.explanations), methods()
    st.session_state[METHODS] = offered
    if offered != before and (max(len(offered), len(before)) > 1 or lacked() is not None):
        st.rerun()


def methods() -> tuple[str, ...]:
    """Return the methods that can be chosen from, the default first; none before the first reading."""
    return cast("tuple[str, ...]", st.session_state.get(METHODS, ()))


def lacked() -> str | None:
    """Return the method that the reader chose where the reading on the screen has no map by it; None where it has."""
    wish = _wish()
    return wish if wish and methods() and wish not in methods() else None


def show() -> None:
    """Offer the methods, where there are several, and say where the one that the reader chose is not among them."""
    offered = methods()
    if len(offered) > 1:
        # Set in each run, so that the reader's choice is there again with the next version that has it.
        wish = _wish()
        st.session_state[METHOD] = wish if wish in offered else offered[0]
        st.selectbox(LABEL, offered, key=METHOD, help=HELP, on_change=_choose)
    if (missing := lacked()) is not None:
        st.caption(f"This version has no {missing}; shown is {offered[0]}.")


def chosen_explanation(reading: Reading) -> Explanation:
    """Return the map by the method that the reader has chosen, or the default where this reading has none by it."""
    return next((each for each in reading.explanations if each.method == _wish()), reading.explanation)


def _wish() -> str | None:
    return cast("str | None", st.session_state.get(WISH))


@guarded()
def _choose() -> None:
    st.session_state[WISH] = st.session_state[METHOD]
