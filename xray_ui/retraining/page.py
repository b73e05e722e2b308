"""What is being retrained, what was, and with which outcome? First the newest examination, then the runs."""

import streamlit as st

from model_store.disk.home import xray_home
from model_store.trainings import uploads
from model_store.trainings.folder import RunFolder, RunNotFound
from model_store.trainings.store import RunStore
from xray_ui.access import login
from xray_ui.basics import page_names
from xray_ui.basics.guard import guarded
from xray_ui.models import activation as models_activation
from xray_ui.retraining import data, job, wording
from xray_ui.retraining.examination import panel as examination_panel
from xray_ui.retraining.run import panel as run_panel

RUN = "chosen_run"
_ASIDE = "examinations_put_aside"
_LINKED = "linked_run"


def show() -> None:
    """Show the examination that waits for a decision, and the chosen run."""
    with st.container(key="retrain_page"), guarded():
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.title("Retrain", anchor=False)
            if login.may_maintain():
                st.page_link(page_names.NEW_TRAINING_PAGE, label="New training", icon=":material/model_training:")
        with st.container():
            models_activation.show_outcome()
        runs = RunStore(xray_home()).all()
        with st.container():
            if examination := _examination(runs):
                examination_panel.show(examination, put_aside=_put_aside)
        st.header("Runs", anchor=False)
        if runs:
            run_panel.show(_chosen(runs))
        else:
            st.text(wording.NO_RUNS)
        models_activation.show_dialog()


def _examination(runs: list[RunFolder]) -> RunFolder | None:
    """Return the examination that the address names, or else the newest, unless a run was begun after it."""
    store = RunStore(xray_home(), "examinations")
    aside: set[str] = st.session_state.get(_ASIDE, set())
    named = st.query_params.get("examination")
    if named and named not in aside:
        try:
            return store.get(named)
        except RunNotFound:
            return None
    newest = next(iter(store.all()), None)
    if newest is None or newest.id in aside or st.query_params.get("run"):
        return None
    if runs and _created(newest) <= _created(runs[0]):
        return None
    st.query_params["examination"] = newest.id  # It is still there after a reload.
    return newest


def _put_aside(examination: RunFolder) -> None:
    st.session_state.setdefault(_ASIDE, set()).add(examination.id)
    st.query_params.pop("examination", None)
    if request := job.requested(examination):
        uploads.drop_zip(request.data, xray_home())
    data.drop_unpacked(examination.path / "data", xray_home())


def _created(run: RunFolder) -> str:
    record = run.status().record
    return record.begun if record else ""


def _chosen(runs: list[RunFolder]) -> RunFolder:
    """Let a run be chosen; a link to one chooses it, and the address keeps the choice for a reload."""
    by_id = {run.id: run for run in runs}
    linked = st.query_params.get("run")
    if linked in by_id and st.session_state.get(_LINKED) != linked:
        st.session_state[RUN] = linked
    if st.session_state.get(RUN) not in by_id:
        st.session_state[RUN] = runs[0].id
    states = {run.id: wording.STATES.get(run.status().state, "not known") for run in runs}
    chosen = st.selectbox(
        "Run",
        list(by_id),
        index=list(by_id).index(st.session_state[RUN]),
        format_func=lambda run_id: f"{run_id}: {states[run_id]}",
        key=f"run-{hash(tuple(states.items()))}",  # The browser keeps a box's words for as long as its key.
    )
    st.session_state[RUN] = st.session_state[_LINKED] = chosen
    if linked != chosen and not st.query_params.get("examination"):
        st.query_params["run"] = chosen
    return by_id[chosen]
