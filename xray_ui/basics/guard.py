"""What happens when something is refused, or fails that nobody foresaw? One sentence, and the app goes on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from model_store.basics.errors import UserError
from xray_ui.basics import text
from xray_ui.basics.errors import log_failure

_LOG = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Show any error that comes out of the block as one sentence with an error number."""
    try:
        yield
    except Exception as error:  # Streamlit's own signals to stop or rerun are no Exceptions and pass through.
        st.error(text.unexpected_error(log_failure(_LOG, error)))


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Show a refusal that comes out of the block by its own sentence, and any other error by a number."""
    with guarded():
        try:
            yield
        except UserError as refusal:
            st.error(text.literal(str(refusal)), icon=":material/block:")
