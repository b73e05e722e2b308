"""Does a screen that nobody touches lose its films, and one that somebody touches keep them?"""

import math

import pytest

from tests.app_driver import FIRST, charts, fake_classifier, fake_reads, labels, plain, press, start, upload, words  # noqa: F401
from xray_ui import idle, wording


@pytest.fixture(name="clock")
def hand_of_a_clock(monkeypatch):
    """A clock that a test puts forward."""
    now = [1_000_000.0]
    monkeypatch.setattr(idle.time, "time", lambda: now[0])
    monkeypatch.delenv(idle.VARIABLE, raising=False)
    return now


@pytest.mark.parametrize(
    ("configured", "minutes"),
    [("", 15), ("0", 0), ("0.5", 0.5), ("30", 30), ("soon", 15), ("-1", 15), ("nan", 15), ("inf", 15)],
)
def test_the_time_is_what_the_environment_says(monkeypatch, configured, minutes):
    monkeypatch.setenv(idle.VARIABLE, configured)
    assert idle.minutes() == minutes
    assert not math.isinf(idle.minutes())


def test_after_the_time_nothing_of_a_film_is_left(classifier, clock):
    app = upload(start(), ("child.png", FIRST))
    assert "probability of pneumonia" in words(app)
    app.slider(key="opacity").set_value(80)
    clock[0] += 15 * 60 - 1
    assert charts(app.run())
    clock[0] += 1
    app = app.run()
    assert not app.exception
    assert idle.cleared_sentence(15) in plain(app)
    assert "Nobody touched this screen for 15 minutes" in plain(app)
    assert charts(app) == []
    assert labels(app) == [idle.GO_ON]
    assert not app.file_uploader
    assert repr(app.session_state) == repr({idle.CLEARED: 15.0})


def test_going_on_begins_anew(classifier, clock):
    app = upload(start(), ("child.png", FIRST))
    clock[0] += 3600
    app = press(app.run(), idle.GO_ON)
    assert wording.WELCOME in words(app)
    assert app.sidebar.file_uploader[0].value == []
    clock[0] += 899
    assert wording.WELCOME in words(app.run()), "the time begins anew, too"


def test_decoded_films_and_uploaded_files_go_as_well(classifier, clock, monkeypatch):
    cleared = []
    for name in ("clear_session_data_cache", "clear_session_resource_cache"):
        monkeypatch.setattr(idle, name, lambda session, name=name: cleared.append(name))
    app = upload(start(), ("child.png", FIRST))
    before = idle.get_script_run_ctx

    def noting():
        context = before()
        if context:
            monkeypatch.setattr(context.uploaded_file_mgr, "remove_session_files", cleared.append)
        return context

    monkeypatch.setattr(idle, "get_script_run_ctx", noting)
    clock[0] += 3600
    app.run()
    assert cleared[:2] == ["clear_session_data_cache", "clear_session_resource_cache"]
    assert len(cleared) == 3


def test_a_touch_keeps_the_films(classifier, clock, monkeypatch):
    app = upload(start(), ("child.png", FIRST))
    clock[0] += 14 * 60
    app.session_state[idle.TOUCHED] = clock[0]
    clock[0] += 14 * 60
    assert charts(app.run())
    assert "Nobody touched" not in plain(app)


def test_a_run_of_the_page_by_itself_is_no_touch(classifier, clock):
    app = upload(start(), ("child.png", FIRST))
    for _ in range(14):
        clock[0] += 60
        assert charts(app.run())
    clock[0] += 60
    assert "Nobody touched" in plain(app.run())


def test_zero_switches_it_off(classifier, clock, monkeypatch):
    monkeypatch.setenv(idle.VARIABLE, "0")
    app = upload(start(), ("child.png", FIRST))
    clock[0] += 100_000
    assert charts(app.run())


def test_one_minute_is_said_in_the_singular():
    assert "for 1 minute," in idle.cleared_sentence(1)
    assert "for 0.1 minutes," in idle.cleared_sentence(0.1)
