"""What stands on the terminal of a command? Its own lines alone, whatever the libraries have to say."""

import logging
import os
import sys
import warnings


def only_own_lines() -> None:
    """Let go to standard error what Python's `sys.stderr` is given, and nothing else, to the end of the process.

    TensorFlow writes notes on missing accelerators to the file itself, some of them before any setting of its own is
    heard. Warnings and logs of Python are not printed either, but for those that were asked for with `-W`.
    """
    logging.disable(logging.CRITICAL)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    if sys.stderr is None:  # It was closed by whoever started the process.
        return
    number = sys.stderr.fileno()
    own = os.fdopen(os.dup(number), "w", buffering=1, encoding=sys.stderr.encoding, errors=sys.stderr.errors)
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
    sys.stderr = own
