"""What became of this run? State, progress, curves and log; then stop, resume or delete it, and its comparison."""

from pathlib import Path

import streamlit as st

from model_store.disk.home import xray_home
from model_store.trainings.folder import RunFolder
from model_store.trainings.status import RunStatus
from model_store.trainings.store import RunStore, active_run
from xray_ui.access import login
from xray_ui.access.maintaining import maintaining
from xray_ui.basics import rows as basics_rows
from xray_ui.basics import tables
from xray_ui.basics import text as basics_text
from xray_ui.basics.charts import CHART_CONFIG
from xray_ui.basics.guard import guarded
from xray_ui.card import curves as card_curves
from xray_ui.retraining import data as retraining_data
from xray_ui.retraining import job as retraining_job
from xray_ui.retraining import wording as retraining_wording
from xray_ui.retraining.comparison import panel as comparison_panel
from xray_ui.retraining.run import progress
from xray_ui.retraining.run import rows as run_rows


def show(run: RunFolder) -> None:
    """Show a run; while it is active the page follows it by itself."""
    status = run.status()
    if status.state == "finished":  # What it came to is what is asked first.
        comparison_panel.show(run)
        st.header("How it was trained", anchor=False)
    with st.container(key="run"):
        if status.is_active:
            st.fragment(run_every=progress.WATCH_SECONDS)(_follow)(run)
        else:
            _run(run, status)


def _follow(run: RunFolder) -> None:
    """Draw the run again; the whole page, with what can be done now, as soon as it has ended."""
    status = run.status()
    if not status.is_active:
        st.rerun()
    with guarded():
        _run(run, status)


def _run(run: RunFolder, status: RunStatus) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(basics_text.literal(run.id), anchor=False)
        _state(run, status)
        _curves(run)
    with right:
        tables.show(run_rows.fact_rows(status))
        _actions(run, status)
    if lines := run.log_tail():
        with st.expander("Log"):
            st.code("\n".join(lines), language=None)


def _state(run: RunFolder, status: RunStatus) -> None:
    match status.state:
        case _ if not status.record:
            st.error(retraining_wording.DAMAGED_RUN, icon=":material/error:")
        case "scheduled" | "running":
            progress.show_bar(status)
            if figures := retraining_wording.figures(status):
                st.text(figures)
        case "failed":
            st.error(basics_text.literal(status.message or retraining_wording.FAILED), icon=":material/error:")
        case "interrupted":
            st.warning(retraining_wording.INTERRUPTED, icon=":material/power_off:")
        case "cancelled":
            st.info(retraining_wording.CANCELLED, icon=":material/stop_circle:")


def _curves(run: RunFolder) -> None:
    rows = basics_rows.epochs_done(run.metrics())
    figure = card_curves.training_curves(rows)
    if figure is None:
        return
    if len(rows) < 8:
        figure.update_xaxes(dtick=1)  # There is no half an epoch.
    st.plotly_chart(figure, theme=None, config=CHART_CONFIG, key=f"curves-{run.id}", alt="Training curves, by epoch.")


def _actions(run: RunFolder, status: RunStatus) -> None:
    if not login.may_maintain():
        st.text(login.MAINTAINERS_ONLY)
        return
    with st.container(horizontal=True):
        if status.is_active:
            _cancel(run)
            return
        if status.can_resume:
            _resume(run)
        _delete(run)


def _cancel(run: RunFolder) -> None:
    if run.cancel_requested:
        st.text(retraining_wording.CANCELLING)
        return
    with st.popover("Cancel this training", icon=":material/stop_circle:", key=f"cancel-box-{run.id}"):
        st.text(retraining_wording.KEEPS_CHECKPOINT)
        if st.button("Yes, cancel it", key=f"cancel-{run.id}"):
            with maintaining():
                run.request_cancel()
                st.rerun()


def _resume(run: RunFolder) -> None:
    other = active_run(xray_home())
    if st.button("Resume", type="primary", icon=":material/play_arrow:", disabled=other is not None):
        left = run.status().record
        with maintaining(), progress.starting("training", left.left_seconds if left else None):
            retraining_job.resume(run.id, xray_home())
            st.rerun()
    if other is not None:
        st.text(retraining_wording.under_way(other.id, other.status().since))


def _delete(run: RunFolder) -> None:
    with st.popover("Delete this run", icon=":material/delete:", key=f"delete-box-{run.id}"):
        st.text(retraining_wording.DELETE_RUN)
        if st.button("Yes, delete it", key=f"delete-{run.id}"):
            with maintaining(), st.spinner("Deleting the run"):
                record = run.status().record
                data = Path((record.data if record else None) or "")
                RunStore(xray_home()).remove(run.id)
                retraining_data.drop_unpacked(data, xray_home())
                st.rerun()
