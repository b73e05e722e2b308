"""On which films do two versions disagree? A list of which each can be opened as either version reads it."""

from pathlib import Path

import streamlit as st

from model_store.trainings.folder import RunFolder
from model_store.versions.comparison.record import Compared, Comparison, Disagreement, FilmSet
from xray_ui.basics import page_names
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded, refusals_shown
from xray_ui.readers import in_use
from xray_ui.reading.uploads import chosen
from xray_ui.retraining.comparison import wording

PAGE = 8
"""How many films of the list are on the screen at once."""


def show(films: FilmSet, comparison: Comparison, run: RunFolder) -> None:
    """List the films on which the versions decide differently.

    Args:
        films: one set of the comparison.
        comparison: the whole of it.
        run: the run at whose end it was made.
    """
    found = films.disagreements
    place = f"{run.id}-{films.key}"
    st.markdown(f"**{basics_text.literal(wording.disagreement_count(len(found)))}**")
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
        st.text(wording.films_shown(first + 1, min(first + PAGE, count), count))
    return first


def _film(film: Disagreement, comparison: Comparison, run: RunFolder, *, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"disagreement-{key}"):
        st.text(basics_text.shown_name(Path(film.path).name), width=190)
        st.text(film.label, width=100)
        sides = (
            ("active", comparison.active, film.active),
            ("challenger", comparison.challenger, film.challenger),
        )
        for side, version, probability in sides:
            # What a version said stays beside its button where the window is too narrow for both.
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.text(wording.said(probability, version.operating_point), width=145)
                label = wording.open_with(version.version)
                if st.button(basics_text.literal(label), key=f"{side}-{key}"):
                    _open(film, version, run)


def _open(film: Disagreement, version: Compared, run: RunFolder) -> None:
    with refusals_shown():
        reads = in_use.find(version.version, version.weights_sha256, identity=version.identity or None)
        chosen.open_film(chosen.OpenedFilm(Path(film.path), film.sha256, film.label, run.id, reads))
        st.switch_page(page_names.READING_PAGE)
