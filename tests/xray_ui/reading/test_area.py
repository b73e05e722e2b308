"""Is the place of a film and of its number empty before the next film may take it, whatever stops the page between?"""

from types import SimpleNamespace

import pytest

from xray_ui.reading import page
from xray_ui.reading.case import shown
from xray_ui.server import delivery

FIRST, SECOND, THIRD = ("first film",), ("second film",), ("third film",)


class Stopped(Exception):
    """The page is to be drawn anew."""


class Place:
    """A place of the page that says what is done with it."""

    def __init__(self, done):
        self.done = done

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def container(self):
        self.done.append("filled")
        return self


@pytest.fixture
def done(monkeypatch):
    """What is done with the place, in order."""
    done = []

    def container(key=None):
        done.append("whole" if key else "kept")
        return Place(done)

    def empty():
        done.append("emptied")
        return Place(done)

    monkeypatch.setattr(page, "st", SimpleNamespace(container=container, empty=empty))
    monkeypatch.setattr(shown, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr(delivery, "wait_until_sent", lambda may_be_stopped: done.append("sent"))
    return done


def drawn(done, key):
    """What is done for one film."""
    done.clear()
    page._area(key)
    return list(done)


def test_another_film_finds_an_empty_place_that_the_browser_has_heard_of(done):
    for film in (FIRST, SECOND, FIRST):
        assert drawn(done, film) == ["whole", "emptied", "sent", "filled"]


def test_the_same_film_keeps_its_place(done):
    drawn(done, FIRST)
    assert drawn(done, FIRST) == ["whole", "kept"], "else it would be loaded anew at each move of a slider"


@pytest.mark.parametrize("film", [SECOND, THIRD])
def test_a_page_that_is_stopped_before_the_browser_heard_of_it_empties_the_place_again(done, monkeypatch, film):
    def stop(may_be_stopped):
        raise Stopped

    drawn(done, FIRST)
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "wait_until_sent", stop)
        with pytest.raises(Stopped):
            drawn(done, SECOND)
    assert drawn(done, film) == ["whole", "emptied", "sent", "filled"]


def test_the_wait_can_be_stopped(done, monkeypatch):
    asked = []
    monkeypatch.setattr(delivery, "wait_until_sent", lambda may_be_stopped: asked.append(may_be_stopped()))
    drawn(done, FIRST)
    drawn(done, SECOND)
    assert asked == [None, FIRST], "to look into the session is what lets Streamlit stop a run"
