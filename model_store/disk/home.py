"""Where does the app write? Everything lies under one folder, `XRAY_HOME`."""

import os
from pathlib import Path

from platformdirs import user_data_path


def xray_home() -> Path:
    """Return the folder for trained versions, runs and caches; it is not created here.

    The environment variable `XRAY_HOME` names it; without the variable it is the user's own data folder.
    """
    configured = os.environ.get("XRAY_HOME")
    return Path(configured).expanduser() if configured else user_data_path("xray-reader", appauthor=False)
