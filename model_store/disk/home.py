"""Where does the app write? Everything lies under one folder, `XRAY_HOME`."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from model_store.basics.errors import UserError


class NoHome(UserError, OSError):
    """There is no folder to write to; the message says how to name one."""


def xray_home() -> Path:
    """Return the folder for trained versions, runs and caches; it is not created here.

    The environment variable `XRAY_HOME` names it; without the variable it is the user's own data folder. Where the
    system knows no such user, and `HOME` names no folder either, as in many containers, it is one for temporary files.

    Raises:
        NoHome: that folder belongs to somebody else.
    """
    if configured := os.environ.get("XRAY_HOME"):
        # "~" of a user whom the system does not know is a name like any other.
        return Path(os.path.expanduser(configured)).absolute()  # noqa: PTH111
    with suppress(RuntimeError):
        return user_data_path("xray-reader", appauthor=False)
    user = os.getuid() if hasattr(os, "getuid") else 0  # On Windows the folder for temporary files is the user's own.
    spare = Path(tempfile.gettempdir()) / f"xray-reader-{user}"
    if spare.exists() and spare.stat().st_uid != user:
        raise NoHome("There is no folder for what is trained; please name one with the variable XRAY_HOME.")
    return spare
