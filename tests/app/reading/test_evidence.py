"""Where in the lungs the evidence lies, as the screen says it: by each method, for each film, and tested on request."""

import json
from dataclasses import replace

import cv2
import pytest

from model_store.export.wording import map_sentences
from model_store.export.wording.map_sentences import AGAINST_LEGEND, FOLDED, location_sentence
from model_store.film.header.sides import USUAL
from model_store.reading.results import DeletionTest, Evidence
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    THIRD,
    add,
    charts,
    fake_classifier,
    fake_reads,
    labels,
    plain,
    press,
    start,
    upload,
    use_card,
)
from tests.doubles.fakes import FakeReader, sample_card, sample_explanation
from xray_ui.reading.film import methods
from xray_ui.reading.result import evidence, folding
from xray_ui.reading.saving import panel as save_panel

TESTED = "when it is blurred, the probability falls from 84 % to 31 %"
FOCUSED = Evidence(0.62, 0.41, ("left lower",), USUAL, "left lower")
WIDE = Evidence(0.5, 0.41, (), USUAL, "right upper")


def said_of(evidence: Evidence) -> str:
    """Where a map with this evidence is brightest."""
    return location_sentence(replace(sample_explanation(), evidence=evidence))


@pytest.fixture(autouse=True)
def suspected(request):
    """Every film is suspected, unless a test says otherwise: else its map is folded away."""
    if "classifier" in request.fixturenames:
        request.getfixturevalue("classifier").probabilities = [0.84] * 20


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
        assert box.help == methods.HELP
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
        assert "This version has no Grad-CAM; shown is Eigen-CAM." in plain(app)

    def test_the_choice_comes_back_with_the_next_version_that_has_it(self, two):
        of_two = two.explanations
        app = upload(start(), ("a.png", FIRST))
        app = app.selectbox(key=methods.METHOD).set_value("Grad-CAM").run()
        two.explanations = (replace(of_two[0], method="Eigen-CAM"), of_two[0])
        app = add(app, "b.png", SECOND)
        box = app.selectbox(key=methods.METHOD)
        assert (list(box.options), box.value) == (["Eigen-CAM", "LayerCAM"], "Eigen-CAM")
        assert "This version has no Grad-CAM" in plain(app)
        two.explanations = of_two
        app = add(app, "c.png", THIRD)
        assert app.selectbox(key=methods.METHOD).value == "Grad-CAM"
        assert "Grad-CAM: 7 x 7 cells" in plain(app)
        assert "This version has no" not in plain(app)

    def test_another_choice_meanwhile_is_the_reader_s_too(self, two):
        of_two = two.explanations
        app = upload(start(), ("a.png", FIRST))
        app = app.selectbox(key=methods.METHOD).set_value("Grad-CAM").run()
        two.explanations = (replace(of_two[0], method="Eigen-CAM"), of_two[0])
        app = add(app, "b.png", SECOND).selectbox(key=methods.METHOD).set_value("LayerCAM").run()
        assert "This version has no" not in plain(app)
        assert app.selectbox(key=methods.METHOD).value == "LayerCAM"


