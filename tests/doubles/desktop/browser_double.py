"""Stands for a browser: writes down how it was called and stays open until a file says otherwise.

    python browser_double.py FOLDER [options of the browser]

It ends by itself, with a failure, where FOLDER/broken is there.
"""

import json
import sys
import time
from pathlib import Path

folder, options = Path(sys.argv[1]), sys.argv[2:]
(folder / "called.part").write_text(json.dumps(options))
(folder / "called.part").replace(folder / "called.json")
if (folder / "broken").exists():
    sys.exit(1)
for option in options:
    if option.startswith("--user-data-dir="):
        (Path(option.partition("=")[2]) / "Preferences").write_text("{}")
while not (folder / "closed").exists():
    time.sleep(0.05)
