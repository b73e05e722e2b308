"""Whose reading is this? Said above a film where it is not, or might not be, the version in use."""

import streamlit as st

from model_store.radiograph import FilmIdentity
from model_store.registry import Version
from xray_ui import outcomes, state, version_wording, versions, wording
from xray_ui.guard import guarded


def show(film: FilmIdentity, version: Version | None, in_use: Version | None, opened: state.OpenedFilm | None) -> None:
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
                state.RETRAIN_PAGE,
                label="Back to the comparison",
                icon=":material/compare_arrows:",
                query_params={"run": opened.run},
            )
            st.button("Close film", on_click=state.close_film, icon=":material/close:")


def _sentence(version: Version, in_use: Version | None, opened: state.OpenedFilm | None, *, is_other: bool) -> None:
    name = versions.shown_name(version)
    if is_other and not (opened and opened.version) and in_use is not None:
        said = version_wording.read_by_another(name, versions.shown_name(in_use))
    else:
        said = version_wording.read_with(name, is_active=not is_other)
    if opened:
        said += f" {version_wording.film_of_comparison(opened.as_film().name)}"
    (st.warning if is_other else st.info)(wording.literal(said), icon=":material/history:")


def _read_by_the_one_in_use(film: FilmIdentity, in_use: Version, opened: state.OpenedFilm | None) -> None:
    @guarded()
    def turn_to_it() -> None:
        state.read_opened_as_usual()
        outcomes.keep_version(film, in_use)

    name = wording.literal(versions.shown_name(in_use))
    label = f"Read with {name}" if opened else f"Read again with {name}"
    st.button(label, on_click=turn_to_it, icon=":material/refresh:")


def _same(one: Version, other: Version) -> bool:
    return versions.identity(one.card) == versions.identity(other.card)
