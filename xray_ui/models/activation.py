"""How does another version come to read films? A person confirms it, with a reason where the gate was not passed."""

import streamlit as st

from model_store.disk.home import xray_home
from model_store.trainings import request
from model_store.versions.activation.activation import Activation
from model_store.versions.activation.active_file import ActivationDamaged
from model_store.versions.activation.proof import SHORTEST_REASON
from model_store.versions.bundled import BUNDLED
from model_store.versions.comparison.wording import sentences
from model_store.versions.registry import Registry, Version
from xray_ui.access import login
from xray_ui.access.maintaining import maintaining, name_of_actor
from xray_ui.basics import tables
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded, refusals_shown
from xray_ui.models import rows
from xray_ui.models import wording as models_wording
from xray_ui.readers import in_use

PENDING = "version_to_activate"
SAID = "said_of_activation"
BY, REASON = "activation_by", "activation_reason"


def offer(name: str) -> None:
    """Offer to activate a version, or say that it is active."""
    if is_active(name):
        st.text(models_wording.IS_ACTIVE)
        return
    label = f"Activate {basics_text.literal(name)}"
    st.button(label, on_click=_ask, args=(name,), type="primary", icon=":material/published_with_changes:")


def is_active(name: str) -> bool:
    """Return whether a version is the one that was activated last, whether or not it can be used."""
    try:
        return Activation(xray_home()).active_name() == name
    except ActivationDamaged:
        return False


def roll_back_button() -> None:
    """Offer to go back to the version before, in one click."""
    activation = Activation(xray_home())
    previous = activation.previous_name()
    label = f"Roll back to {basics_text.literal(previous)}" if previous else "Roll back"
    if st.button(label, disabled=previous is None, icon=":material/undo:"):
        with maintaining(), st.spinner(models_wording.CHECKING):
            _tell(activation.roll_back(by=name_of_actor(str(st.session_state.get(BY) or ""))))


def show_dialog() -> None:
    """Ask for confirmation where somebody has pressed the button; to be called once on a page that offers it."""
    if name := st.session_state.get(PENDING):
        _confirm(name)


def show_outcome() -> None:
    """Say once what was activated."""
    if said := st.session_state.pop(SAID, None):
        st.success(basics_text.literal(said), icon=":material/check_circle:")


@guarded()
def _ask(name: str) -> None:
    st.session_state[PENDING] = name


def _forget() -> None:
    st.session_state.pop(PENDING, None)


@st.dialog("Activate another version", width="medium", on_dismiss=_forget)
def _confirm(name: str) -> None:
    with refusals_shown():
        version = Registry(xray_home()).version(name)
        gate = Activation(xray_home()).gate_state(version)
        comparison, present = version.comparison, in_use.shown_name(in_use.in_use().version)
        st.text(models_wording.activation_question(name, present))
        if name != BUNDLED:
            tables.show(rows.check_rows(comparison, gate=gate))
        if gate != "passed":
            said = sentences(comparison) if comparison else []
            st.warning(basics_text.listed(models_wording.why_a_reason(gate, said)), icon=":material/gpp_maybe:")
            st.text_area(models_wording.REASON_LABEL, key=REASON, max_chars=500)
        if not login.user_name():
            st.session_state.setdefault(BY, request.account())
            st.text_input("Your name", key=BY, max_chars=80)
        with st.container(horizontal=True):
            keep = st.button(f"Keep {basics_text.literal(present)}", type="primary", key="refuse_activation")
            confirmed = st.button("Activate", key="confirm_activation")
        if keep:
            _forget()
            st.rerun()
        if confirmed:
            with maintaining(), st.spinner(models_wording.CHECKING):
                _activate(version, needs_reason=gate != "passed")


def _activate(version: Version, *, needs_reason: bool) -> None:
    reason = str(st.session_state.get(REASON) or "").strip() if needs_reason else None
    if needs_reason and len(reason or "") < SHORTEST_REASON:
        st.error(models_wording.REASON_MISSING, icon=":material/edit_note:")
        return
    by = name_of_actor(str(st.session_state.get(BY) or ""))
    Activation(xray_home()).activate(version.name, by=by, reason=reason)
    _forget()
    st.session_state.pop(REASON, None)
    _tell(version.name)


def _tell(name: str) -> None:
    """Draw the whole app anew with the version that reads from now on."""
    version = Registry(xray_home()).version(name)
    in_use.forget_failed(version)  # Its files have just been found whole.
    st.session_state[SAID] = models_wording.activated(in_use.shown_name(version))
    st.rerun()
