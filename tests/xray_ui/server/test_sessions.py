"""Of whom does the server take uploads, and when does it forget a window that was closed? Without a server."""

from types import SimpleNamespace

import pytest
from starlette.exceptions import HTTPException
from streamlit import config, runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from xray_ui.server import sessions
from xray_ui.server.sessions import Admitted

KEPT = 120.0


@pytest.fixture
def there():
    """The sessions whose windows are open."""
    return {"a", "b"}


@pytest.fixture
def asked(there):
    return Admitted(there.__contains__)


def session(session_id):
    return SimpleNamespace(session_id=session_id)


def test_a_session_is_asked_for_whether_it_was_let_in(asked, there):
    assert not asked("a")
    asked.add(session("a"))
    assert asked("a")
    assert not asked("b")
    asked.remove("a")
    asked.remove("b")
    assert not asked("a")
    asked.add(session("a"))
    there.remove("a")
    assert not asked("a"), "nobody uploads to a window that is closed"


def test_a_closed_window_is_forgotten_once_it_cannot_come_back(asked, there):
    asked.add(session("a"))
    asked.add(session("b"))
    assert asked.closed(0, KEPT) == []
    there.remove("a")
    assert asked.closed(10, KEPT) == []
    assert asked.closed(129, KEPT) == []
    assert asked.closed(130, KEPT) == [session("a")]
    assert asked.closed(300, KEPT) == []
    assert asked("b")


def test_a_window_that_came_back_is_kept(asked, there):
    asked.add(session("a"))
    there.remove("a")
    asked.closed(0, KEPT)
    there.add("a")
    assert asked.closed(119, KEPT) == []
    there.remove("a")
    assert asked.closed(125, KEPT) == [], "the time begins anew"
    assert asked.closed(245, KEPT) == [session("a")]


def test_the_sessions_of_a_login_end_together_and_no_other(asked, there):
    there |= {"c", "d"}
    for name, login in (("a", "Anna"), ("b", "Anna"), ("c", "Eve"), ("d", None)):
        asked.add(session(name), login)
    assert asked.end("Anna") == [session("a"), session("b")]
    assert [asked(name) for name in "abcd"] == [False, False, True, True]
    assert asked.end("Anna") == []
    asked.add(session("a"), "Eve")
    assert asked.end("Eve") == [session("c"), session("a")]
    assert not asked("a")
    assert asked("d")


def test_a_closed_window_is_taken_over_by_its_ticket_and_once(asked, there):
    assert asked.ticket("a") == "", "who was not let in has none"
    asked.add(session("a"))
    asked.add(session("b"))
    ticket = asked.ticket("a")
    assert len(ticket) >= 32
    assert ticket == asked.ticket("a")
    assert ticket != asked.ticket("b")
    assert asked.taken_over(ticket, "b") is None, "its window is open"
    there.remove("a")
    for guess in ("", "a", ticket[:-1], asked.ticket("b")):
        assert asked.taken_over(guess, "b") is None
    assert asked.taken_over(ticket, "c") is None, "who was not let in takes nothing over"
    assert asked.holder(ticket) == "a"
    assert asked.taken_over(ticket, "b") == session("a")
    assert asked.taken_over(ticket, "b") is None
    assert asked.closed(1000, KEPT) == [], "what was taken over is cleared by who took it"


@pytest.mark.parametrize(("before", "after"), [("Anna", "Eve"), ("Anna", None), (None, "Anna")])
def test_nobody_takes_over_what_another_login_left(asked, there, before, after):
    asked.add(session("a"), before)
    asked.add(session("b"), after)
    ticket = asked.ticket("a")
    there.remove("a")
    assert asked.taken_over(ticket, "b") is None
    asked.add(session("b"), before)
    assert asked.taken_over(ticket, "b") == session("a")


@pytest.mark.parametrize("way", ["logged out", "turned away", "closed for long"])
def test_a_ticket_ends_with_what_it_is_for(asked, there, way):
    asked.add(session("a"), "Anna")
    asked.add(session("b"), "Eve")
    ticket = asked.ticket("a")
    there.remove("a")
    match way:
        case "logged out":
            asked.end("Anna")
        case "turned away":
            asked.remove("a")
        case "closed for long":
            asked.closed(0, KEPT)
            asked.closed(KEPT, KEPT)
    asked.add(session("b"), "Anna")
    assert asked.holder(ticket) is None
    assert asked.taken_over(ticket, "b") is None
    asked.closed(0, KEPT)
    assert ticket not in asked._tickets.values()


