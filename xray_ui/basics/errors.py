"""What is kept of an unexpected error? Its type, its place in the code and a number; never a message or a value."""

import logging
import secrets
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

_LOG = logging.getLogger(__name__)


class NotMade(RuntimeError):
    """Something to download could not be made; the message is an error number and nothing else."""


def log_failure(log: logging.Logger, error: BaseException) -> str:
    """Log an error without anything that could belong to a patient, and return the number it is logged under.

    Messages and values are left out, since they may quote a file's name or content.
    """
    number = _number()
    log.error("error %s: %s", number, _type_and_place(error))
    return number


def without_details(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return a function that makes the same bytes, and whose failure says nothing but an error number.

    Streamlit calls what makes a download outside the script, and repeats the message of an error on screen and in the
    log.

    Args:
        make: makes the bytes, or raises.
    """

    def made() -> bytes:
        try:
            return make()
        except Exception as error:
            raise NotMade(f"error {log_failure(_LOG, error)}") from None

    return made


def keep_details_out_of_the_log() -> None:
    """Let nothing that is logged in this process, by whichever library, quote an error or a warning.

    What the app foresees goes through `log_failure`; this is for what the libraries below it log by themselves.
    """
    logging.setLogRecordFactory(_record)
    warnings.showwarning = _log_warning


def _record(*values: object, **named: object) -> logging.LogRecord:
    record = logging.LogRecord(*values, **named)  # type: ignore[arg-type]
    if record.exc_info and record.exc_info[1] is not None:
        record.msg, record.args = f"error {_number()}: {_type_and_place(record.exc_info[1])}", ()
        record.exc_info = None
    return record


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    _LOG.warning("%s at %s:%d", category.__name__, Path(filename).name, lineno)


def _number() -> str:
    return secrets.token_hex(3).upper()


def _type_and_place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"
