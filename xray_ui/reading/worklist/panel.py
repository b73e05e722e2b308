"""What is on the worklist's page? How far the films are, filters, and a table of which each row can be opened."""

from collections.abc import Sequence
from typing import cast

import streamlit as st

from model_store.basics.errors import ModelCorrupted
from model_store.export import table as table_export
from model_store.export.wording import sentences
from model_store.versions.registry import Version
from xray_ui.basics import page_names
from xray_ui.basics import text as basics_text
from xray_ui.basics.errors import without_details
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use as readers_in_use
from xray_ui.reading.case import outcomes
from xray_ui.reading.film import corrections
from xray_ui.reading.uploads import chosen, contents
from xray_ui.reading.worklist import folder, table, wording
from xray_ui.reading.worklist import rows as worklist_rows
from xray_ui.reading.worklist.read_all import ReadAll
from xray_ui.reading.worklist.rows import Row

READ_ALL = "read_all_films"
VERDICTS, WARNINGS, SEARCH = "worklist_verdicts", "worklist_warnings", "worklist_search"
PAGE, AT, BACK = "worklist_page", "worklist_at", "worklist_back"
"""Which page of rows is shown, the film whose row is marked, and whether somebody comes back to it."""

ROWS = 50
"""How many rows are sent to the browser at a time."""

LOOK_SECONDS = 0.7


def show() -> None:
    """Show the worklist of the films that are there, and have them read."""
    with guarded():
        with st.container(horizontal=True, vertical_alignment="center", key="worklist_head"):
            st.title(wording.TITLE, anchor=False, width="stretch")
            folder.show()
        if chosen.are_own() and (said := contents.left_out_sentence()):
            st.caption(basics_text.literal(said))
        films = [film for film in chosen.films() if film.place.is_chosen]
        if not films:
            st.text(wording.EMPTY)
            return
        reading = read_all()
        present = _present()
        # Examples are read once somebody asks for that; films of one's own were handed over to be read.
        if chosen.are_own() and not reading.was_cancelled:
            reading.begin(_unread(worklist_rows.rows_of(films, reading, present)))
        st.fragment(_films, run_every=LOOK_SECONDS if reading.is_under_way else None)(films)


def read_all() -> ReadAll:
    """Return what reads the films of this session in the background."""
    if READ_ALL not in st.session_state:
        st.session_state[READ_ALL] = ReadAll(outcomes.memory(), corrections.corrected_films())
    return cast("ReadAll", st.session_state[READ_ALL])


def _present() -> Version | None:
    try:
        return readers_in_use.in_use().version
    except ModelCorrupted:
        return None


def _unread(rows: Sequence[Row]) -> list[chosen.Film]:
    """Return the films that nobody has looked into, in the order in which they were handed over."""
    return [row.film for row in rows if row.found is None]


def _films(films: list[chosen.Film]) -> None:
    with guarded():
        reading = read_all()
        is_under_way = reading.is_under_way
        rows = worklist_rows.rows_of(films, reading, _present())
        _progress(reading, rows, is_under_way=is_under_way)
        _of_another(reading, rows)
        with st.container(horizontal=True, vertical_alignment="bottom", key="worklist_filters"):
            shown = _filtered(rows)
            _save(shown)
        with st.container(horizontal=True, key="worklist_summary"):
            st.caption(f"{wording.summary(worklist_rows.counts(rows))}.", width="content")
            with st.container(key="worklist_keys", width="content"):
                st.caption(wording.KEYS, width="content")
        _table(shown)
        st.caption(sentences.RESEARCH_USE)
        # The page is drawn anew where it has to look by itself from now on, or no longer.
        if is_under_way and not reading.is_under_way:
            st.rerun()


def _progress(reading: ReadAll, rows: Sequence[Row], *, is_under_way: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="worklist_progress"):
        if is_under_way:
            progress = reading.progress()
            said = wording.progress(progress.done, progress.of, progress.seconds_left)
            preparing = (version := _present()) and not readers_in_use.background_reader(version).finished
            st.progress(progress.done / max(progress.of, 1), text=wording.PREPARING if preparing else said)
            st.button(wording.CANCEL, on_click=guarded()(reading.cancel), icon=":material/stop_circle:")
            return
        if reading.problem:
            st.error(basics_text.literal(reading.problem), icon=":material/block:")
        if unread := _unread(rows):
            if reading.was_cancelled:
                st.text(wording.cancelled(len(unread)))
            label = wording.RESUME if reading.was_cancelled else wording.read_these(len(unread))
            if st.button(label, type="primary", icon=":material/play_arrow:"):
                reading.begin(unread)
                st.rerun()


