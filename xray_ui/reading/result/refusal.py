"""Why was this film not read, and what can be done? Never a probability, a gauge or a map."""

import streamlit as st

from model_store.film.radiograph import Radiograph
from model_store.versions.activation.proof import SHORTEST_REASON
from xray_ui.basics import text as basics_text
from xray_ui.reading.case import overruling
from xray_ui.reading.case.case import Case
from xray_ui.reading.case.outcomes import Refusal
from xray_ui.reading.film import corrections
from xray_ui.reading.result import check_wording


def show(refusal: Refusal, radiograph: Radiograph, case: Case) -> None:
    """Show why a film was not read, and what the app can do about it."""
    if refusal.report is None:
        st.error(basics_text.literal(refusal.sentence), icon=":material/warning:")
        return
    with st.container(key="not_read"):
        st.markdown(f":red[:material/block: {check_wording.NOT_READ}]")
    st.error(basics_text.listed([reason.sentence for reason in refusal.report.refusals]))
    corrections.button(radiograph, refusal.report, key=case.key)
    if refusal.report.offers("overrule"):
        _overrule(case, is_age_alone=all(reason.name == "adult" for reason in refusal.report.refusals))


def _overrule(case: Case, *, is_age_alone: bool) -> None:
    label, help_text = check_wording.OVERRULE, check_wording.OVERRULE_HELP
    if is_age_alone:
        label, help_text = check_wording.OVERRULE_ADULT, check_wording.OVERRULE_ADULT_HELP
    with st.expander(label):
        st.text(help_text)
        key = f"reason-{case.key}"
        st.text_area(check_wording.REASON_LABEL, key=key, max_chars=check_wording.LONGEST_REASON, height=100)
        # Not with on_click: a reason that is too short is answered here, beside the field.
        if st.button(check_wording.READ_ALL_THE_SAME, key=f"overrule-{case.key}", icon=":material/edit_note:"):
            missing = check_wording.ADULT_REASON_MISSING if is_age_alone else check_wording.REASON_MISSING
            _read_all_the_same(case, str(st.session_state.get(key) or ""), missing)


def _read_all_the_same(case: Case, typed: str, missing: str) -> None:
    reason = basics_text.one_line(typed)
    if len(reason) < SHORTEST_REASON:
        st.error(missing, icon=":material/edit_note:")
        return
    overruling.give_reason(case, reason)
    st.rerun()
