"""Why was this film not read, and what can be done? Never a probability, a gauge or a map."""

import streamlit as st

from model_store.gate_state import SHORTEST_REASON
from model_store.radiograph import Radiograph
from xray_ui import corrections, gate_wording, overruling, wording
from xray_ui.cases import Case
from xray_ui.outcomes import Refusal


def show(refusal: Refusal, radiograph: Radiograph, case: Case) -> None:
    """Show why a film was not read, and what the app can do about it."""
    if refusal.report is None:
        st.error(wording.literal(refusal.sentence), icon=":material/warning:")
        return
    with st.container(key="not_read"):
        st.markdown(f":red[:material/block: {gate_wording.NOT_READ}]")
    st.error(wording.listed([reason.sentence for reason in refusal.report.refusals]))
    corrections.button(radiograph, refusal.report, key=case.key)
    if refusal.report.offers("overrule"):
        _overrule(case)


def _overrule(case: Case) -> None:
    with st.expander(gate_wording.OVERRULE):
        st.text(gate_wording.OVERRULE_HELP)
        key = f"reason-{case.key}"
        st.text_area(gate_wording.REASON_LABEL, key=key, max_chars=gate_wording.LONGEST_REASON, height=100)
        # Not with on_click: a reason that is too short is answered here, beside the field.
        if st.button(gate_wording.READ_ALL_THE_SAME, key=f"overrule-{case.key}", icon=":material/edit_note:"):
            _read_all_the_same(case, str(st.session_state.get(key) or ""))


def _read_all_the_same(case: Case, typed: str) -> None:
    reason = wording.one_line(typed)
    if len(reason) < SHORTEST_REASON:
        st.error(gate_wording.REASON_MISSING, icon=":material/edit_note:")
        return
    overruling.give_reason(case, reason)
    st.rerun()
