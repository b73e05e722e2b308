"""What of a session's state is moved to the one after it? In real sessions of Streamlit, without a browser."""

from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from xray_ui.server import reload


def drawn():
    import pandas as pd
    import streamlit as st

    st.session_state.setdefault("reasons", {"film": "it is a chest"})
    st.slider("opacity", 0, 100, 50, key="opacity", persist_state="session")
    st.text_area("reason", key="reason")
    st.button("press", key="press")
    st.checkbox("of the page", key="of the page")
    st.dataframe(pd.DataFrame({"film": [1, 2]}), on_select="rerun", key="table")
    st.file_uploader("films", accept_multiple_files=True, key="films")
    st.file_uploader("none", accept_multiple_files=True, key="none")


def record(name, data=b"x"):
    return UploadedFileRec(name, name, "", data)


def upload(name):
    return UploadedFile(record(name), FileURLs())


def held(app):
    return reload.held_by(SimpleNamespace(session_id="before", session_state=app._session_state))


def test_what_was_put_chosen_and_typed_is_held_and_what_was_pressed_is_not():
    app = AppTest.from_function(drawn, default_timeout=60).run()
    app.slider[0].set_value(75)
    app.text_area[0].set_value("half a reason")
    app.button[0].click()
    found = held(app.run())
    assert found.values == {"reasons": {"film": "it is a chest"}, "opacity": 75, "reason": "half a reason"}
    assert found.uploads == {}


def test_what_is_held_may_be_put_into_a_new_session():
    before = AppTest.from_function(drawn, default_timeout=60).run()
    before.slider[0].set_value(75)
    before.text_area[0].set_value("half a reason")
    after = AppTest.from_function(drawn, default_timeout=60).run()
    for key, value in held(before.run()).values.items():
        after.session_state[key] = value
    after.run()
    assert not after.exception
    assert (after.slider[0].value, after.text_area[0].value) == (75, "half a reason")


def test_uploads_are_held_apart_from_values():
    app = AppTest.from_function(drawn, default_timeout=60).run()
    first, second = upload("first"), upload("second")
    app.session_state["uploads of before"] = [first, second]
    app.session_state["names of films"] = ["first"]
    found = held(app)
    assert found.uploads == {"uploads of before": [first, second]}
    assert found.values["names of films"] == ["first"]


@pytest.fixture
def uploads(monkeypatch):
    manager = MemoryUploadedFileManager("/upload")
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    return manager


def test_bytes_of_uploads_are_moved_and_not_copied(uploads):
    kept, other = record("kept", bytes(100)), record("other")
    uploads.add_file("before", kept)
    uploads.add_file("stranger", other)
    reload.move_uploads("before", "after")
    assert uploads.get_files("before", ["kept"]) == []
    (moved,) = uploads.get_files("after", ["kept"])
    assert moved.data is kept.data
    assert uploads.get_files("stranger", ["other"]) == [other]
    reload.move_uploads("before", "after")
    assert len(uploads.file_storage["after"]) == 1


class Clock:
    """Seconds that pass while somebody sleeps."""

    now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def offered(monkeypatch, ticket, *, closes_at):
    """Offer a ticket, whose window the server knows to be closed after some seconds; returns what was brought back."""
    clock, taken, forgotten = Clock(), [], []
    before = SimpleNamespace(session_id="before", session_state=SimpleNamespace(_state=None, filtered_state={}))
    has_it = ticket == "the ticket"
    monkeypatch.setattr(reload, "time", clock)
    monkeypatch.setattr(reload, "get_script_run_ctx", lambda: SimpleNamespace(session_id="after"))
    monkeypatch.setattr(reload.st, "session_state", {reload.KEY: SimpleNamespace(ticket=ticket)})
    monkeypatch.setattr(reload.sessions, "is_open", lambda _: has_it and clock.now < closes_at)
    monkeypatch.setattr(reload.sessions, "taken_over", lambda _: before if has_it and clock.now >= closes_at else None)
    monkeypatch.setattr(reload.sessions, "forget", forgotten.append)
    reload._bring_back(taken.append)
    assert forgotten == [before] * len(taken)
    return taken, clock.now


@pytest.mark.parametrize("closes_at", [0, 1])
def test_the_session_before_is_taken_once_its_window_is_closed_and_forgotten(monkeypatch, uploads, closes_at):
    taken, seconds = offered(monkeypatch, "the ticket", closes_at=closes_at)
    assert taken == [reload.Held({}, {})]
    assert closes_at <= seconds < closes_at + 0.2


def test_another_windows_session_is_left_alone(monkeypatch, uploads):
    taken, seconds = offered(monkeypatch, "the ticket", closes_at=1e9)
    assert taken == []
    assert seconds < 5


@pytest.mark.parametrize("ticket", ["another", None, 1, {"ticket": "the ticket"}, "\ud800"])
def test_what_is_no_ticket_brings_nothing_back_at_once(monkeypatch, uploads, ticket):
    assert offered(monkeypatch, ticket, closes_at=0) == ([], 0)
