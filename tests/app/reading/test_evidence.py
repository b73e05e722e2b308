"""Where in the lungs the evidence lies, as the screen says it: by each method, for each film, and tested on request."""

import json
from dataclasses import replace

import cv2
import pytest

from model_store.export import sentences
from model_store.export.sentences import AGAINST_LEGEND
from model_store.film.header.sides import USUAL
from model_store.reading.results import DeletionTest, Evidence
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    add,
    charts,
    fake_classifier,
    fake_reads,
    labels,
    plain,
    press,
    start,
    upload,
)
from tests.doubles.fakes import FakeReader, sample_explanation
from xray_ui.reading import save_panel
from xray_ui.reading.film import methods
from xray_ui.reading.film import view as film_view
from xray_ui.reading.result import evidence

TESTED = "When the highlighted region is blurred, the probability falls from 84 % to 31 %"
FOCUSED, WIDE = Evidence(0.62, 0.41, ("left lower",), USUAL), Evidence(0.5, 0.41)


class TestMethods:
    @pytest.fixture
    def two(self, classifier):
        """A reading with a finer map by another method, which is the default."""
        coarse = sample_explanation()
        finer = replace(coarse, heatmap=cv2.resize(coarse.heatmap, (28, 28)), method="LayerCAM")
        classifier.explanations = (finer, coarse)
        return classifier

    def test_with_one_method_there_is_no_choice(self, classifier):
        app = upload(start(), ("child.png", FIRST))
        assert "Heatmap method" not in [box.label for box in app.selectbox]
        assert "7 x 7 cells" in plain(app)

    def test_the_first_is_shown_until_another_is_chosen(self, two):
        app = upload(start(), ("child.png", FIRST))
        box = app.selectbox(key=methods.METHOD)
        assert list(box.options) == ["LayerCAM", "Grad-CAM"]
        assert box.help == film_view.METHODS_HELP
        assert "LayerCAM: 28 x 28 cells" in plain(app)
        assert "7 x 7" not in plain(app)
        before = charts(app)
        app = box.set_value("Grad-CAM").run()
        assert "Grad-CAM: 7 x 7 cells" in plain(app)
        assert charts(app)[0] != before[0]
        assert charts(app)[1] == before[1], "the probability does not hang on the method"
        assert len(two.read_films) == 1

    def test_a_reading_without_the_chosen_method_shows_its_own(self, two):
        app = upload(start(), ("a.png", FIRST))
        app = app.selectbox(key=methods.METHOD).set_value("Grad-CAM").run()
        two.explanations = (replace(two.explanations[0], method="Eigen-CAM"),)
        app = add(app, "b.png", SECOND)
        assert not app.exception
        assert "Eigen-CAM: 28 x 28 cells" in plain(app)
        assert "Heatmap method" not in [box.label for box in app.selectbox]


