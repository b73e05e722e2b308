"""What is on the reading page? One film with its result, only while both belong together."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model_store.film_files import left_out_sentence
from model_store.radiograph import Radiograph, UnreadableImage
from model_store.registry import Version
from model_store.results import Reading
from model_store.weights import ModelCorrupted
from xray_ui import (
    corrections,
    dropped,
    film_panel,
    header_panel,
    loading,
    outcomes,
    overruling,
    reader_notice,
    refusal_panel,
    result_panel,
    state,
    version_wording,
    versions,
    wording,
)
from xray_ui.cases import Case, case_of
from xray_ui.guard import guarded
from xray_ui.outcomes import Refusal


def show() -> None:
    """Show the chosen film and its result, or how to choose one."""
    with guarded():
        # The place is there in every run, so that what follows never slips into the place of something else.
        with st.container():
            opened = state.opened_film()
            film = opened.as_film() if opened else _choose(state.films())
        version = _in_use()
        if film is None:
            _welcome(preparing=version is not None and not versions.background_reader(version).finished)
        else:
            _show_film(film, version, opened)


def _in_use() -> Version | None:
    """Return the version that reads films; None where none can, which the banner on every page says."""
    try:
        version = versions.in_use().version
    except ModelCorrupted:
        return None
    return None if versions.background_reader(version).failed else version


def _welcome(*, preparing: bool) -> None:
    with _area(()), st.container(key="welcome"):
        st.title(wording.WELCOME, anchor=False)
        st.markdown("\n".join(f"{i}. {wording.literal(step)}" for i, step in enumerate(wording.WELCOME_STEPS, 1)))
        st.warning(wording.RESEARCH_USE, icon=":material/info:")
        if preparing:
            st.info(wording.WAITING, icon=":material/hourglass_top:")


def _choose(films: list[state.Film]) -> state.Film | None:
    """Offer the films to step through and return the chosen one; say which files are none."""
    if not films:
        _notes("")
        return None
    several = max(film.place.study for film in films) > 1
    names = {film.key: dropped.name_in_study(film.name, film.place, several=several) for film in films}
    keys = list(names)
    if st.session_state.get(state.FILM) not in names:
        st.session_state[state.FILM] = keys[0]
    if len(films) > 1:
        _stepper(keys, names)
    film = films[keys.index(st.session_state[state.FILM])]
    _notes(film.place.sentence)
    return film


def _notes(choice: str) -> None:
    """Say which image of the study was chosen, and which uploaded files are no films, or are lost, in one line."""
    mine = st.session_state.get(state.SOURCE) != state.FROM_EXAMPLES
    count, lost = (dropped.left_out(), dropped.lost_sentence()) if mine else (0, "")
    if said := " ".join(filter(None, [choice, left_out_sentence(count) if count else "", lost])):
        st.caption(wording.literal(said))


def _stepper(keys: list[str], names: dict[str, str]) -> None:
    position = keys.index(st.session_state[state.FILM])
    places = {key: wording.film_place(i, len(keys), names[key]) for i, key in enumerate(keys)}
    with st.container(horizontal=True, vertical_alignment="center", key="stepper"):
        _step_button("Previous", -1, keys, disabled=position == 0)
        _step_button("Next", 1, keys, disabled=position == len(keys) - 1)
        st.selectbox(
            "Film",
            keys,
            format_func=places.__getitem__,
            key=state.FILM,
            width=420,
            label_visibility="collapsed",
            persist_state="session",
        )


def _step_button(label: str, offset: int, keys: list[str], *, disabled: bool) -> None:
    st.button(
        label,
        on_click=state.step,
        args=(offset, keys),
        disabled=disabled,
        shortcut="P" if offset < 0 else "N",
        icon=":material/chevron_left:" if offset < 0 else ":material/chevron_right:",
        icon_position="left" if offset < 0 else "right",
    )


def _area(key: tuple[object, ...]) -> DeltaGenerator:
    """Return the place for an image and model, with nothing in it that belonged to another.

    The browser keeps the elements of the last run until something takes their place. So each change of image moves
    to the other of two places and empties the one that it leaves, before anything slow begins.
    """
    with st.container(key="reading_area"):
        if state.changes_of_image(key) % 2:
            place = st.container()
            st.empty()
        else:
            st.empty()
            place = st.container()
    return place


def _show_film(film: state.Film, in_use: Version | None, opened: state.OpenedFilm | None) -> None:
    data, problem = _bytes_of(film, opened)
    identity = corrections.corrected(state.sha256_of(data))
    on_request = opened.version if opened else None
    version = on_request or (outcomes.version_for(identity, in_use) if in_use else None)
    case = case_of(identity, version) if version else None
    result = outcomes.outcome(case) if case else None
    if isinstance(result, Reading):
        state.offer_methods(result)
    # What is read against the check is another result than the refusal, so it gets another place.
    with _area((identity, case, overruling.reason(case) if case else None)):
        reader_notice.show(identity, version, in_use, opened)
        try:
            radiograph = state.radiograph(identity, data)
        except UnreadableImage as error:
            st.error(wording.literal(problem or str(error)), icon=":material/image_not_supported:")
            return
        if version and result is not None and not on_request:
            outcomes.keep_version(identity, version)
        corrections.notice(radiograph)
        picture_column, explanation_column = st.columns([8, 3], gap="medium")
        with picture_column:
            film_panel.show(film.name, data, radiograph, version, result if isinstance(result, Reading) else None)
        with explanation_column:
            _explain(radiograph, version, case, result)
            header_panel.show(radiograph)
            if film.label is not None:
                _label(film.key, film.label)


def _bytes_of(film: state.Film, opened: state.OpenedFilm | None) -> tuple[bytes, str | None]:
    """Return a film's bytes; none, and why, where it cannot be had, or is not the one that was compared."""
    try:
        data = film.read_bytes()
    except UnreadableImage as error:
        return b"", str(error)
    except OSError:
        return b"", version_wording.FILM_MISSING
    is_same = opened is None or state.sha256_of(data) == opened.sha256
    return (data, None) if is_same else (b"", version_wording.FILM_CHANGED)


def _explain(
    radiograph: Radiograph, version: Version | None, case: Case | None, result: Reading | Refusal | None
) -> None:
    if version is None or case is None:
        return
    if isinstance(result, Refusal):
        refusal_panel.show(result, radiograph, case)
    elif result is not None:
        result_panel.show(result, radiograph, version)
    else:
        _read(radiograph, version)


def _read(radiograph: Radiograph, version: Version) -> None:
    reading = versions.background_reader(version)
    reading.start()
    if reading.failed:
        reason = str(reading.corrupted) if reading.corrupted else wording.unexpected_error(str(reading.error_number))
        st.error(wording.literal(reason), icon=":material/block:")
    elif reading.reader is None:
        st.info(wording.WAITING, icon=":material/hourglass_top:")
        loading.watch(reading)
    else:
        st.info(wording.READING, icon=":material/hourglass_top:")
        outcomes.read(radiograph, version, reading.reader)
        st.rerun()


def _label(key: str, label: str) -> None:
    if state.is_revealed(key):
        st.text(wording.label_sentence(label))
    else:
        st.button("Reveal label", on_click=state.reveal_label, args=(key,), icon=":material/visibility:")
