"""Is the heatmap of this film shown? Below the operating point not before the reader asks for it."""

from typing import cast

import streamlit as st

from model_store.export import picture
from model_store.export.picture import View
from model_store.export.wording import claims, map_sentences
from model_store.export.wording.words import tested_maps
from model_store.reading.card import ModelCard
from model_store.reading.results import Explanation, Reading
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.basics.keep import keep
from xray_ui.reading.case.case import Case
from xray_ui.reading.result import operating_point

SHOW, FOLD = "Show the heatmap", "Fold the heatmap away"


def is_folded(reading: Reading, case: Case) -> bool:
    """Return whether the heatmap of a film is folded away: pneumonia is not suspected, and nobody asked for it."""
    return _is_below(reading, case) and not _unfolded().get(case, False)


def drawn_view(view: View, reading: Reading, case: Case) -> View:
    """Return what the reader has chosen to see as it is drawn: of a map that is folded away, the film alone."""
    return map_sentences.drawn_view(view, folded=is_folded(reading, case))


def show(reading: Reading, explanation: Explanation, card: ModelCard, view: View, case: Case) -> None:
    """Say below the pictures what the heatmap shows and how it did in its tests, or that it is folded away.

    Args:
        reading: the result.
        explanation: the map that is shown, or folded away.
        card: of the version.
        view: what the reader has chosen to see; of the film alone nothing is said.
        case: the film and the version.
    """
    if view.layout == "original":
        return
    folded = is_folded(reading, case)
    said = [map_sentences.map_caption(explanation, view, folded=folded)]
    if picture.has_map(explanation, view) and not folded:
        said.append(claims.in_short(tested_maps(card.content), explanation.method))
    st.caption(basics_text.literal(" ".join(said)))


def switch(reading: Reading, explanation: Explanation, view: View, case: Case) -> None:
    """Offer to show a heatmap that is folded away, or to fold it away again; arguments as in `show`."""
    if view.layout != "original" and picture.has_map(explanation, view) and _is_below(reading, case):
        folded = is_folded(reading, case)
        st.button(SHOW if folded else FOLD, key=f"fold-{case.key}", on_click=_turn, args=(case, folded))


def _is_below(reading: Reading, case: Case) -> bool:
    return map_sentences.is_folded(reading.prediction, operating_point.chosen(reading.prediction, case))


@guarded()
def _turn(case: Case, shown: bool) -> None:  # Streamlit hands it over by place.
    keep(_unfolded(), case, shown)


def _unfolded() -> dict[Case, bool]:
    return cast("dict[Case, bool]", st.session_state.setdefault("unfolded_maps", {}))
