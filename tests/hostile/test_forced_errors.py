"""R21: does an error reveal anything? Forced at many places, it is a sentence and a number, here and in the log."""

import logging
import re

import pytest

from tests.doubles.app_driver import FIRST, SECOND, fake_classifier, fake_reads, page, plain, press, start, upload  # noqa: F401
from xray_ui.access import idle
from xray_ui.basics import text as basics_text
from xray_ui.frame import banner, sidebar
from xray_ui.models import page as models_page
from xray_ui.readers import in_use
from xray_ui.reading import film_panel
from xray_ui.reading import page as reading_page
from xray_ui.reading.case import outcomes, overruling
from xray_ui.reading.case import shown as case_shown
from xray_ui.reading.film import corrections, view, viewer
from xray_ui.reading.result import evidence, panel, whose
from xray_ui.reading.uploads import chosen
from xray_ui.retraining import page as retraining_page
from xray_ui.retraining.run import progress

SECRET = "Quillfeather"
MESSAGE = f"cannot read /srv/films/{SECRET}.png: (0010,0010) PatientName '{SECRET}^Zebedee', pixels [17 17 18]"
REVEALING = (SECRET, "/srv", "0010", "17 17", "Traceback")
NUMBER = re.compile(r"error ([0-9A-F]{6})")

PLACES = {
    "the examples": (chosen, "examples", "reading"),
    "the uploads": (chosen, "take_uploads", "reading"),
    "the list of films": (chosen, "films", "reading"),
    "the hash": (case_shown, "sha256_of", "reading"),
    "decoding": (case_shown, "decode", "reading"),
    "the settings": (view, "settings", "reading"),
    "the model in use": (sidebar, "_model_in_use", "reading"),
    "a correction": (corrections, "corrected", "reading"),
    "the notice of a correction": (corrections, "notice", "reading"),
    "a reason": (overruling, "reason", "reading"),
    "an outcome": (outcomes, "outcome", "reading"),
    "keeping a version": (outcomes, "keep_version", "reading"),
    "the notice of a reader": (whose, "show", "reading"),
    "the film": (film_panel, "show", "reading"),
    "the pictures": (viewer, "frames", "reading"),
    "the result": (panel, "show", "reading"),
    "the evidence": (evidence, "show", "reading"),
    "the place of a film": (reading_page, "_area", "reading"),
    "the banner": (banner, "_problems", "reading"),
    "the preparation": (in_use, "start_preparing", "reading"),
    "the look at an idle screen": (idle, "_presence", "reading"),
    "the trainings": (progress, "active_run", "reading"),
    "the versions": (models_page, "_versions", "models"),
    "the runs": (retraining_page, "_examination", "retrain"),
}


@pytest.fixture(name="log")
def all_that_is_logged(caplog):
    """The log with what Streamlit says by itself, which does not go up to the root."""
    own = logging.getLogger("streamlit.error_util")
    own.addHandler(caplog.handler)
    yield caplog
    own.removeHandler(caplog.handler)


def fail(*args, **named):
    raise RuntimeError(MESSAGE)


def assert_reveals_nothing(app, log) -> None:
    assert not app.exception
    shown = plain(app)
    numbers = NUMBER.findall(shown)
    assert numbers, "a sentence with a number is shown"
    assert basics_text.unexpected_error(numbers[0]) in shown
    assert all(number in log.text for number in numbers), "the log holds it under the same number"
    screen = f"{app.main!r}{app.sidebar!r}{shown}"
    assert not [text for text in REVEALING if text in screen.replace("child.png", "")]
    assert not [text for text in REVEALING if text in log.text]


def test_there_are_enough_places():
    assert len(PLACES) + 2 >= 20


@pytest.mark.parametrize("place", PLACES)
def test_an_error_is_a_sentence_and_a_number(classifier, monkeypatch, log, place):
    module, name, turn_to = PLACES[place]
    app = start()
    assert hasattr(module, name)
    monkeypatch.setattr(module, name, fail)
    app = page(app, turn_to) if turn_to != "reading" else upload(app, ("child.png", FIRST))
    assert_reveals_nothing(app, log)


def test_a_reader_that_fails(classifier, log):
    classifier.failure = RuntimeError(MESSAGE)
    assert_reveals_nothing(upload(start(), ("child.png", FIRST)), log)


def test_a_button_that_fails(classifier, monkeypatch, log):
    app = upload(start(), ("child.png", FIRST), ("other.png", SECOND))
    monkeypatch.setattr(chosen, "min", fail, raising=False)
    assert_reveals_nothing(press(app, "Next"), log)


def test_what_nobody_foresaw_is_not_quoted_by_the_log_of_streamlit(classifier, monkeypatch, log):
    app = start()
    monkeypatch.setattr(sidebar, "show", fail)
    app.run()
    assert "Uncaught" not in log.text
    assert "error" in log.text
    assert not [text for text in REVEALING if text in log.text]
