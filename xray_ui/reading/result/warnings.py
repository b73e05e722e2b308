"""What has to be known before a result is believed? Above it, and in sight until the reader takes note."""

import streamlit as st

from model_store.export.wording import sentences
from model_store.reading.film_check.verdict import Reason
from model_store.reading.results import Reading
from xray_ui.basics import text as basics_text
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import Case
from xray_ui.reading.film import corrections
from xray_ui.reading.result import check_wording


def show(reading: Reading, case: Case) -> None:
    """Show whether the version reads against its gate, what was overruled, and each warning with a button for that."""
    if reading.against_gate:
        st.warning(basics_text.literal(reading.against_gate), icon=":material/gpp_maybe:")
    if said := sentences.overruled_refusal(reading):
        with st.container(key="read_against_the_check", gap="xsmall"):
            st.error(basics_text.literal(said), icon=":material/gpp_maybe:")
            st.button(
                check_wording.TAKE_BACK,
                key=f"take-back-{case.key}",
                on_click=overruling.take_reason_back,
                args=(case,),
                icon=":material/undo:",
            )
    overruled = overruling.overruled(case)
    for reason in reading.quality.warnings:
        if reason.name in overruled:
            _overruled(reason, case)
        else:
            _warning(reason, case)


def _warning(reason: Reason, case: Case) -> None:
    with st.container(key=f"warning-{_name(reason)}", gap="xsmall"):
        st.warning(basics_text.literal(reason.sentence), icon=":material/warning:")
        with st.container(horizontal=True):
            if reason.offer == "mirror":
                corrections.mirror_button(case.film, key=case.key)
            st.button(
                check_wording.OVERRULE_WARNING,
                key=f"overrule-{_name(reason)}-{case.key}",
                on_click=overruling.overrule,
                args=(case, reason.name),
            )


def _overruled(reason: Reason, case: Case) -> None:
    with st.container(key=f"overruled-{_name(reason)}", gap="xsmall"):
        st.caption(basics_text.literal(sentences.overruled_warning(reason.sentence)))
        st.button(
            check_wording.WARN_AGAIN,
            key=f"warn-{_name(reason)}-{case.key}",
            on_click=overruling.warn_again,
            args=(case, reason.name),
            type="tertiary",
            icon=":material/undo:",
        )


def _name(reason: Reason) -> str:
    return reason.name.replace(" ", "-")
