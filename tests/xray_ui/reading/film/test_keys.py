"""Has each key one meaning, and does the browser know what it means?"""

import re
from pathlib import Path

from xray_ui.reading.film import keys

TOOLS = (Path(keys.__file__).parent / "browser" / "tools.js").read_text()


def test_each_key_does_one_thing():
    pressed = [each for key in keys.KEYS for each in key.keys]
    assert len(pressed) == len(set(pressed))
    assert not {"c", "r"} & set(pressed), "Streamlit keeps these"


def test_the_browser_knows_each_act():
    known = set(re.findall(r"^  (\w+): \(", TOOLS.split("const ACTS")[1].split("};")[0], re.MULTILINE))
    assert {key.act for key in keys.KEYS if key.act and not key.act.startswith("layout ")} <= known