def _of_another(reading: ReadAll, rows: Sequence[Row]) -> None:
    """Say that rows were read by another version than the one in use, and offer to have them read by that."""
    others, present = [row for row in rows if row.is_of_another], _present()
    if not others or present is None:
        return
    name = readers_in_use.shown_name(present)
    with st.container(horizontal=True, vertical_alignment="center", key="worklist_others"):
        st.warning(basics_text.literal(wording.read_by_another(len(others), name)), icon=":material/history:")
        label = basics_text.literal(wording.read_again(name, len(others)))
        if st.button(label, icon=":material/refresh:", disabled=reading.is_under_way):
            for row in others:
                if row.identity:
                    outcomes.keep_version(row.identity, present)
            reading.begin([row.film for row in others])
            st.rerun()


def _filtered(rows: Sequence[Row]) -> list[Row]:
    verdicts = st.pills(
        "Answer",
        table_export.VERDICTS,
        selection_mode="multi",
        format_func=wording.VERDICTS.__getitem__,
        key=VERDICTS,
        persist_state="session",
    )
    warnings = st.segmented_control(
        "Warnings",
        [worklist_rows.WITH, worklist_rows.WITHOUT],
        key=WARNINGS,
        persist_state="session",
    )
    search = st.text_input("Search", key=SEARCH, persist_state="session", width=220, max_chars=100)
    return worklist_rows.filtered(rows, verdicts=verdicts, warnings=warnings, search=search)


def _save(rows: Sequence[Row]) -> None:
    # Worked out when it is saved, of the rows as they are now: the session cannot be asked then.
    st.download_button(
        wording.SAVE,
        data=without_details(lambda: table_export.to_csv(row.cells() for row in rows)),
        file_name="worklist.csv",
        mime="text/csv",
        on_click="ignore",
        disabled=not rows,
        help=wording.SAVE_HELP,
        icon=":material/download:",
    )


def _table(rows: Sequence[Row]) -> None:
    if not rows:
        st.text(wording.NOTHING_FITS)
        return
    keys = [row.film.key for row in rows]
    at, last = st.session_state.get(AT), (len(rows) - 1) // ROWS
    if st.session_state.pop(BACK, False) and at in keys:
        st.session_state[PAGE] = keys.index(at) // ROWS
    page = min(int(st.session_state.get(PAGE, 0)), last)
    opened, walked = table.show(rows[page * ROWS : (page + 1) * ROWS], at=at)
    if last:
        _pages(page, last, len(rows))
    if opened in keys:
        open_film(opened, keys)
    elif walked and 0 <= page + walked <= last:
        st.session_state[PAGE] = page + walked
        st.session_state[AT] = keys[(page + 1) * ROWS if walked > 0 else page * ROWS - 1]
        st.rerun(scope="fragment")


def _pages(page: int, last: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="worklist_pages"):
        st.button("Page before", on_click=_turn, args=(page - 1,), disabled=page == 0, icon=":material/chevron_left:")
        st.text(wording.page(page * ROWS + 1, min((page + 1) * ROWS, count), count))
        st.button("Next page", on_click=_turn, args=(page + 1,), disabled=page == last, icon=":material/chevron_right:")


@guarded()
def _turn(page: int) -> None:
    st.session_state[PAGE] = page


def open_film(key: str, order: list[str]) -> None:
    """Turn to a film on the reading page; its row is marked for whoever comes back.

    Args:
        key: of the film.
        order: of the rows, in which films can be stepped through there.
    """
    chosen.close_film()
    st.session_state[chosen.ORDER] = order
    st.session_state[chosen.FILM] = st.session_state[AT] = key
    st.session_state[BACK] = True
    chosen.turn_page(page_names.READING_PAGE)
