"""What the check says of a film on the screen: refused and put right, refused and overruled, warned of."""

import json
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model_store.export.wording import sentences as export_sentences
from model_store.film.radiograph import FilmIdentity, Radiograph
from model_store.reading.film_check.reasons import MIRRORED, age
from model_store.reading.film_check.verdict import QualityReport, Reason
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    add,
    charts,
    fake_classifier,
    fake_reads,
    labels,
    page,
    plain,
    press,
    start,
    upload,
    use_card,
)
from tests.doubles.fakes import sample_card
from xray_ui.reading.film import correction_wording
from xray_ui.reading.result import check_wording
from xray_ui.reading.saving import panel as save_panel

ROTATED = Reason("rotated", "refuse", "This film lies on its side; turn it upright.", "turn")
INVERTED = Reason("inverted", "refuse", "Black and white are exchanged; invert it.", "invert")
ADULT = age(64.0)
NO_LUNGS = Reason("no lungs", "refuse", "No two lungs were found.", "overrule")
DOCUMENT = Reason("document", "refuse", "This is a document; upload the radiograph itself.")
BLURRED = Reason("blurred", "warn", "This film is blurred.")
CUT_OFF = Reason("lungs cut off", "warn", "The lungs are cut off.")

TURN, INVERT, BOTH = "Turn it upright and read", "Invert it and read", "Turn it upright, invert it and read"
REASON = "one lung was removed as a baby"


def says(*reasons: Reason, turn: int = 0):
    """A check that says this of the film as it was uploaded, and nothing of it once it is corrected."""
    return lambda film: QualityReport(() if film.stored else reasons, 0 if film.stored else turn)


def always(*reasons: Reason):
    return lambda film: QualityReport(reasons)


def assert_not_read(app: AppTest, *sentences: str) -> None:
    """The film itself and why it was not read; no number of any kind."""
    assert not app.exception
    shown = plain(app)
    assert check_wording.NOT_READ in shown
    for sentence in sentences:
        assert sentence in app.error[0].value.replace("\\", "")
    assert "suspected" not in shown
    assert " %" not in shown
    assert "Heatmap" not in [pane["title"] for pane in json.loads(charts(app)[0])["panes"]]
    assert len(charts(app)) == 1
    assert not app.download_button


