"""What happens when something fails that nobody foresaw? One neutral sentence with a number, and the app goes on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from xray_ui import wording
from xray_ui.errors import log_failure

_LOG = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Show any error that comes out of the block as one sentence with an error number."""
    try:
        yield
    except Exception as error:  # Streamlit's own signals to stop or rerun are no Exceptions and pass through.
        st.error(wording.unexpected_error(log_failure(_LOG, error)))
