"""On which films do two versions disagree? A list of which each can be opened as either version reads it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from model_store.runs import RunFolder
from xray_ui import comparison_tables, state, version_wording, versions, wording
from xray_ui.card_tables import part
from xray_ui.comparison_tables import Disagreement
from xray_ui.guard import guarded, refusals_shown

PAGE = 8
"""How many films of the list are on the screen at once."""


def show(films: Mapping[str, Any], comparison: Mapping[str, Any], run: RunFolder) -> None:
    """List the films on which the versions decide differently.

    Args:
        films: one set of the comparison.
        comparison: the whole of it.
        run: the run at whose end it was made.
    """
    found = comparison_tables.disagreements(films, comparison)
    place = f"{run.id}-{films.get('key')}"
    st.markdown(f"**{wording.literal(version_wording.disagreement_count(len(found)))}**")
    first = _first_on_page(place, len(found))
    for number, film in enumerate(found[first : first + PAGE], first):
        _film(film, comparison, run, key=f"{place}-{number}")


def _first_on_page(place: str, count: int) -> int:
    """Let the reader turn the pages of a long list; returns the place of the first film shown."""
    if count <= PAGE:
        return 0
    key = f"page-{place}"
    first = min(int(st.session_state.get(key, 0)), (count - 1) // PAGE * PAGE)

    @guarded()
    def turn_to(place_of_first: int) -> None:
        st.session_state[key] = place_of_first

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(*("Earlier films", f"earlier-{place}"), on_click=turn_to, args=(first - PAGE,), disabled=first == 0)
        st.button(
            *("Further films", f"further-{place}"),
            on_click=turn_to, args=(first + PAGE,), disabled=first + PAGE >= count,
        )  # fmt: skip
        st.text(version_wording.films_shown(first + 1, min(first + PAGE, count), count))
    return first


def _film(film: Disagreement, comparison: Mapping[str, Any], run: RunFolder, *, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"disagreement-{key}"):
        st.text(wording.shown_name(film.path.name), width=190)
        st.text(film.label, width=100)
        for side, said in (("active", film.active), ("challenger", film.challenger)):
            version = part(comparison, side)
            # What a version said stays beside its button where the window is too narrow for both.
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.text(said, width=145)
                label = version_wording.open_with(str(version.get("version", "")))
                if st.button(wording.literal(label), key=f"{side}-{key}"):
                    _open(film, version, run)


def _open(film: Disagreement, version: Mapping[str, Any], run: RunFolder) -> None:
    with refusals_shown():
        reads = versions.find(str(version.get("version")), str(version.get("weights_sha256")))
        state.open_film(state.OpenedFilm(film.path, film.sha256, film.label, run.id, reads))
        st.switch_page(state.READING_PAGE)
