"""How does something stand beside the film on the screen? Each number under its own picture, and both zoom together."""

from dataclasses import replace

import streamlit as st

from model_store.export.picture import View
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import UnreadableImage
from model_store.reading.results import Reading
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use as readers_in_use
from xray_ui.readers import waiting
from xray_ui.reading import wording as reading_wording
from xray_ui.reading.beside import choice, wording
from xray_ui.reading.beside.choice import Beside
from xray_ui.reading.case import outcomes, shown
from xray_ui.reading.case.case import Case
from xray_ui.reading.case.outcomes import Refusal
from xray_ui.reading.film import methods, viewer
from xray_ui.reading.film import view as film_view
from xray_ui.reading.result import check_wording, folding
from xray_ui.reading.result.in_short import in_short


def menu(case: Case, offered: dict[str, str]) -> None:
    """Let the reader choose what stands beside a film; shows nothing where there is nothing to choose.

    Args:
        case: the film and the version.
        offered: what can be chosen, and what each is called.
    """
    if not offered:
        return
    key = choice.key_of(case)
    if st.session_state.get(key) not in (None, *offered):
        st.session_state[key] = None
    with st.popover(wording.COMPARE, icon=":material/compare:", key="compare"), st.container(key="beside_film_compare"):
        st.selectbox(
            wording.LABEL, list(offered), index=None, format_func=offered.__getitem__, key=key, help=wording.HELP
        )
        if st.session_state.get(key):
            st.button(wording.STOP, key=f"stop-{key}", on_click=_stop, args=(key,), icon=":material/close:")


@guarded()
def _stop(key: str) -> None:
    st.session_state[key] = None


def show(
    name: str,
    radiograph: Radiograph,
    version: Version,
    case: Case,
    result: Reading | Refusal,
    view: View,
    beside: Beside,
) -> bool:
    """Show a film with what was chosen to stand beside it; returns whether it could be.

    Args:
        name: of the film that is open.
        radiograph: that film.
        version: which reads it.
        case: both.
        result: what came of it.
        view: how it is shown.
        beside: what stands beside it.
    """
    other_name = beside.film.name if beside.film else name
    try:
        if beside.problem:
            raise UnreadableImage(beside.problem, "missing")
        other = shown.radiograph(beside.identity, beside.data)
    except UnreadableImage as error:
        st.error(basics_text.literal(wording.unreadable(other_name, str(error))), icon=":material/block:")
        return False
    found = outcomes.outcome(beside.case)
    if found is None:
        _read(other, beside.version)
        return False
    titles = [
        wording.of_film(each, is_present=i == 0) if beside.film else wording.of_version(readers_in_use.shown_name(by))
        for i, (each, by) in enumerate([(name, version), (other_name, beside.version)])
    ]
    of_other = film_view.chosen_view(other) if beside.film else view
    viewer.show_beside(
        _side(name, titles[0], radiograph, case, result, view),
        _side(other_name, titles[1], other, beside.case, found, replace(of_other, layout=view.layout)),
        key=f"{case.key}-{beside.case.key}",
    )
    st.caption(basics_text.literal(wording.all_else(titles[0], versions=beside.film is None)))
    return True


def _side(
    name: str, title: str, radiograph: Radiograph, case: Case, result: Reading | Refusal, view: View
) -> viewer.Side:
    """Return a picture with what came of that very film, by that very version."""
    if isinstance(result, Refusal):
        said = wording.not_read(check_wording.NOT_READ, result.sentence)
        return viewer.Side(radiograph, None, view, name, (title, said))
    drawn = folding.drawn_view(view, result, case)
    return viewer.Side(radiograph, methods.chosen_explanation(result), drawn, name, (title, in_short(result, case)))


def _read(radiograph: Radiograph, version: Version) -> None:
    reading = readers_in_use.background_reader(version)
    reading.start()
    if reading.failed:
        st.error(wording.NO_READER, icon=":material/block:")
    elif reading.reader is None:
        st.info(reading_wording.WAITING, icon=":material/hourglass_top:")
        waiting.watch(reading)
    else:
        st.info(reading_wording.READING, icon=":material/hourglass_top:")
        # By whom a film is read on its own page stays as it is: what stands beside another decides nothing.
        outcomes.read(radiograph, version, reading.reader, replace(outcomes.memory(), read_by={}))
        st.rerun()