class TestCorrected:
    @pytest.mark.parametrize(
        ("reasons", "turn", "button", "read_as"),
        [
            ((ROTATED,), 1, TURN, (1, False)),
            ((ROTATED,), 2, TURN, (2, False)),
            ((INVERTED,), 0, INVERT, (0, True)),
            ((ROTATED, INVERTED), 3, BOTH, (3, True)),
            ((ROTATED, NO_LUNGS), 1, TURN, (1, False)),
        ],
    )
    def test_one_button_puts_it_right_and_has_it_read(self, classifier, reasons, turn, button, read_as):
        classifier.check = says(*reasons, turn=turn)
        classifier.probabilities = [0.84]
        app = upload(start(), ("child.png", FIRST))
        assert_not_read(app, *(reason.sentence for reason in reasons))
        app = press(app, button)
        assert "probability of pneumonia of 84 %" in plain(app)
        assert export_sentences.correction(read_as[0], is_inverted=read_as[1]) in plain(app)
        assert [film[1:3] for film in classifier.read_films] == [(0, False), read_as]

    def test_the_film_is_shown_as_it_is_read(self, classifier):
        classifier.check = says(ROTATED, turn=1)
        app = upload(start(), ("child.png", FIRST))
        before = json.loads(charts(app)[0])
        after = json.loads(charts(press(app, TURN))[0])
        assert (before["width"], before["height"]) == (after["height"], after["width"]) == (320, 256)
        assert before["film"] != after["film"]

    def test_back_to_the_film_as_it_was_uploaded(self, classifier):
        classifier.check = says(ROTATED, turn=1)
        app = press(upload(start(), ("child.png", FIRST)), TURN)
        app = press(app, correction_wording.BACK_TO_STORED)
        assert_not_read(app, ROTATED.sentence)
        assert correction_wording.BACK_TO_STORED not in labels(app)
        assert len(classifier.read_films) == 2, "both answers were known already"

    def test_a_correction_belongs_to_its_film_alone(self, classifier):
        classifier.check = says(ROTATED, turn=1)
        app = press(upload(start(), ("a.png", FIRST)), TURN)
        assert "clockwise" in plain(app)
        app = add(app, "b.png", SECOND)
        assert_not_read(app, ROTATED.sentence)
        assert "clockwise" not in plain(app)
        app = press(app, "Previous")
        assert "clockwise" in plain(app)

    def test_a_corrected_film_is_its_own_picture_gauge_and_window(self, classifier):
        """R6: nothing that is kept for the one is found again for the other."""
        classifier.probabilities = [0.84, 0.12]
        classifier.check = lambda film: QualityReport(() if film.turn else (BLURRED,))
        app = upload(start(), ("child.png", FIRST))
        app = press(app, check_wording.OVERRULE_WARNING)
        keys = [slider.key for slider in app.main.slider]
        (sha256,) = classifier.read_images
        app.session_state["corrected_films"] = {sha256: FilmIdentity(sha256, turn=1)}
        app = app.run()
        assert "12 %" in plain(app)
        assert "84 %" not in plain(app)
        assert "Overruled" not in plain(app), "what was overruled belongs to the film as it was"
        assert set(keys) & {slider.key for slider in app.main.slider} == {"pre_test"}

    def test_a_mirrored_film_is_read_with_a_warning_and_one_click_mirrors_it_back(self, classifier):
        classifier.probabilities = [0.84, 0.12]
        classifier.check = says(MIRRORED)
        app = upload(start(), ("child.png", FIRST))
        assert MIRRORED.sentence in plain(app)
        assert "84 %" in plain(app), "it is read all the same"
        before = json.loads(charts(app)[0])
        app = press(app, correction_wording.MIRROR)
        assert "12 %" in plain(app)
        assert "shown and read mirrored" in plain(app)
        assert correction_wording.MIRROR not in labels(app)
        assert [film.is_mirrored for film in classifier.read_films] == [False, True]
        assert before["film"] != json.loads(charts(app)[0])["film"]
        app = press(app, correction_wording.BACK_TO_STORED)
        assert "84 %" in plain(app)
        assert correction_wording.MIRROR in labels(app)

    def test_a_film_that_contradicts_its_header_and_looks_usual_is_not_offered_to_be_mirrored(self, classifier):
        classifier.check = always(replace(MIRRORED, offer=""))
        app = upload(start(), ("child.png", FIRST))
        assert MIRRORED.sentence in plain(app)
        assert correction_wording.MIRROR not in labels(app)

    @pytest.mark.parametrize("reasons", [(DOCUMENT,), (DOCUMENT, ROTATED), (DOCUMENT, NO_LUNGS)])
    def test_where_nothing_helps_nothing_is_offered(self, classifier, reasons):
        classifier.check = lambda film: QualityReport(reasons, 1)
        app = upload(start(), ("letter.png", FIRST))
        assert_not_read(app, *(reason.sentence for reason in reasons))
        assert not {TURN, INVERT, BOTH, check_wording.READ_ALL_THE_SAME} & set(labels(app))


class TestOverruled:
    def give(self, app: AppTest, reason: str) -> AppTest:
        return press(app.text_area[0].set_value(reason).run(), check_wording.READ_ALL_THE_SAME)

    def test_a_typed_reason_has_it_read_and_stays_beside_the_probability(self, classifier):
        classifier.check = always(NO_LUNGS)
        classifier.probabilities = [0.84]
        app = upload(start(), ("child.png", FIRST))
        assert_not_read(app, NO_LUNGS.sentence)
        app = self.give(app, f"  {REASON}\n")
        assert classifier.asked == [None, REASON]
        assert "probability of pneumonia of 84 %" in plain(app)
        assert REASON in app.error[0].value
        facts = next(element.value for element in app.markdown if element.value.startswith("| Reading"))
        assert f'| Read against the check | "{REASON}" |' in facts

    @pytest.mark.parametrize("typed", ["", "123456789", "  short    \n "])
    def test_without_a_reason_of_ten_characters_it_is_not_read(self, classifier, typed):
        classifier.check = always(NO_LUNGS)
        app = self.give(upload(start(), ("child.png", FIRST)), typed)
        assert_not_read(app, NO_LUNGS.sentence)
        assert app.error[1].value == check_wording.REASON_MISSING
        assert classifier.asked == [None]

    def test_an_adults_film_is_asked_about_in_its_own_words(self, classifier):
        classifier.check = always(ADULT)
        app = upload(start(), ("grown.png", FIRST))
        assert_not_read(app, ADULT.sentence)
        assert check_wording.OVERRULE_ADULT in [each.label for each in app.expander]
        assert self.give(app, "short").error[1].value == check_wording.ADULT_REASON_MISSING
        self.give(app, REASON)
        assert classifier.asked == [None, REASON]

    def test_it_can_be_taken_back(self, classifier):
        classifier.check = always(NO_LUNGS)
        app = self.give(upload(start(), ("child.png", FIRST)), REASON)
        app = press(app, check_wording.TAKE_BACK)
        assert_not_read(app, NO_LUNGS.sentence)
        assert REASON not in plain(app)

    def test_it_holds_for_one_film_and_one_version(self, classifier, monkeypatch):
        classifier.check = always(NO_LUNGS)
        app = self.give(upload(start(), ("a.png", FIRST)), REASON)
        app = add(app, "b.png", SECOND)
        assert_not_read(app, NO_LUNGS.sentence)
        assert REASON not in plain(app)
        app = press(app, "Previous")
        assert REASON in plain(app)
        use_card(monkeypatch, sample_card() | {"version": "ward-1", "weights_sha256": "cd" * 32})
        app = press(app.run(), "Read again with ward-1")
        assert_not_read(app, NO_LUNGS.sentence)
        assert REASON not in plain(app)

    def test_what_is_typed_is_no_markup(self, classifier):
        classifier.check = always(NO_LUNGS)
        app = self.give(upload(start(), ("a.png", FIRST)), "<b>**really**</b> | a chest")
        assert r"\<b\>\*\*really\*\*\</b\> \| a chest" in app.error[0].value
        assert "<b>**really**</b> | a chest" in plain(app)