class TestFolding:
    @pytest.fixture
    def below(self, classifier):
        """A film whose probability is below the operating point of 43.7 %, with a map."""
        classifier.probabilities = [0.43]
        classifier.explanations = (replace(sample_explanation(), evidence=FOCUSED),)
        return classifier

    def titles(self, app):
        return [pane["title"] for pane in json.loads(charts(app)[0])["panes"]]

    def test_below_the_operating_point_the_map_is_folded_away_and_nothing_is_said_of_it(self, below, monkeypatch):
        use_card(
            monkeypatch, sample_card() | {"maps": {"failed": ["It misses: do not lean on it."], "wanted": {"a": 1}}}
        )
        app = upload(start(), ("child.png", FIRST))
        assert self.titles(app) == ["Radiograph"]
        assert FOLDED in plain(app)
        assert evidence.TEST not in labels(app)
        for said in (map_sentences.MAP_CAPTION, said_of(FOCUSED), "Do not lean on it.", "failed 1 of its 1 tests"):
            assert said not in plain(app)
        app = press(app, folding.SHOW)
        assert self.titles(app) == ["Radiograph", "Radiograph with heatmap"]
        assert FOLDED not in plain(app)
        for said in (map_sentences.MAP_CAPTION, said_of(FOCUSED), "Do not lean on it.", "failed 1 of its 1 tests"):
            assert said in plain(app)
        assert evidence.TEST in labels(app)
        app = press(app, folding.FOLD)
        assert self.titles(app) == ["Radiograph"]

    def test_what_was_unfolded_is_so_for_that_film_alone(self, below):
        below.probabilities = [0.43, 0.42]
        app = press(upload(start(), ("a.png", FIRST)), folding.SHOW)
        app = add(app, "b.png", SECOND)
        assert self.titles(app) == ["Radiograph"]
        app = press(app, "Previous")
        assert self.titles(app) == ["Radiograph", "Radiograph with heatmap"]

    def test_on_a_suspected_film_there_is_nothing_to_fold(self, classifier):
        app = upload(start(), ("child.png", FIRST))
        assert not {folding.SHOW, folding.FOLD} & set(labels(app))
        assert FOLDED not in plain(app)

    def test_without_a_map_there_is_nothing_to_unfold(self, below):
        below.explanations = (sample_explanation(empty=True),)
        app = upload(start(), ("child.png", FIRST))
        assert map_sentences.EMPTY_MAP in plain(app)
        assert folding.SHOW not in labels(app)

    def test_the_point_that_the_reader_chose_decides(self, below, monkeypatch):
        points = {"rule_out": 0.1, "balanced": 0.437, "rule_in": 0.9}
        use_card(monkeypatch, sample_card() | {"operating_points": points})
        app = upload(start(), ("child.png", FIRST))
        assert self.titles(app) == ["Radiograph"]
        slider = next(each for each in app.select_slider if each.label == "Operating point")
        app = slider.set_value(0.4).run()
        assert self.titles(app) == ["Radiograph", "Radiograph with heatmap"]
        assert folding.FOLD not in labels(app)

    def test_the_saved_picture_is_folded_as_the_screen_is(self, below, monkeypatch):
        drawn = []
        monkeypatch.setattr(save_panel, "render_sheet", lambda film, _, view, words: drawn.append((view, words)))
        monkeypatch.setattr(save_panel, "to_png", lambda _: b"picture")
        monkeypatch.setattr(
            save_panel.st, "download_button", lambda label, data, **_: label == "Save picture" and data()
        )
        press(upload(start(), ("child.png", FIRST)), folding.SHOW)
        assert [view.layout for view, _ in (drawn[0], drawn[-1])] == ["original", "side by side"]
        assert not any(said_of(FOCUSED) in finding for finding in drawn[0][1].findings)
        assert said_of(FOCUSED) in drawn[-1][1].findings


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

    def test_it_stands_above_the_details_and_follows_the_method(self, located):
        app = upload(start(), ("child.png", FIRST))
        shown = plain(app)
        assert shown.index(said_of(FOCUSED)) < shown.index("The model gives a probability")
        assert map_sentences.lung_share_sentence(FOCUSED) in shown
        app = app.selectbox(key=methods.METHOD).set_value("Grad-CAM").run()
        assert said_of(WIDE) in plain(app)
        assert said_of(FOCUSED) not in plain(app)

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

    @pytest.mark.parametrize("where", [(FakeReader, "deletion_test"), (map_sentences, "deletion_sentence")])
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

    def test_where_there_is_nothing_to_test_nothing_is_offered(self, classifier):
        classifier.explanations = (sample_explanation(empty=True),)
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
        trust, place = written[0].findings
        assert trust.startswith("Trust it")
        assert place == said_of(FOCUSED)
        assert written[-1].findings[:-1] == [trust, place]
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
