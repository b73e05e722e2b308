"""Which way up, which way round its greys and in which window is a film read? As its file says, until corrected."""

from typing import cast

import streamlit as st

from model_store.export.wording import sentences
from model_store.film.radiograph import FilmIdentity, Radiograph
from model_store.reading.film_check.verdict import QualityReport
from xray_ui.basics.guard import guarded
from xray_ui.basics.keep import keep
from xray_ui.reading.film import correction_wording

_MIRROR = ":material/flip:"


def corrected(sha256: str) -> FilmIdentity:
    """Return which film of a file is read: the stored one, or that into which the reader has corrected it.

    Args:
        sha256: of the file's bytes.
    """
    return corrected_films().get(sha256, FilmIdentity(sha256))


def notice(radiograph: Radiograph) -> None:
    """Say that a film is not shown as it was uploaded, and offer the way back."""
    if radiograph.stored is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="correction_notice"):
        said = sentences.correction_sentence(
            radiograph.turn, is_inverted=radiograph.is_inverted, is_mirrored=radiograph.is_mirrored
        )
        mirrored_or_inverted = _MIRROR if radiograph.is_mirrored else ":material/invert_colors:"
        st.info(said, icon=":material/rotate_90_degrees_cw:" if radiograph.turn else mirrored_or_inverted)
        st.button(
            correction_wording.BACK_TO_STORED,
            on_click=_read_as,
            args=(radiograph.stored.identity,),
            icon=":material/undo:",
        )


def button(radiograph: Radiograph, report: QualityReport, *, key: str) -> None:
    """Offer to correct a film where that answers the check; does nothing where it does not.

    Where a film lies on its side, its lungs may be missed as well; so whatever the reader could overrule is asked
    again of the corrected film, while a picture that is no film at all is not offered to be turned.

    Args:
        radiograph: the film that was refused.
        report: why.
        key: of the case.
    """
    offers = {reason.offer for reason in report.refusals}
    turn, invert = "turn" in offers and report.turn != 0, "invert" in offers
    if "" in offers or not (turn or invert):
        return
    st.button(
        correction_wording.correction_label(turn=turn, invert=invert),
        key=f"correct-{key}",
        type="primary",
        width="stretch",
        icon=":material/rotate_90_degrees_cw:" if turn else ":material/invert_colors:",
        on_click=_read_as,
        args=(radiograph.corrected(report.turn if turn else 0, invert).identity,),
    )


def mirror_button(film: FilmIdentity, *, key: str) -> None:
    """Offer to mirror a film and have it read so; `key` is the case's."""
    st.button(
        correction_wording.MIRROR,
        key=f"mirror-{key}",
        icon=_MIRROR,
        on_click=_read_as,
        args=(film._replace(is_mirrored=not film.is_mirrored),),
    )


def window_choice(radiograph: Radiograph) -> None:
    """Let the reader see a film in another window of its file, and have it read so; shows nothing without a choice."""
    offered = radiograph.header.windows if radiograph.header else ()
    if len(offered) < 2:
        return
    # The key is this window's too: another window is another film, whose control shows that window.
    key = "-".join(map(str, ("window_of_the_file", *radiograph.identity)))
    st.selectbox(
        correction_wording.WINDOW_OF_THE_FILE,
        range(len(offered)),
        index=radiograph.window,
        format_func=offered.__getitem__,
        key=key,
        width=320,
        label_visibility="collapsed",
        on_change=_see_in,
        args=(radiograph.identity, key),
    )


def _see_in(film: FilmIdentity, key: str) -> None:
    _read_as(film._replace(window=int(st.session_state[key])))


@guarded()
def _read_as(film: FilmIdentity) -> None:
    keep(corrected_films(), film.sha256, film)


def corrected_films() -> dict[str, FilmIdentity]:
    """Return the corrected films of this session by the hash of their file, the very ones that are kept."""
    return cast("dict[str, FilmIdentity]", st.session_state.setdefault("corrected_films", {}))
