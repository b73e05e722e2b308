"""What was found on the films, and shall the training begin? One examination, from its progress to the decision."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from model_store.disk.home import xray_home
from model_store.trainings import uploads
from model_store.trainings.findings import wording as findings_wording
from model_store.trainings.findings.record import Findings, read_findings
from model_store.trainings.folder import RunFolder
from model_store.trainings.request import TrainingRequest
from model_store.trainings.status import RunStatus
from model_store.trainings.store import active_run
from xray_ui.access import login
from xray_ui.access.maintaining import maintaining, name_of_actor
from xray_ui.basics import tables
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.basics.rows import part
from xray_ui.retraining import job as retraining_job
from xray_ui.retraining import wording as retraining_wording
from xray_ui.retraining.examination import questions
from xray_ui.retraining.examination import rows as examination_rows
from xray_ui.retraining.run import progress as run_progress

UNPACKING = ("starting", "unpacking")
"""Phases during which an uploaded ZIP file is still needed."""


def show(examination: RunFolder, *, put_aside: Callable[[RunFolder], None]) -> None:
    """Show an examination: its progress, or its result and what can be done with it.

    Args:
        examination: its folder.
        put_aside: called where nobody wants to see it any more.
    """
    status = examination.status()
    request = retraining_job.requested(examination)
    _drop_upload(request, status)
    with st.container(border=True, key="examination"):
        _heading(examination, request, status, put_aside)
        if status.is_active or not status.record:
            _watch(examination)
        elif status.state == "finished":
            _result(examination, request)
        else:
            _ended_early(status, request)


def _drop_upload(request: TrainingRequest | None, status: RunStatus) -> None:
    """Delete an uploaded ZIP file once it was unpacked, or nobody will unpack it any more."""
    if request and status.record and not (status.is_active and status.phase in UNPACKING):
        uploads.drop_zip(request.data, xray_home())


def _heading(
    examination: RunFolder,
    request: TrainingRequest | None,
    status: RunStatus,
    put_aside: Callable[[RunFolder], None],
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Examination of the films", anchor=False)
        if login.may_maintain() and not status.is_active:
            with st.popover("Put aside", icon=":material/close:", key=f"aside-box-{examination.id}"):
                st.text(retraining_wording.PUT_ASIDE)
                if st.button("Yes, put it aside", key=f"aside-{examination.id}"):
                    with maintaining():
                        put_aside(examination)
                        st.rerun()
    if request:
        st.text(retraining_wording.asked_for(request.name, request.preset, request.init, _source_name(request.data)))


def _source_name(data: Path) -> str:
    return "an uploaded ZIP file" if uploads.is_kept_zip(data, xray_home()) else data.name


@st.fragment(run_every=run_progress.WATCH_SECONDS)
def _watch(examination: RunFolder) -> None:
    """Show how far it is; the page is drawn anew as soon as it has ended."""
    with guarded():
        status = examination.status()
        if not status.record:
            st.text(retraining_wording.NOT_YET_KNOWN)
            return
        if not status.is_active:
            st.rerun()
        run_progress.show_bar(status)
        if examination.cancel_requested:
            st.text(retraining_wording.CANCELLING)
        elif login.may_maintain() and st.button("Cancel the examination", icon=":material/stop_circle:"):
            with maintaining():
                examination.request_cancel()
                st.rerun()


def _ended_early(status: RunStatus, request: TrainingRequest | None) -> None:
    if status.state == "cancelled":
        st.info(retraining_wording.EXAMINATION_CANCELLED, icon=":material/stop_circle:")
    else:
        said = status.message if status.state == "failed" and status.message else retraining_wording.EXAMINATION_GONE
        st.error(basics_text.literal(said), icon=":material/error:")
    if request and request.data.exists() and login.may_maintain():
        _again_button(lambda: request)


def _result(examination: RunFolder, request: TrainingRequest | None) -> None:
    try:
        result = examination.read_json("result")
        found = read_findings(result)
    except (OSError, ValueError):
        st.error(retraining_wording.DAMAGED_EXAMINATION, icon=":material/error:")
        return
    _verdict(result, found)
    if request is None:
        st.error(retraining_wording.DAMAGED_EXAMINATION, icon=":material/error:")
    elif not login.may_maintain():
        st.text(login.MAINTAINERS_ONLY)
    else:
        _decide(examination, result, _examined(request, result), is_forbidden=bool(found.problems))
    _behind_it(result, found)


def _verdict(result: dict[str, Any], found: Findings) -> None:
    """Say in one sentence whether the training can be started, and below it what forbids it."""
    problems, warnings = (findings_wording.sentences(each) for each in (found.problems, found.warnings))
    facts = examination_rows.cost_sentence(result)
    asks = examination_rows.has_questions(result)
    said = f"**{basics_text.literal(retraining_wording.verdict(problems, warnings, facts, asks=asks))}**"
    if problems:
        st.error(f"{said}\n\n{basics_text.listed(problems)}", icon=":material/block:")
    elif warnings or asks:
        st.warning(said, icon=":material/warning:")
    else:
        st.success(said, icon=":material/check_circle:")


def _behind_it(result: dict[str, Any], found: Findings) -> None:
    """Fold away what the verdict rests on."""
    if warnings := findings_wording.sentences(found.warnings):
        with st.expander(f"What to look at: {len(warnings)}", icon=":material/warning:"):
            st.markdown(basics_text.listed(warnings))
    if not examination_rows.has_questions(result):
        with st.expander("What the new version will have to show", icon=":material/rule:"):
            st.markdown(basics_text.literal(retraining_wording.gate(result.get("gate"))))
    with st.expander("The films, and how they will be used", icon=":material/table_rows:"):
        _counts(result)
        if said := findings_wording.sentences(found.layout):
            st.subheader("What was decided about the folder", anchor=False)
            st.markdown(basics_text.listed(said))
    _lists(result)


def _counts(result: dict[str, Any]) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("The films of this data", anchor=False)
        tables.show(examination_rows.count_rows(result))
        if rows := examination_rows.part_rows(result):
            st.subheader("How they will be used", anchor=False)
            tables.show(rows)
    with right:
        st.subheader("What else was found", anchor=False)
        tables.show(examination_rows.fact_rows(result))


def _lists(result: dict[str, Any]) -> None:
    if refused := examination_rows.refused_rows(result):
        with st.expander(f"Refused films: {len(result['refused'])}"):
            tables.show(refused)
    lists = {
        "Copies of the same film": examination_rows.copy_lines(result),
        "Patients in two splits": examination_rows.patient_lines(result),
    }
    for title, lines in lists.items():
        if lines:
            with st.expander(f"{title}: {len(lines)}"):
                st.text("\n".join(lines))


def _examined(request: TrainingRequest, result: dict[str, Any]) -> TrainingRequest:
    """Return the request for the very films that were examined, unpacked where they came as a ZIP file."""
    labels = result.get("labels")
    return replace(
        request,
        data=Path(str(result.get("data") or request.data)),
        labels=Path(labels) if labels else None,
        classes={name: str(meaning) for name, meaning in part(result, "classes").items()},
        splits={name: str(meaning) for name, meaning in part(result, "split_meanings").items()},
    )


def _decide(examination: RunFolder, result: dict[str, Any], request: TrainingRequest, *, is_forbidden: bool) -> None:
    if examination_rows.has_questions(result):
        _again_button(questions.ask(result, request, examination_rows.samples(result, examination)))
        return
    if is_forbidden:
        _again_button(lambda: request)
    elif run := active_run(xray_home()):
        st.info(
            basics_text.literal(retraining_wording.under_way(run.id, run.status().since)),
            icon=":material/hourglass_top:",
        )
        st.button("Start training", disabled=True, type="primary")
    else:
        _start_button(request, result)


def _again_button(make_request: Callable[[], TrainingRequest]) -> None:
    if st.button("Examine again", icon=":material/refresh:"):
        with maintaining():
            started = run_progress.start_examination(make_request())
            st.query_params["examination"] = started
            st.rerun()


def _start_button(request: TrainingRequest, result: dict[str, Any]) -> None:
    if st.button("Start training", type="primary", icon=":material/play_arrow:"):
        seconds = part(result, "estimate").get("seconds")
        expected = float(seconds) if isinstance(seconds, int | float) else None
        with maintaining(), run_progress.starting("training", expected):
            started = retraining_job.start_training(replace(request, by=name_of_actor(request.by)), xray_home())
            st.query_params.from_dict({"run": started})
            st.rerun()
