"""Which versions of the model are there? The label of one, what can be done with it, its card, the list and the log."""

import streamlit as st

from model_store.basics.errors import ModelCorrupted
from model_store.disk.home import xray_home
from model_store.export.wording import sentences
from model_store.trainings.folder import RunNotFound
from model_store.trainings.store import RunStore
from model_store.versions.activation.activation import Activation, remove_version
from model_store.versions.activation.active_file import ActivationDamaged
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Registry, Version
from xray_ui.access import login
from xray_ui.access.maintaining import maintaining
from xray_ui.basics import page_names, tables
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.card import panel as card_panel
from xray_ui.models import activation as models_activation
from xray_ui.models import export_version, import_version, rows
from xray_ui.models import wording as models_wording

CHOSEN = "chosen_version"


def show() -> None:
    """Show all versions, and one of them whole."""
    with st.container(key="model_page"), guarded():
        st.title("Models", anchor=False)
        with st.container():
            models_activation.show_outcome()
        st.warning(sentences.RESEARCH_USE, icon=":material/info:")
        found = _versions()
        active = _active_name()
        with st.container(horizontal=True, vertical_alignment="bottom", key="version_actions"):
            name = _choose(found, active)
            _actions(name, found[name], active)
        _card(found[name])
        with st.expander(f"All versions: {len(found)}", icon=":material/list:"), st.container(key="version_list"):
            _list(found, active)
        with st.expander("Log of activations", icon=":material/history:"):
            tables.show(rows.log_rows(Activation(xray_home()).log()), otherwise=models_wording.NO_LOG)
        models_activation.show_dialog()


def _versions() -> dict[str, Version | ModelCorrupted]:
    """Return each version, or why its card cannot be used."""
    registry = Registry(xray_home())
    found: dict[str, Version | ModelCorrupted] = {}
    for name in registry.names():
        try:
            found[name] = registry.version(name)
        except ModelCorrupted as error:
            found[name] = error
    return found


def _active_name() -> str | None:
    try:
        return Activation(xray_home()).active_name()
    except ActivationDamaged:
        return None


def _list(found: dict[str, Version | ModelCorrupted], active: str | None) -> None:
    activation = Activation(xray_home())
    tables.show(
        [
            rows.version_row(version, active=active, gate=activation.gate_state(version))
            if isinstance(version, Version)
            else rows.damaged_row(name, active=active)
            for name, version in found.items()
        ]
    )


def _choose(found: dict[str, Version | ModelCorrupted], active: str | None) -> str:
    names = list(found)
    if (imported := import_version.take_imported()) in names:
        st.session_state[CHOSEN] = imported
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = active if active in names else BUNDLED
    shown = {name: rows.shown_in_list(name, found[name], is_active=name == active) for name in names}
    chosen = st.selectbox(
        "Version",
        names,
        index=names.index(st.session_state[CHOSEN]),
        format_func=shown.__getitem__,
        key=f"version-{hash(tuple(shown.items()))}",  # The browser keeps a box's words for as long as its key.
        width=360,
    )
    st.session_state[CHOSEN] = chosen
    return chosen


def _actions(name: str, version: Version | ModelCorrupted, active: str | None) -> None:
    if login.may_maintain():
        models_activation.offer(name)
        models_activation.roll_back_button()
    if isinstance(version, Version):
        export_version.show(version)
    if not login.may_maintain():
        st.text(login.MAINTAINERS_ONLY)
        return
    import_version.show()
    # Last, and under a key of its own: in a place where another box was open, its question would open by itself.
    if name not in (BUNDLED, active):
        _delete(name)


def _delete(name: str) -> None:
    with st.popover("Delete", icon=":material/delete:", key=f"delete-box-{name}"):
        st.text(f"{models_wording.delete_version(name)} {models_wording.NOT_UNDONE}")
        if st.button("Yes, delete it", key=f"delete-version-{name}"):
            with maintaining():
                remove_version(name, xray_home())
                st.rerun()


def _card(version: Version | ModelCorrupted) -> None:
    if isinstance(version, ModelCorrupted):
        st.error(basics_text.literal(str(version)), icon=":material/block:")
        return
    st.header(basics_text.literal(f"Label of {version.card.version}"), anchor=False)
    card_panel.show(version.card.content, version.comparison)
    card = version.card.record
    run = card.run
    if run and not card.imported and _has_run(run):
        st.page_link(
            page_names.RETRAIN_PAGE,
            label=f"Made by run {basics_text.literal(run)}",
            icon=":material/monitoring:",
            query_params={"run": run},
        )


def _has_run(run_id: str) -> bool:
    try:
        RunStore(xray_home()).get(run_id)
    except RunNotFound:
        return False
    return True
