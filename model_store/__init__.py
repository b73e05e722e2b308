"""A model and everything needed to use it correctly, without a screen.

Nothing here imports `xray_ui`, `training` or Streamlit, and importing any module of this package loads no
TensorFlow: the modules that need it import it inside the functions that use it.
"""

import os
import tempfile

if os.path.expanduser("~") == "~":  # noqa: PTH111
    # A user without a home, as in many containers: TensorFlow would make a folder of that name where it is started.
    user = os.getuid() if hasattr(os, "getuid") else 0  # On Windows the folder for temporary files is the user's own.
    os.environ.setdefault("KERAS_HOME", f"{tempfile.gettempdir()}/keras-{user}")
