"""Does a screen that nobody touches lose its films, and one that somebody touches keep them?"""

import math

import pytest

from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    charts,
    fake_classifier,
    fake_reads,
    labels,
    plain,
    press,
    start,
    upload,
    words,
)
from xray_ui.access import idle
from xray_ui.reading import wording as reading_wording
from xray_ui.server import clear


def leave(app):
    """Do what the browser's word does that nobody touched the screen."""
    app.session_state[idle.CLEARED] = 15.0
    return app.run()


@pytest.mark.parametrize(
    ("configured", "minutes"),
    [("", 15), ("0", 0), ("0.5", 0.5), ("30", 30), ("soon", 15), ("-1", 15), ("nan", 15), ("inf", 15)],
)
def test_the_time_is_what_the_environment_says(monkeypatch, configured, minutes):
    monkeypatch.setenv(idle.VARIABLE, configured)
    assert idle.minutes() == minutes
    assert not math.isinf(idle.minutes())


def test_after_the_time_nothing_of_a_film_is_left(classifier):
    app = upload(start(), ("child.png", FIRST))
    assert "probability of pneumonia" in words(app)
    app.session_state["opacity"] = 80
    app = leave(app)
    assert not app.exception
    assert idle.cleared_sentence(15) in plain(app)
    assert "Nobody touched this screen for 15 minutes" in plain(app)
    assert charts(app) == []
    assert labels(app) == [idle.GO_ON]
    assert not app.file_uploader
    assert repr(app.session_state) == repr({idle.CLEARED: 15.0})


def test_going_on_begins_anew(classifier):
    app = press(leave(upload(start(), ("child.png", FIRST))), idle.GO_ON)
    assert reading_wording.WELCOME in words(app)
    assert app.file_uploader[0].value == []


def test_decoded_films_and_uploaded_files_go_as_well(classifier, monkeypatch):
    cleared = []
    for name in ("clear_session_data_cache", "clear_session_resource_cache"):
        monkeypatch.setattr(clear, name, lambda session, name=name: cleared.append(name))
    app = upload(start(), ("child.png", FIRST))
    before = clear.get_script_run_ctx

    def noting():
        context = before()
        if context:
            monkeypatch.setattr(context.uploaded_file_mgr, "remove_session_files", cleared.append)
        return context

    monkeypatch.setattr(clear, "get_script_run_ctx", noting)
    leave(app)
    assert cleared[:2] == ["clear_session_data_cache", "clear_session_resource_cache"]
    assert len(cleared) == 3


@pytest.mark.parametrize(("configured", "seconds"), [("0.5", 30), ("0", None)])
def test_the_browser_is_told_the_time(monkeypatch, configured, seconds):
    told = []
    monkeypatch.setenv(idle.VARIABLE, configured)
    monkeypatch.setattr(idle, "_presence", lambda: lambda **named: told.append(named["data"]["clearAfter"]))
    idle.watch()
    assert told == ([] if seconds is None else [seconds])


def test_one_minute_is_said_in_the_singular():
    assert "for 1 minute," in idle.cleared_sentence(1)
    assert "for 0.1 minutes," in idle.cleared_sentence(0.1)