@pytest.fixture
def server(monkeypatch, there):
    """A server with one session that runs, "a"; it takes nothing yet."""
    server = SimpleNamespace(
        is_active_session=there.__contains__, uploaded_file_mgr=MemoryUploadedFileManager("/upload")
    )
    monkeypatch.setattr(runtime, "get_instance", lambda: server)
    monkeypatch.setattr(sessions, "get_script_run_ctx", lambda: session("a"))
    monkeypatch.setattr(sessions, "_forget_closed", lambda *_: None)
    before = config.get_option("server.maxUploadSize")
    config.set_option("server.maxUploadSize", 0)
    yield server
    config.set_option("server.maxUploadSize", before)


def test_the_server_takes_nothing_before_somebody_was_let_in(server):
    sessions.remove()
    assert config.get_option("server.maxUploadSize") == 0
    assert not server.is_active_session("a")
    sessions.add()
    assert config.get_option("server.maxUploadSize") == sessions.MAX_MEGABYTES
    assert server.is_active_session("a")
    assert not server.is_active_session("b")
    sessions.remove()
    assert not server.is_active_session("a")


def test_another_session_is_cleared_in_its_own_place(monkeypatch):
    seen = []
    monkeypatch.setattr(sessions.clear, "clear_session", lambda: seen.append(sessions.get_script_run_ctx()))
    other = session("b")
    sessions.forget(other)
    assert seen == [other]
    assert sessions.get_script_run_ctx() is None


def test_what_was_saved_is_let_go_of_once_it_was_fetched(server):
    server.media_file_mgr = MediaFileManager(MemoryMediaFileStorage("/media"))
    offered = server.media_file_mgr.add_deferred(lambda: b"a film", "image/png", "1.0")
    address = server.media_file_mgr.execute_deferred(offered)
    kept = address.removeprefix("/media/")
    sessions.forget_saved(server)
    assert server.media_file_mgr.read_file(kept).content == b"a film", "it may be on its way to the browser"
    sessions.forget_saved(server)
    assert server.media_file_mgr.read_file(kept) is None
    assert server.media_file_mgr.execute_deferred(offered) == address, "it can be saved again"


def test_closed_windows_are_cleared_each_once(server, there, monkeypatch):
    seen = []
    monkeypatch.setattr(sessions.clear, "clear_session", lambda: seen.append(sessions.get_script_run_ctx()))
    sessions.add()
    asked = server.is_active_session
    there.remove("a")
    kept = config.get_option("server.disconnectedSessionTTL")
    assert [sessions.forget_closed(asked, now) for now in (0, kept - 1, kept, kept + 1)] == [0, 0, 1, 0]
    assert len(seen) == 1


def test_the_windows_of_a_login_that_ended_are_cleared_and_drawn_anew(server, monkeypatch):
    cleared, drawn = [], []
    loop = SimpleNamespace(call_soon_threadsafe=lambda act, *what: act(*what))
    server._get_async_objs = lambda: SimpleNamespace(eventloop=loop)
    server.handle_backmsg = lambda session_id, message: drawn.append((session_id, message.WhichOneof("type")))
    monkeypatch.setattr(sessions.clear, "clear_session", lambda: cleared.append(sessions.get_script_run_ctx()))
    sessions.add("Anna")
    sessions.end("Eve")
    assert (cleared, drawn) == ([], [])
    assert server.is_active_session("a")
    sessions.end("Anna")
    assert (cleared, drawn) == ([session("a")], [("a", "rerun_script")])
    assert not server.is_active_session("a")


def uploaded(name, size):
    return UploadedFileRec(name, name, "", bytes(size))


def test_a_window_holds_so_many_uploads_and_no_more(server, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_STORED_BYTES", 100)
    sessions.add()
    uploads = server.uploaded_file_mgr
    uploads.add_file("a", uploaded("first", 60))
    with pytest.raises(HTTPException, match="holds too many uploads") as refused:
        uploads.add_file("a", uploaded("second", 41))
    assert refused.value.status_code == 413
    uploads.add_file("a", uploaded("second", 40))
    uploads.add_file("a", uploaded("second", 30))
    uploads.add_file("b", uploaded("first", 100))
    uploads.remove_file("a", "first")
    uploads.add_file("a", uploaded("third", 70))
    assert {key: len(file.data) for key, file in uploads.file_storage["a"].items()} == {"second": 30, "third": 70}


def test_work_ends_once_its_window_is_closed(server, there, monkeypatch):
    class Server(runtime.Runtime):
        def __init__(self):
            self.is_active_session, self._uploaded_file_mgr = there.__contains__, server.uploaded_file_mgr

    monkeypatch.setattr(runtime, "exists", lambda: True)
    real = Server()
    monkeypatch.setattr(runtime, "get_instance", lambda: real)
    sessions.stop_where_nobody_waits()
    there.remove("a")
    with pytest.raises(StopException):
        sessions.stop_where_nobody_waits()
