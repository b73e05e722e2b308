"""Is it waited until the browser was sent what was drawn, and no longer than somebody looks?"""

import asyncio
import threading
from types import SimpleNamespace

import pytest
from streamlit import runtime

from xray_ui.server import delivery

SECONDS = 5


class Server(runtime.Runtime):
    """A server with one window whose messages wait in a list."""

    def __init__(self, waiting, window="a"):
        self.loop = asyncio.new_event_loop()
        queue = SimpleNamespace(is_empty=lambda: not waiting)
        windows = {window: SimpleNamespace(session=SimpleNamespace(_browser_queue=queue))}
        self._session_mgr = SimpleNamespace(get_active_session_info=windows.get)

    def _get_async_objs(self):
        return SimpleNamespace(eventloop=self.loop)


@pytest.fixture
def serve(monkeypatch):
    """Run a server, in whose window "a" the page is drawn."""
    threads = []

    def run(waiting, window="a"):
        server = Server(waiting, window)
        threads.append((server, threading.Thread(target=server.loop.run_forever)))
        threads[-1][1].start()
        monkeypatch.setattr(runtime, "exists", lambda: True)
        monkeypatch.setattr(runtime, "get_instance", lambda: server)
        monkeypatch.setattr(delivery, "get_script_run_ctx", lambda: SimpleNamespace(session_id="a"))
        return server

    yield run
    for server, thread in threads:
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join(SECONDS)
        server.loop.close()


def test_what_was_drawn_is_waited_for(serve):
    waiting, looks = ["what was drawn"], []

    def look():
        looks.append(len(waiting))
        if len(looks) == 3:
            waiting.clear()  # It was sent.

    serve(waiting)
    delivery.wait_until_sent(look)
    assert looks[:3] == [1, 1, 1]
    assert set(looks[3:]) <= {0}


def test_what_is_handed_over_behind_it_is_waited_for_too(serve):
    """The page hands what it draws to the server's own thread, which may not have taken it when the page looks."""
    waiting, looks = [], []
    server = serve(waiting)
    server.loop.call_soon_threadsafe(waiting.append, "what was drawn")

    def look():
        looks.append(len(waiting))
        if len(looks) == 2:
            waiting.clear()

    delivery.wait_until_sent(look)
    assert looks[:2] == [1, 1]


class Stopped(Exception):
    """The page is to be drawn anew."""


@pytest.mark.parametrize("window", ["a", "b"])
def test_a_page_that_is_to_be_drawn_anew_or_was_closed_waits_no_longer(serve, window):
    def stop():
        raise Stopped

    server = serve(["what was drawn"], window)
    with pytest.raises(Stopped):
        delivery.wait_until_sent(stop)
    done = threading.Event()
    server.loop.call_later(0.05, done.set)
    assert done.wait(SECONDS)
    assert not server.loop._scheduled, "nobody looks any more"


def test_without_a_server_nothing_is_waited_for(monkeypatch):
    monkeypatch.setattr(runtime, "exists", lambda: False)
    delivery.wait_until_sent(lambda: pytest.fail("it waits"))
