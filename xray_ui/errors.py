"""What is kept of an unexpected error? Its type, its place in the code and a number; never a message or a value."""

import logging
import secrets
import traceback
from pathlib import Path


def log_failure(log: logging.Logger, error: BaseException) -> str:
    """Log an error without anything that could belong to a patient, and return the number it is logged under.

    Messages and values are left out, since they may quote a file's name or content.
    """
    number = secrets.token_hex(3).upper()
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    log.error("error %s: %s at %s", number, type(error).__name__, place)
    return number
