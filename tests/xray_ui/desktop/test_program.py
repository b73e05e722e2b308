"""Does the program start from anywhere, show itself, and end whole? With a stand-in for the browser."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.browser.bare_session import bare_session
from xray_ui.desktop import browsers, program
from xray_ui.reading import wording

TOP = Path(__file__).parents[3]
DOUBLE = TOP / "tests" / "doubles" / "desktop" / "browser_double.py"
SECONDS = 120


@contextlib.contextmanager
def started(folder, *options, **more):
    """Start the program from another folder; yields its process, with the folder in which its browser writes."""
    folder.mkdir(exist_ok=True)
    environment = os.environ | {
        "PYTHONPATH": str(TOP),
        "XRAY_HOME": "home",
        browsers.VARIABLE: f"{sys.executable} {DOUBLE} {folder}",
        "TMPDIR": str(folder),
        **more,
    }
    command = [sys.executable, "-m", "xray_ui", *options]
    with (folder / "log").open("w") as log, subprocess.Popen(command, cwd=folder, env=environment, stderr=log) as app:
        try:
            yield app
        finally:
            app.kill()


def address_in(folder, name="called.json", option="--app="):
    until = time.monotonic() + SECONDS
    while not (folder / name).exists():
        assert time.monotonic() < until, (folder / "log").read_text()
        time.sleep(0.05)
    called = json.loads((folder / name).read_text())
    return next(word for word in called if word.startswith(option)).removeprefix(option)


def family(app):
    """Return what has come of the program, once a decoder is there."""
    until = time.monotonic() + SECONDS
    while True:
        children = psutil.Process(app.pid).children(recursive=True)
        if any("model_store.decoding.child" in " ".join(child.cmdline()) for child in children):
            return children
        assert time.monotonic() < until
        time.sleep(0.1)


def profiles(folder):
    return list(folder.glob("xray-reader-window-*"))


def test_it_ends_with_its_window_and_nothing_is_left(tmp_path):
    with started(tmp_path) as app:
        address = address_in(tmp_path)
        with bare_session(address) as session:
            assert wording.WELCOME in session.draw()
            children = family(app)
            assert profiles(tmp_path)
            (tmp_path / "closed").touch()
            assert app.wait(SECONDS) == 0
        assert [child for child in children if child.is_running()] == []
        assert profiles(tmp_path) == []
        assert address in (tmp_path / "log").read_text()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_by_ctrl_c_and_by_the_end_of_its_terminal_and_its_window_with_it(tmp_path, number):
    with started(tmp_path) as app:
        with bare_session(address_in(tmp_path)) as session:
            session.draw()
            children = family(app)
            app.send_signal(number)
            assert app.wait(SECONDS) == 0
        assert [child for child in children if child.is_running()] == []
        assert profiles(tmp_path) == []


def test_the_settings_are_the_programs_own_wherever_it_is_started(tmp_path):
    """Those of the folder it is started from would let everybody in who reaches the machine, or nobody at all."""
    place = tmp_path / ".streamlit"
    place.mkdir()
    (place / "config.toml").write_text(
        '[server]\naddress = "0.0.0.0"\nmaxUploadSize = 200\nbaseUrlPath = "elsewhere"\n'
    )
    (place / "secrets.toml").write_text('[auth]\nredirect_uri = "x"\n')
    with started(tmp_path) as app:
        address = address_in(tmp_path)
        with bare_session(address) as session:
            assert session.put(b"x") == 413, "the program's own settings take nothing from whoever was not let in"
            assert wording.WELCOME in session.draw()
        listening = [each.laddr for each in psutil.Process(app.pid).net_connections("tcp") if each.status == "LISTEN"]
        assert {each.ip for each in listening} == {"127.0.0.1"}
        assert [f"http://127.0.0.1:{each.port}" for each in listening] == [address]
        app.send_signal(signal.SIGINT)
        assert app.wait(SECONDS) == 0


def test_folders_are_named_from_where_it_was_started(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XRAY_HOME", "home")
    monkeypatch.setenv("XRAY_DATA_ROOT", "../films")
    monkeypatch.setenv("CHEST_XRAY_DATA", "/chest_xray")
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", "~/secrets.toml")
    program._go_home()
    assert Path.cwd() == TOP
    assert [Path(os.environ[name]).resolve() for name in ("XRAY_HOME", "XRAY_DATA_ROOT", "CHEST_XRAY_DATA")] == [
        tmp_path / "here" / "home",
        tmp_path / "films",
        Path("/chest_xray"),
    ]
    assert os.environ["STREAMLIT_SECRETS_FILES"] == "~/secrets.toml"


def test_ctrl_c_before_the_server_is_there_is_no_error(tmp_path):
    with started(tmp_path) as app:
        until = time.monotonic() + SECONDS
        while Path(psutil.Process(app.pid).cwd()) != TOP:  # It goes there first of all; before, Python starts.
            assert time.monotonic() < until
            time.sleep(0.01)
        app.send_signal(signal.SIGINT)
        assert app.wait(SECONDS) == 0
        assert "Traceback" not in (tmp_path / "log").read_text()
        assert not (tmp_path / "called.json").exists()


def test_where_that_browser_cannot_start_the_usual_one_is_asked(tmp_path):
    (tmp_path / "broken").touch()
    usual = tmp_path / "usual"
    usual.mkdir()
    with started(tmp_path, BROWSER=f"{sys.executable} {DOUBLE} {usual} %s &") as app:
        assert address_in(tmp_path).startswith("http://127.0.0.1:")
        assert address_in(usual, option="http://127.0.0.1:")
        assert app.poll() is None
        assert profiles(tmp_path) == []
        app.send_signal(signal.SIGINT)
        assert app.wait(SECONDS) == 0
    (usual / "closed").touch()


def test_a_port_and_the_usual_browser_can_be_asked_for(tmp_path):
    port = program.free_port()
    with started(
        tmp_path, "--port", str(port), "--browser", BROWSER=f"{sys.executable} {DOUBLE} {tmp_path} %s &"
    ) as app:
        assert address_in(tmp_path, option="http://") == f"127.0.0.1:{port}"
        app.send_signal(signal.SIGINT)
        assert app.wait(SECONDS) == 0
    (tmp_path / "closed").touch()


def test_where_no_page_is_open_for_long_it_ends(monkeypatch):
    shown, said, ended = program._Shown("http://127.0.0.1:1", in_window=False, say=lambda _: None), [], []
    monkeypatch.setattr(program, "LEFT_SECONDS", 0.5)
    monkeypatch.setattr(program, "_has_pages", lambda: said.append(time.monotonic()) or len(said) < 3)
    monkeypatch.setattr(program, "open_in_browser", lambda _: True)
    monkeypatch.setattr(program, "_end", lambda: ended.append(time.monotonic()))
    monkeypatch.setattr(shown, "_wait_for", lambda _: True)
    shown.watch(1)
    assert len(ended) == 1
    assert ended[0] - said[1] >= 0.5