class TestEvidence:
    @pytest.fixture
    def located(self, classifier):
        """Two maps of one reading, each with evidence of its own."""
        explanation = replace(sample_explanation(), evidence=FOCUSED)
        classifier.explanations = (
            replace(explanation, method="LayerCAM"),
            replace(explanation, evidence=WIDE),
        )
        classifier.deletion = DeletionTest(0.84, 0.31, 0.8, 0.7, 0.9, 24, 0.2)
        return classifier

    def test_it_stands_below_the_probability_and_follows_the_method(self, located):
        app = upload(start(), ("child.png", FIRST))
        shown = plain(app)
        for sentence in (sentences.lung_share_sentence(FOCUSED), sentences.zones_sentence(FOCUSED)):
            assert shown.index("The model gives a probability") < shown.index(sentence)
        app = app.selectbox(key=methods.METHOD).set_value("Grad-CAM").run()
        assert sentences.zones_sentence(WIDE) in plain(app)
        assert sentences.zones_sentence(FOCUSED) not in plain(app)

    def test_a_map_is_tested_on_request_alone_and_once(self, located):
        app = upload(start(), ("child.png", FIRST))
        assert located.tested == []
        app = press(app, evidence.TEST)
        assert located.tested == ["LayerCAM"]
        assert TESTED in plain(app)
        assert evidence.TEST not in labels(app)
        assert TESTED in plain(app.run())
        assert located.tested == ["LayerCAM"]

    def test_a_test_belongs_to_its_method_and_its_film(self, located):
        app = press(upload(start(), ("a.png", FIRST)), evidence.TEST)
        app = app.selectbox(key=methods.METHOD).set_value("Grad-CAM").run()
        assert TESTED not in plain(app)
        app = app.selectbox(key=methods.METHOD).set_value("LayerCAM").run()
        assert TESTED in plain(app)
        app = add(app, "b.png", SECOND)
        assert TESTED not in plain(app)
        assert evidence.TEST in labels(app)

    @pytest.mark.parametrize("where", [(FakeReader, "deletion_test"), (sentences, "deletion_sentence")])
    def test_a_test_that_fails_is_a_sentence(self, located, monkeypatch, where):
        monkeypatch.setattr(*where, lambda *_: 1 / 0)
        app = press(upload(start(), ("a.png", FIRST)), evidence.TEST)
        assert not app.exception
        assert "Something went wrong" in plain(app)
        assert "The model gives a probability" in plain(app)
        assert evidence.TEST in labels(app), "it can be tried again"
        assert "Something went wrong" not in plain(app.run()), "it is no finding, which would go into what is saved"

    def test_a_map_that_cannot_be_tested_is_a_sentence(self, located):
        located.deletion = None
        assert evidence.UNTESTABLE in plain(press(upload(start(), ("a.png", FIRST)), evidence.TEST))

    @pytest.mark.parametrize("what", ["empty", "no lungs"])
    def test_where_there_is_nothing_to_test_nothing_is_offered(self, classifier, what):
        explanation = sample_explanation(empty=what == "empty")
        classifier.explanations = (explanation if what == "empty" else replace(explanation, lungs=None),)
        app = upload(start(), ("child.png", FIRST))
        assert not app.exception
        assert "The model gives a probability" in plain(app)
        assert evidence.TEST not in labels(app)

    def test_saved_picture_says_it_too(self, located, monkeypatch):
        written = []
        monkeypatch.setattr(save_panel, "render_sheet", lambda film, _, view, words: written.append(words))
        monkeypatch.setattr(save_panel, "to_png", lambda _: b"picture")
        monkeypatch.setattr(
            save_panel.st, "download_button", lambda label, data, **_: label == "Save picture" and data()
        )
        press(upload(start(), ("child.png", FIRST)), evidence.TEST)
        located_in = [sentences.lung_share_sentence(FOCUSED), sentences.zones_sentence(FOCUSED)]
        assert written[0].findings == located_in
        assert written[-1].findings[:-1] == located_in
        assert TESTED in written[-1].findings[-1]


class TestAgainst:
    def test_what_speaks_against_is_drawn_and_explained_where_it_is_asked_for(self, classifier):
        classifier.explanations = (sample_explanation(against=True),)
        app = upload(start(), ("child.png", FIRST))
        box = app.checkbox(key="against")
        assert (box.label, box.value) == ("Show what speaks against", False)
        assert AGAINST_LEGEND not in plain(app)
        app = box.check().run()
        assert AGAINST_LEGEND in plain(app)
        assert json.loads(charts(app)[0])["legend"]["low"] == "against"
        classifier.explanations = ()
        app = add(app, "older.png", SECOND)
        assert AGAINST_LEGEND not in plain(app), "a version that does not answer for cells has nothing to show"
        assert app.checkbox(key="against").value, "it stays chosen for the next film"

    def test_saved_picture_shows_what_speaks_against_as_the_screen_does(self, classifier, monkeypatch):
        views = []
        classifier.explanations = (sample_explanation(against=True),)
        monkeypatch.setattr(save_panel, "render_sheet", lambda film, _, view, words: views.append(view))
        monkeypatch.setattr(save_panel, "to_png", lambda _: b"picture")
        monkeypatch.setattr(
            save_panel.st, "download_button", lambda label, data, **_: label == "Save picture" and data()
        )
        upload(start(), ("child.png", FIRST)).checkbox(key="against").check().run()
        assert [views[0].against, views[-1].against] == [False, True]
