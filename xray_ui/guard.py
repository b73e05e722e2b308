"""What happens when something is refused, or fails that nobody foresaw? One sentence, and the app goes on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from model_store.activation import ActivationBusy, ActivationDamaged, BelowGate, NothingToRollBack, VersionInUse
from model_store.radiograph import UnreadableImage
from model_store.registry import ModelNotFound, UnusableName
from model_store.runs import RunAlreadyActive, RunNotFound
from model_store.transfer import UnusableFile
from model_store.weights import ModelCorrupted
from model_store.writing import DiskFull
from xray_ui import wording
from xray_ui.data_sources import UnusableUpload
from xray_ui.errors import log_failure
from xray_ui.roles import NotAllowed
from xray_ui.training_job import JobRefused

REFUSALS = (
    ActivationBusy,
    ActivationDamaged,
    BelowGate,
    DiskFull,
    JobRefused,
    ModelCorrupted,
    ModelNotFound,
    NotAllowed,
    NothingToRollBack,
    RunAlreadyActive,
    RunNotFound,
    UnreadableImage,
    UnusableFile,
    UnusableName,
    UnusableUpload,
    VersionInUse,
)
"""What a clinician can mend or has to know; each carries its sentence."""

_LOG = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Show any error that comes out of the block as one sentence with an error number."""
    try:
        yield
    except Exception as error:  # Streamlit's own signals to stop or rerun are no Exceptions and pass through.
        st.error(wording.unexpected_error(log_failure(_LOG, error)))


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Show a refusal that comes out of the block by its own sentence, and any other error by a number."""
    with guarded():
        try:
            yield
        except REFUSALS as refusal:
            st.error(wording.literal(str(refusal)), icon=":material/block:")
