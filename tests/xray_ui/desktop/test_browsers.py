"""Which browser is found, and how is it called? On drawn systems."""

from pathlib import Path

import pytest

from xray_ui.desktop import browsers


def program(folder: Path, name: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o755)
    return str(file)


def test_the_first_of_chromiums_family_on_the_path_is_taken(tmp_path):
    assert browsers.find({"PATH": str(tmp_path)}, "linux") is None
    program(tmp_path, "firefox")
    assert browsers.find({"PATH": str(tmp_path)}, "linux") is None
    edge = program(tmp_path, "microsoft-edge")
    assert browsers.find({"PATH": str(tmp_path)}, "linux") == [edge]
    chromium = program(tmp_path, "chromium")
    assert browsers.find({"PATH": str(tmp_path)}, "linux") == [chromium]


def test_whoever_names_a_browser_gets_it_with_its_options(tmp_path):
    program(tmp_path, "chromium")
    environment = {"PATH": str(tmp_path), browsers.VARIABLE: "'/my programs/brave' --force-dark-mode"}
    assert browsers.find(environment, "linux") == ["/my programs/brave", "--force-dark-mode"]


@pytest.mark.parametrize("variable", ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"])
def test_on_windows_it_is_looked_for_where_it_is_installed(tmp_path, variable, monkeypatch):
    monkeypatch.setattr(browsers, "_OF_WINDOWS", ("Google/chrome.exe", "Microsoft/msedge.exe"))
    environment = {variable: str(tmp_path), "PATH": ""}
    assert browsers.find(environment, "win32") is None
    edge = program(tmp_path, "Microsoft/msedge.exe")
    assert browsers.find(environment, "win32") == [edge]
    chrome = program(tmp_path, "Google/chrome.exe")
    assert browsers.find(environment, "win32") == [chrome]


@pytest.mark.parametrize(
    ("environment", "system", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({browsers.VARIABLE: "chromium --headless"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_window_needs_a_screen(environment, system, expected):
    assert browsers.can_show(environment, system) is expected


def test_the_window_is_the_programs_own_and_leaves_nothing(tmp_path):
    command = browsers.window_command(["chromium", "--mine"], "http://127.0.0.1:4242", tmp_path)
    assert command[:2] == ["chromium", "--mine"]
    assert {"--app=http://127.0.0.1:4242", f"--user-data-dir={tmp_path}", "--incognito"} <= set(command)
