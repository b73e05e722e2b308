"""What is on the reading page? One film with its result, only while both belong together."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model_store.basics.errors import ModelCorrupted
from model_store.export.picture import View
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import UnreadableImage
from model_store.reading.results import Reading
from model_store.versions.registry import Version
from xray_ui.basics import page_names
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use as readers_in_use
from xray_ui.readers import waiting
from xray_ui.reading import film_panel, wording
from xray_ui.reading.beside import choice as beside_choice
from xray_ui.reading.case import outcomes, overruling, shown
from xray_ui.reading.case.case import Case, case_of
from xray_ui.reading.case.outcomes import Refusal
from xray_ui.reading.film import corrections, methods
from xray_ui.reading.film import header as film_header
from xray_ui.reading.film import keys as film_keys
from xray_ui.reading.result import panel as result_panel
from xray_ui.reading.result import refusal, whose
from xray_ui.reading.uploads import chosen, contents, upload, welcome
from xray_ui.server import delivery


def show() -> None:
    """Show the chosen film and its result, or how to choose one."""
    with guarded():
        # The place is there in every run, so that what follows never slips into the place of something else.
        with st.container():
            opened = chosen.opened_film()
            film = opened.as_film() if opened else _choose(chosen.films())
        version = _in_use()
        st.session_state[page_names.FILM_IS_OPEN] = film is not None
        if film is None:
            with _area(()):
                welcome.show(preparing=version is not None and not readers_in_use.background_reader(version).finished)
        else:
            _show_film(film, version, opened)


def _in_use() -> Version | None:
    """Return the version that reads films; None where none can, which the banner on every page says."""
    try:
        version = readers_in_use.in_use().version
    except ModelCorrupted:
        return None
    return None if readers_in_use.background_reader(version).failed else version


def _choose(films: list[chosen.Film]) -> chosen.Film | None:
    """Offer the films to step through and return the chosen one; say which files are none."""
    if not films:
        _notes("")
        _back_to_the_middle()
        return None
    if st.session_state.get(chosen.SAMPLED):
        welcome.sample_notice()
    several = max(film.place.study for film in films) > 1
    names = {film.key: contents.name_in_study(film.name, film.place, several=several) for film in films}
    keys = list(names)
    if st.session_state.get(chosen.FILM) not in names:
        st.session_state[chosen.FILM] = keys[0]
    if len(films) > 1:
        _stepper(keys, names)
    film = films[keys.index(st.session_state[chosen.FILM])]
    _notes(film.place.sentence)
    return film


def _back_to_the_middle() -> None:
    """Have the upload control drawn in the middle again where nothing that was uploaded is a film."""
    if (ids := upload.file_ids()) and st.session_state.get(upload.WITHOUT_FILMS) != ids:
        st.session_state[upload.WITHOUT_FILMS] = ids
        st.rerun()


def _notes(choice: str) -> None:
    """Say which image of the study was chosen, and which uploaded files are no films, or are lost, in one line."""
    left_out = contents.left_out_sentence() if chosen.are_own() else ""
    if said := " ".join(filter(None, [choice, left_out])):
        st.caption(basics_text.literal(said))


def _stepper(keys: list[str], names: dict[str, str]) -> None:
    position = keys.index(st.session_state[chosen.FILM])
    places = {key: wording.film_place(i, len(keys), names[key]) for i, key in enumerate(keys)}
    with st.container(horizontal=True, vertical_alignment="center", key="stepper"):
        _step_button("Previous", -1, keys, disabled=position == 0)
        _step_button("Next", 1, keys, disabled=position == len(keys) - 1)
        st.selectbox(
            "Film",
            keys,
            format_func=places.__getitem__,
            key=chosen.FILM,
            width=420,
            label_visibility="collapsed",
            persist_state="session",
        )


def _step_button(label: str, offset: int, keys: list[str], *, disabled: bool) -> None:
    st.button(
        label,
        on_click=chosen.step,
        args=(offset, keys),
        disabled=disabled,
        shortcut=film_keys.PREVIOUS if offset < 0 else film_keys.NEXT,
        icon=":material/chevron_left:" if offset < 0 else ":material/chevron_right:",
        icon_position="left" if offset < 0 else "right",
    )


def _area(key: tuple[object, ...]) -> DeltaGenerator:
    """Return the place for an image and model, with nothing in it that belonged to another.

    The browser keeps the elements of the last run until something takes their place, so the film would be another one
    while the number beside it still is of the film before. So at each change of image the place of both is emptied,
    and nothing is drawn into it before the browser has been sent that; where the page is drawn anew meanwhile, as by
    another step to the next film, the change is not counted and the place is emptied again.
    """
    with st.container(key="reading_area"):
        if shown.is_shown(key):
            return st.container()
        place = st.empty()
        delivery.wait_until_sent(may_be_stopped=shown.what_is_shown)
        shown.turn_to(key)
        return place.container()


def _show_film(film: chosen.Film, in_use: Version | None, opened: chosen.OpenedFilm | None) -> None:
    data, problem = _bytes_of(film, opened)
    identity = corrections.corrected(shown.sha256_of(data))
    on_request = opened.version if opened else None
    version = on_request or (outcomes.version_for(identity, in_use) if in_use else None)
    case = case_of(identity, version) if version else None
    result = outcomes.outcome(case) if case else None
    if isinstance(result, Reading):
        methods.offer_methods(result)
    films = [] if opened else chosen.films()
    beside = beside_choice.beside(case, film, data, version, films) if case and version and result is not None else None
    # What is read against the check is another result than the refusal, so it gets another place; and so does a film
    # with something beside it.
    with _area((identity, case, overruling.reason(case) if case else None, beside.key if beside else None)):
        whose.show(identity, version, in_use, opened)
        try:
            radiograph = shown.radiograph(identity, data)
        except UnreadableImage as error:
            st.error(basics_text.literal(problem or str(error)), icon=":material/image_not_supported:")
            return
        if version and result is not None and not on_request:
            outcomes.keep_version(identity, version)
        corrections.notice(radiograph)
        offered = beside_choice.offered(film, version, films) if version and result is not None else {}
        view = film_panel.toolbar(data, radiograph, version, case, result, offered)
        with st.container(key="film_and_result"):
            picture_column, explanation_column = st.columns([8, 3], gap="small")
        with picture_column:
            film_panel.show(film.name, radiograph, version, case, result, view, beside)
        with explanation_column:
            _explain(radiograph, version, case, result, view)
            film_header.show(radiograph)
            if film.label is not None:
                _label(film.key, film.label)


def _bytes_of(film: chosen.Film, opened: chosen.OpenedFilm | None) -> tuple[bytes, str | None]:
    """Return a film's bytes; none, and why, where it cannot be had, or is not the one that was compared."""
    try:
        data = film.read_bytes()
    except UnreadableImage as error:
        return b"", str(error)
    except OSError:
        return b"", wording.FILM_MISSING
    is_same = opened is None or shown.sha256_of(data) == opened.sha256
    return (data, None) if is_same else (b"", wording.FILM_CHANGED)


def _explain(
    radiograph: Radiograph, version: Version | None, case: Case | None, result: Reading | Refusal | None, view: View
) -> None:
    if version is None or case is None:
        return
    if isinstance(result, Refusal):
        refusal.show(result, radiograph, case)
    elif result is not None:
        result_panel.show(result, radiograph, version, view)
    else:
        _read(radiograph, version)


def _read(radiograph: Radiograph, version: Version) -> None:
    reading = readers_in_use.background_reader(version)
    reading.start()
    if reading.failed:
        reason = (
            str(reading.corrupted) if reading.corrupted else basics_text.unexpected_error(str(reading.error_number))
        )
        st.error(basics_text.literal(reason), icon=":material/block:")
    elif reading.reader is None:
        st.info(wording.WAITING, icon=":material/hourglass_top:")
        waiting.watch(reading)
    else:
        st.info(wording.READING, icon=":material/hourglass_top:")
        outcomes.read(radiograph, version, reading.reader)
        st.rerun()


def _label(key: str, label: str) -> None:
    if chosen.is_revealed(key):
        st.text(wording.label_sentence(label))
    else:
        st.button("Reveal label", on_click=chosen.reveal_label, args=(key,), icon=":material/visibility:")
