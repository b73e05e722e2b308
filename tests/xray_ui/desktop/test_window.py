"""Is a window known to be closed, and is nothing left of it?"""

import json
import sys
import time
from pathlib import Path

import pytest

from xray_ui.desktop import browsers, window

DOUBLE = Path(__file__).parents[2] / "doubles" / "desktop" / "browser_double.py"
ADDRESS = "http://127.0.0.1:4242"


def wait_until(said, seconds=20):
    until = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < until
        time.sleep(0.02)


def profile_of(folder):
    options = json.loads((folder / "called.json").read_text())
    assert f"--app={ADDRESS}" in options
    return Path(next(option for option in options if option.startswith("--user-data-dir=")).partition("=")[2])


@pytest.fixture
def opened(tmp_path):
    opened = window.Window([sys.executable, str(DOUBLE), str(tmp_path)], ADDRESS)
    yield opened
    opened.close()


def test_it_is_open_until_somebody_closes_it(tmp_path, opened):
    wait_until((tmp_path / "called.json").exists)
    assert opened.is_open
    (tmp_path / "closed").touch()
    wait_until(lambda: not opened.is_open)
    assert profile_of(tmp_path).is_dir()
    opened.close()
    assert not profile_of(tmp_path).exists()


def test_to_close_it_ends_the_browser_and_throws_its_profile_away(tmp_path, opened):
    wait_until((tmp_path / "called.json").exists)
    profile = profile_of(tmp_path)
    wait_until((profile / "Preferences").exists)
    opened.close()
    assert not opened.is_open
    assert not profile.exists()
    opened.close()


def test_a_browser_that_is_not_there_opens_nothing_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(browsers.VARIABLE, str(tmp_path / "none"))
    monkeypatch.setattr(window.tempfile, "tempdir", str(tmp_path))
    assert window.open_window(ADDRESS) is None
    assert list(tmp_path.iterdir()) == []


def test_without_a_screen_neither_browser_is_tried(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", browsers.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(window.webbrowser, "open", lambda _: pytest.fail("a browser of the terminal would open"))
    assert window.open_window(ADDRESS) is None
    assert not window.open_in_browser(ADDRESS)
