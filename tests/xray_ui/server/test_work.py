"""Does work in the background go on only while somebody waits for it, whatever ends the waiting?"""

import threading
from types import SimpleNamespace

import pytest

from xray_ui.server import clear, work


@pytest.fixture(autouse=True)
def session(monkeypatch):
    monkeypatch.setattr(work, "get_script_run_ctx", lambda: SimpleNamespace(session_id="one"))


def going_on(own: work.Work) -> None:
    while own.may_go_on():
        own.pause(0.01)


def test_it_goes_on_until_it_is_ended():
    own = work.start(going_on, threads=2)
    assert own.is_under_way
    assert not own.wait(0.05)
    own.end()
    assert own.wait(5)
    assert not own.is_under_way


def test_all_work_of_a_session_is_ended_and_no_other():
    one = work.start(going_on)
    work.get_script_run_ctx = lambda: SimpleNamespace(session_id="two")
    other = work.start(going_on)
    work.end_all("one")
    assert one.wait(5)
    assert other.is_under_way
    other.end()
    assert other.wait(5)


def test_a_session_that_is_cleared_ends_its_work(monkeypatch):
    own = work.start(going_on)
    monkeypatch.setattr(clear, "get_script_run_ctx", lambda: None)
    monkeypatch.setattr(clear.work, "end_all", lambda session, end=work.end_all: end("one"))
    clear.clear_session()
    assert own.wait(5)


def test_a_window_that_is_closed_ends_it(monkeypatch):
    is_open = threading.Event()
    is_open.set()
    monkeypatch.setattr(work, "_is_active", lambda session: session == "one" and is_open.is_set())
    own = work.start(going_on)
    assert not own.wait(0.05)
    is_open.clear()
    assert own.wait(5)


def test_what_has_ended_is_not_kept():
    own = work.start(lambda own: None, threads=2)
    assert own.wait(5)
    assert "one" not in work._of_sessions
    failing = work.start(going_on)
    failing.end()
    assert failing.wait(5)
    assert "one" not in work._of_sessions
