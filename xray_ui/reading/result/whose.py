"""Whose reading is this? Said above a film where it is not, or might not be, the version in use."""

import streamlit as st

from model_store.film.radiograph import FilmIdentity
from model_store.versions.registry import Version
from xray_ui.basics import page_names
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use as readers_in_use
from xray_ui.reading.case import outcomes
from xray_ui.reading.result import whose_wording
from xray_ui.reading.uploads import chosen


def show(film: FilmIdentity, version: Version | None, in_use: Version | None, opened: chosen.OpenedFilm | None) -> None:
    """Say by which version the film on the screen is read, where that needs saying.

    Args:
        film: which film, and how it is corrected.
        version: which reads it, or has read it.
        in_use: which reads films now.
        opened: the film of a comparison, where it is one.
    """
    is_other = version is not None and in_use is not None and not _same(version, in_use)
    if not (opened or is_other):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="reader_notice"):
        if version is not None:
            _sentence(version, in_use, opened, is_other=is_other)
        if version is not None and in_use is not None and is_other:
            _read_by_the_one_in_use(film, in_use, opened)
        if opened:
            st.page_link(
                page_names.RETRAIN_PAGE,
                label="Back to the comparison",
                icon=":material/compare_arrows:",
                query_params={"run": opened.run},
            )
            st.button("Close film", on_click=chosen.close_film, icon=":material/close:")


def _sentence(version: Version, in_use: Version | None, opened: chosen.OpenedFilm | None, *, is_other: bool) -> None:
    name = readers_in_use.shown_name(version)
    if is_other and not (opened and opened.version) and in_use is not None:
        said = whose_wording.read_by_another(name, readers_in_use.shown_name(in_use))
    else:
        said = whose_wording.read_with(name, is_active=not is_other)
    if opened:
        said += f" {whose_wording.film_of_comparison(opened.as_film().name)}"
    (st.warning if is_other else st.info)(basics_text.literal(said), icon=":material/history:")


def _read_by_the_one_in_use(film: FilmIdentity, in_use: Version, opened: chosen.OpenedFilm | None) -> None:
    @guarded()
    def turn_to_it() -> None:
        chosen.read_opened_as_usual()
        outcomes.keep_version(film, in_use)

    name = basics_text.literal(readers_in_use.shown_name(in_use))
    label = f"Read with {name}" if opened else f"Read again with {name}"
    st.button(label, on_click=turn_to_it, icon=":material/refresh:")


def _same(one: Version, other: Version) -> bool:
    return readers_in_use.identity(one.card) == readers_in_use.identity(other.card)
