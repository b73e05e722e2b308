"""Does the menu's entry start the program, whatever its folder is called, and does it go without a trace?"""

import configparser
import shlex
import sys

import pytest
from PIL import Image

from xray_ui.basics.page_names import TITLE
from xray_ui.desktop import menu
from xray_ui.desktop.program import CHECKOUT


def entry_in(file):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(file.read_text(encoding="utf-8"))
    return dict(parser["Desktop Entry"])


def test_the_entry_names_the_program_and_its_icon(tmp_path):
    file = menu.add({"XDG_DATA_HOME": str(tmp_path)})
    assert file == tmp_path / "applications" / "xray-reader.desktop"
    entry = entry_in(file)
    assert (entry["Type"], entry["Name"], entry["Terminal"]) == ("Application", TITLE, "false")
    assert shlex.split(entry["Exec"]) == [sys.executable, "-m", "xray_ui"]
    assert entry["Path"] == str(CHECKOUT)
    for size in (64, 256):
        path = tmp_path / f"icons/hicolor/{size}x{size}/apps/{entry['Icon']}.png"
        with Image.open(path, formats=["PNG"]) as icon:
            assert icon.size == (size, size)
            assert len(icon.convert("RGBA").getcolors(size**2)) > 2, "something is drawn"


def test_it_goes_again_and_leaves_the_rest(tmp_path):
    other = tmp_path / "applications" / "other.desktop"
    menu.add({"XDG_DATA_HOME": str(tmp_path)})
    other.write_text("another program's")
    menu.remove({"XDG_DATA_HOME": str(tmp_path)})
    menu.remove({"XDG_DATA_HOME": str(tmp_path)})
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "mimeinfo.cache"]
    assert files == [other]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/opt/x ray/python", '"/opt/x ray/python" -m xray_ui'),
        ("/opt/100%/python", '"/opt/100%%/python" -m xray_ui'),
        # One escape for the quotes, and one more since it is the value of a key (Desktop Entry Specification 1.5).
        ('/opt/"$`/python', '"/opt/\\\\"\\\\$\\\\`/python" -m xray_ui'),
        ("/opt/back\\slash", '"/opt/back\\\\\\\\slash" -m xray_ui'),
    ],
)
def test_odd_names_of_folders_are_written_as_the_specification_asks(tmp_path, monkeypatch, path, written):
    monkeypatch.setattr(sys, "executable", path)
    assert entry_in(menu.add({"XDG_DATA_HOME": str(tmp_path)}))["Exec"] == written


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_where_there_is_no_such_menu_a_sentence_says_so(tmp_path, monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(menu.NoMenu, match="on Linux alone"):
        menu.add({"XDG_DATA_HOME": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
