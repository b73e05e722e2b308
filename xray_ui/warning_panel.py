"""What has to be known before a result is believed? Above it, and in sight until the reader takes note."""

import streamlit as st

from model_store.quality import Reason
from model_store.results import Reading
from xray_ui import gate_wording, overruling, wording
from xray_ui.cases import Case


def show(reading: Reading, case: Case) -> None:
    """Show what was overruled to have the film read, and each warning with a button to overrule it."""
    if said := gate_wording.overruled_refusal(reading):
        with st.container(key="read_against_the_check", gap="xsmall"):
            st.error(wording.literal(said), icon=":material/gpp_maybe:")
            st.button(
                gate_wording.TAKE_BACK,
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
        st.warning(wording.literal(reason.sentence), icon=":material/warning:")
        st.button(
            gate_wording.OVERRULE_WARNING,
            key=f"overrule-{_name(reason)}-{case.key}",
            on_click=overruling.overrule,
            args=(case, reason.name),
        )


def _overruled(reason: Reason, case: Case) -> None:
    with st.container(key=f"overruled-{_name(reason)}", gap="xsmall"):
        st.caption(wording.literal(gate_wording.overruled_warning(reason.sentence)))
        st.button(
            gate_wording.WARN_AGAIN,
            key=f"warn-{_name(reason)}-{case.key}",
            on_click=overruling.warn_again,
            args=(case, reason.name),
            type="tertiary",
            icon=":material/undo:",
        )


def _name(reason: Reason) -> str:
    return reason.name.replace(" ", "-")