class TestWarnings:
    def test_each_stands_above_the_result_until_it_is_overruled(self, classifier):
        classifier.check = always(BLURRED, CUT_OFF)
        classifier.probabilities = [0.84]
        app = upload(start(), ("child.png", FIRST))
        before = charts(app)
        assert [each.value.replace("\\", "") for each in app.warning][:2] == [BLURRED.sentence, CUT_OFF.sentence]
        assert labels(app).count(check_wording.OVERRULE_WARNING) == 2
        app = press(app, check_wording.OVERRULE_WARNING)
        assert [each.value.replace("\\", "") for each in app.warning][:1] == [CUT_OFF.sentence]
        assert export_sentences.overruled_warning(BLURRED.sentence) in plain(app)
        assert "84 %" in plain(app)
        assert charts(app) == before, "the result is the same"
        assert len(classifier.read_films) == 1
        app = press(app, check_wording.WARN_AGAIN)
        assert "Overruled" not in plain(app)

    def test_they_stand_in_the_line_above_the_film_too(self, classifier):
        classifier.check = always(BLURRED)
        app = upload(start(), ("child.png", FIRST))
        (line,) = [each.value for each in app.text if each.value.startswith("Warning (blurred). Pneumonia ")]
        assert line.endswith(" %")

    def test_they_come_before_the_probability(self, classifier):
        classifier.check = always(BLURRED)
        app = upload(start(), ("child.png", FIRST))
        shown = [getattr(element, "value", "") for element in app.main]
        order = [next(i for i, text in enumerate(shown) if part in str(text)) for part in ("blurred", "uspected")]
        assert order == sorted(order)

    def test_overruling_holds_for_one_film_and_one_version(self, classifier, monkeypatch):
        classifier.check = always(BLURRED)
        app = press(upload(start(), ("a.png", FIRST)), check_wording.OVERRULE_WARNING)
        app = add(app, "b.png", SECOND)
        assert "Overruled" not in plain(app)
        app = press(app, "Previous")
        assert "Overruled" in plain(app)
        use_card(monkeypatch, sample_card() | {"version": "ward-1", "weights_sha256": "cd" * 32})
        app = press(app.run(), "Read again with ward-1")
        assert "Overruled" not in plain(app)
        assert check_wording.OVERRULE_WARNING in labels(app)

    def test_saved_picture_holds_them_as_they_stand(self, classifier, monkeypatch):
        written = []
        monkeypatch.setattr(save_panel, "render_sheet", lambda film, _, view, words: written.append(words))
        monkeypatch.setattr(save_panel, "to_png", lambda _: b"picture")
        monkeypatch.setattr(
            save_panel.st, "download_button", lambda label, data, **_: label == "Save picture" and data()
        )
        classifier.check = always(BLURRED, CUT_OFF)
        app = upload(start(), ("child.png", FIRST))
        press(app, check_wording.OVERRULE_WARNING)
        assert written[0].notices == [f"Warning: {each.sentence}" for each in (BLURRED, CUT_OFF)]
        assert written[-1].notices == [
            export_sentences.overruled_warning(BLURRED.sentence),
            f"Warning: {CUT_OFF.sentence}",
        ]


def test_a_film_lying_on_its_side_becomes_the_one_that_stands(classifier):
    """The turned film is what the reader gets, pixel by pixel."""
    got: list[Radiograph] = []
    classifier.check = lambda film: got.append(film) or says(ROTATED, turn=1)(film)
    press(upload(start(), ("child.png", FIRST)), TURN)
    np.testing.assert_array_equal(got[-1].pixels, np.rot90(got[0].pixels, -1))
