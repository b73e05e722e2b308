"""How far is what is under way? One bar, the phase and the time left, on every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import streamlit as st

from model_store.disk.home import xray_home
from model_store.trainings import cost
from model_store.trainings.folder import RunFolder
from model_store.trainings.request import TrainingRequest
from model_store.trainings.status import RunStatus
from model_store.trainings.store import active_run
from xray_ui.basics import page_names
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.readers import in_use
from xray_ui.retraining import job
from xray_ui.retraining import wording as retraining_wording

WATCH_SECONDS = 2.0
"""How often an open page looks for what has changed; it costs a look at a few files."""


class Seen(NamedTuple):
    """What a page has shown of the home folder; another value means that the page is out of date."""

    activation: in_use.Stamp
    training: str | None
    examination: str | None


def seen() -> Seen:
    """Return what there is to be seen at this moment."""
    training, examination = (active_run(xray_home(), kind) for kind in ("runs", "examinations"))
    return Seen(in_use.stamp(), training.id if training else None, examination.id if examination else None)


@st.fragment(run_every=WATCH_SECONDS)
def watch(shown: Seen) -> None:
    """Show what is under way, and run the whole page anew once another version is active or a run begins or ends.

    Args:
        shown: what there was when the page was drawn.
    """
    if seen() != shown:
        st.rerun()
    with guarded():
        for kind, title in (("runs", "training"), ("examinations", "examination")):
            if run := active_run(xray_home(), kind):
                _brief(run, title)


def show_bar(status: RunStatus) -> None:
    """Show how far a run is: one bar for all of it, its phase and the time left."""
    parts = [retraining_wording.phase(status), retraining_wording.time_left(status)]
    said = basics_text.literal(", ".join(part for part in parts if part))
    st.progress(whole_fraction(status) or 0.0, text=said)


def start_examination(asked: TrainingRequest) -> str:
    """Have films examined, and show the bar meanwhile; returns the examination's id, or raises JobRefused."""
    home, films = xray_home(), cost.files_in(asked.data)
    stages = cost.examination(films, asked.preset, is_zip=asked.data.is_file(), pace=cost.pace(home))
    with starting("examination", cost.seconds(stages)):
        return job.start_examination(asked, home)


@contextmanager
def starting(what: str, seconds: float | None) -> Iterator[None]:
    """Show the bar of a training or an examination from its first second, until its process has taken it over.

    Args:
        what: "training" or "examination".
        seconds: that it will take; None where that is not known.
    """
    place = st.empty()
    try:
        with place.container():
            st.progress(0.0, text=basics_text.literal(retraining_wording.starting(what, seconds)))
            with st.spinner("Its process is being started", show_time=True):
                yield
    finally:
        place.empty()


def whole_fraction(status: RunStatus) -> float | None:
    """Return how much of all is done, 0..1; of a run that does not know it, of its phase or of all its epochs."""
    if status.record and status.record.whole is not None:
        return min(max(status.record.whole, 0.0), 1.0)
    epoch, epochs = (status.record.epoch, status.record.epochs) if status.record else (None, None)
    if epoch is not None and epochs is not None and epochs > 0:
        return min((epoch + (status.fraction or 0.0)) / epochs, 1.0)
    return status.fraction


def _brief(run: RunFolder, title: str) -> None:
    is_training = title == "training"
    with st.container(key=f"brief_{title}", gap="small"):
        if is_training:
            st.markdown(f"**{basics_text.literal(run.id)}**")
        else:
            st.markdown("**Films are being examined**")
        show_bar(run.status())
        st.page_link(
            page_names.RETRAIN_PAGE,
            label="Watch this training" if is_training else "Watch the examination",
            icon=":material/monitoring:",
            query_params={"run" if is_training else "examination": run.id},
        )
