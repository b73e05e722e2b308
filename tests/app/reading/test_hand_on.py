"""Can a result be handed on from the screen: the page of the film beside it, with the words that were typed last?"""

import base64
import json

import pytest

from model_store.export.dicom.deidentify import NOT_IN_THE_FILE
from model_store.export.page import wording
from model_store.reading.film_check.reasons import BLURRED, NOT_A_RADIOGRAPH
from model_store.reading.film_check.verdict import QualityReport
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    add,
    fake_classifier,
    fake_reads,
    labels,
    plain,
    press,
    start,
    upload,
)
from tests.doubles.films.dicom_sources import PATIENT, drawn_film
from tests.doubles.pdf_pages import words_on
from xray_ui.reading.saving import hand_on
from xray_ui.reading.saving import panel as save_panel


def given(app):
    """What the browser was given in the last run: the name of the file, whether it is to be printed, and its words."""
    found = [json.loads(element.proto.json) for element in app.main.get("bidi_component")]
    (handed,) = [data for data in found if "pdf" in data]
    return handed["name"], handed["prints"], words_on(base64.b64decode(handed["pdf"]))


def note(app, impression, name=""):
    app.text_area[0].set_value(impression)
    next(field for field in app.text_input if field.label == hand_on.NAME).set_value(name)
    return app


def test_the_page_is_of_the_film_beside_it_with_what_was_typed_last(classifier):
    classifier.probabilities = [0.84, 0.12]
    app = upload(start(), ("Marker Mary.png", FIRST))
    assert not [each for each in app.main.get("bidi_component") if '"pdf"' in each.proto.json]
    name, prints, said = given(press(note(app, "Opacity on the right", "Dr A. Example"), hand_on.SAVE))
    assert (name, prints) == ("page-without-patient.pdf", False)
    assert "Pneumonia suspected: probability 84 %" in said
    assert "Opacity on the right" in said
    assert f"{wording.NAME} Dr A. Example" in said
    assert "Marker" not in said
    app = add(app, "second.png", SECOND)
    _, prints, said = given(press(app, hand_on.PRINT))
    assert prints
    assert "probability 12 %" in said
    assert "Opacity" not in said


def test_the_words_stay_with_their_film(classifier):
    app = note(upload(start(), ("first.png", FIRST)), "Of the first", "Dr A").run()
    app = add(app, "second.png", SECOND)
    assert [area.value for area in app.text_area] == [""]
    app = press(app, "Previous")
    assert [area.value for area in app.text_area] == ["Of the first"]
    assert "Of the first" in given(press(app, hand_on.SAVE))[2]


def test_a_later_run_gives_nothing_again(classifier):
    app = press(upload(start(), ("first.png", FIRST)), hand_on.SAVE).run()
    assert not [each for each in app.main.get("bidi_component") if '"pdf"' in each.proto.json]


def test_what_was_overruled_and_chosen_goes_along(classifier):
    classifier.check = lambda film: QualityReport((BLURRED,))
    app = press(upload(start(), ("first.png", FIRST)), "Overrule this warning")
    assert f"Overruled by the reader: {BLURRED.sentence}" in given(press(app, hand_on.SAVE))[2]


def test_letters_without_a_font_are_said_before_the_page_is_made(classifier):
    app = note(upload(start(), ("first.png", FIRST)), "\U00013080").run()
    assert wording.UNDRAWN in plain(app)
    assert wording.UNDRAWN not in plain(note(app, "肺 عربي").run())


def test_a_refused_film_has_no_page(classifier):
    classifier.check = lambda film: QualityReport((NOT_A_RADIOGRAPH,))
    assert hand_on.SAVE not in labels(upload(start(), ("first.png", FIRST)))


def test_a_broken_template_is_said_and_the_page_is_made_without_it(classifier, xray_home):
    xray_home.mkdir(exist_ok=True)
    (xray_home / "page.toml").write_text('header = ["Ward"]')
    app = upload(start(), ("first.png", FIRST))
    assert given(press(app, hand_on.SAVE))[2].startswith("Ward")
    (xray_home / "page.toml").write_text("header = 1")
    app = press(app, hand_on.SAVE)
    assert "The template of the page cannot be used" in plain(app)
    assert "Ward" not in given(app)[2]


def test_what_fails_is_one_sentence_and_no_page(classifier, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("Marker^Mary")

    monkeypatch.setattr(hand_on, "render_page", fail)
    app = press(upload(start(), ("first.png", FIRST)), hand_on.SAVE)
    assert "Something went wrong here" in plain(app)
    assert "Marker" not in plain(app) + caplog.text


class TestDicomFilm:
    """A film that was uploaded as DICOM, with a patient in its header."""

    def keep(self, app):
        (toggle,) = [each for each in app.toggle if each.label == save_panel.KEEP_PATIENT]
        return toggle.set_value(True).run()

    def test_the_patient_is_named_only_on_request(self, classifier):
        app = press(upload(start(), ("IM0001", drawn_film(PATIENT))), hand_on.SAVE)
        assert hand_on.NAMES_NOBODY in plain(app)
        assert "MARK" not in given(app)[2].upper()
        app = press(self.keep(app), hand_on.SAVE)
        name, _, said = given(app)
        assert name == "page-with-patient.pdf"
        assert PATIENT["PatientID"] in said
        assert hand_on.NAMES_NOBODY not in plain(app)

    @pytest.mark.parametrize("label", [hand_on.SAVE, hand_on.PRINT])
    def test_a_patient_who_is_not_known_cannot_be_named(self, classifier, label):
        app = self.keep(upload(start(), ("IM0001", drawn_film({"StudyInstanceUID": None}))))
        assert NOT_IN_THE_FILE in plain(app)
        assert label not in labels(app)
