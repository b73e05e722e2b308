"""Three points on the screen: one verdict for a film, a slider whose figures follow, and what is kept of both."""

import io
import zipfile

import pydicom
import pytest
import streamlit as st
from PIL import ImageDraw

from model_store.export.wording import sentences
from tests.doubles.app_driver import (  # noqa: F401
    FIRST,
    SECOND,
    add,
    cells,
    charts,
    fake_classifier,
    fake_reads,
    page,
    plain,
    start,
    unfolded,
    upload,
    use_card,
)
from tests.doubles.point_doubles import three_point_card
from tests.doubles.trainings.run_doubles import add_version
from xray_ui.card import point_wording
from xray_ui.reading.result import operating_point

CHOSEN = "at the point you chose"


@pytest.fixture(autouse=True)
def three_points(classifier, monkeypatch):
    use_card(monkeypatch, three_point_card())


def read(classifier, probability):
    classifier.probabilities = [probability, 0.5]
    return upload(start(), ("child.png", FIRST))


def slider(app):
    (found,) = app.select_slider
    return found


def verdicts(app):
    """What is said in the place of the verdict; one alone, whatever else is on the screen."""
    said = (sentences.NOT_SURE, "Pneumonia suspected", "Pneumonia not suspected")
    return [
        each.value.split(": ", 1)[1].rstrip("]") for each in app.markdown if any(words in each.value for words in said)
    ]


@pytest.mark.parametrize(
    ("probability", "verdict", "opinion"),
    [
        (0.19, "Pneumonia not suspected", None),
        (0.25, sentences.NOT_SURE, "normal."),
        (0.5, sentences.NOT_SURE, "either is possible."),
        (0.7, sentences.NOT_SURE, "pneumonia."),
        (0.8, "Pneumonia suspected", None),
    ],
)
def test_three_answers_and_a_second_opinion_between_the_points(classifier, probability, verdict, opinion):
    app = read(classifier, probability)
    assert verdicts(app) == [verdict]
    said = f"at most 5 % errors in each class: {opinion}"
    assert (said in plain(app)) is (opinion is not None)
    assert ("Second opinion" in plain(app)) is (opinion is not None)
    assert CHOSEN not in plain(app)


def test_the_slider_begins_at_the_balanced_point_with_its_figures(classifier):
    app = read(classifier, 0.36)
    assert slider(app).value == 0.437
    assert slider(app).options[0] == "20.0 %, rule-out"
    assert slider(app).options[-1] == "80.0 %, rule-in"
    assert "43.7 %, balanced" in slider(app).options
    assert (
        "At the balanced point of 43.7 %, on 624 test films: sensitivity 95.0 % (95 % interval 92.4 to 96.8), "
        "specificity 85.0 % (95 % interval 80.0 to 89.0)."
    ) in plain(app)


def test_verdict_figures_and_odds_follow_the_slider(classifier):
    """Of 20 and 20 films 17 and 13 reach .3: LR+ is .85 / .65, which makes 25 % of 20 %; at .5 LR- is .4 / .6: 14 %."""
    app = read(classifier, 0.36)
    before = charts(app)
    app = slider(app).set_value(0.3).run()
    assert verdicts(app) == [f"Pneumonia suspected {CHOSEN}"]
    assert "At the point you chose, 30.0 %, on 40 test films: sensitivity 85.0 % (" in plain(app)
    assert "specificity 35.0 % (" in plain(app)
    assert "Probability of pneumonia after this result: 25 % (" in plain(app)
    assert "Likelihood ratio of a film that reaches the point you chose, 30.0 %: 1.31." in plain(app)
    assert "The answer by the model's own points: not sure." in plain(app)
    assert charts(app)[0] != before[0], "the map is folded away no more, as the film is suspected now"
    assert charts(app)[1] != before[1], "the gauge marks the point"
    app = slider(app).set_value(0.5).run()
    assert verdicts(app) == [f"Pneumonia not suspected {CHOSEN}"]
    assert "Probability of pneumonia after this result: 14 % (" in plain(app)
    assert "stays below the point you chose, 50.0 %: 0.67." in plain(app)
    assert len(classifier.read_images) == 1, "nothing is read again"
    app = slider(app).set_value(0.437).run()
    assert verdicts(app) == [sentences.NOT_SURE]
    assert CHOSEN not in plain(app)


def test_a_ratio_without_end_is_said(classifier):
    app = read(classifier, 0.9)
    app = slider(app).set_value(0.8).run()
    assert verdicts(app) == [f"Pneumonia suspected {CHOSEN}"]
    assert point_wording.NO_RATIO in plain(app)
    assert "after this result" not in plain(app)


def test_a_chosen_point_belongs_to_its_film(classifier):
    app = read(classifier, 0.36)
    app = slider(app).set_value(0.3).run()
    app = add(app, "second.png", SECOND)
    assert slider(app).value == 0.437
    assert verdicts(app) == [sentences.NOT_SURE]
    assert CHOSEN not in plain(app)


def test_what_is_kept_has_the_models_own_verdict_and_names_the_chosen_point(classifier, monkeypatch):
    offered, drawn = {}, []
    monkeypatch.setattr(st, "download_button", lambda label, *, data, **_: offered.update({label: data}))
    app = read(classifier, 0.36)
    chosen = "At the point that the reader chose, 30.0 %: pneumonia suspected."
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda pen, place, text, **_: drawn.append(text))

    def kept():
        drawn.clear()
        offered["Save picture"]()
        with zipfile.ZipFile(io.BytesIO(offered["Save as DICOM"]())) as packed:
            names = sorted(packed.namelist())
            comments = pydicom.dcmread(io.BytesIO(packed.read(names[0]))).ImageComments
            return " ".join(drawn), comments, packed.read(names[1])

    picture, comments, report = kept()
    for said in (picture, comments, report.decode("utf-8", "replace")):
        assert "Second opinion by conformal prediction" in said
        assert "reader chose" not in said
    slider(app).set_value(0.3).run()
    picture, comments, report = kept()
    assert f"{sentences.NOT_SURE}: probability 36 %" in picture
    for said in (picture, comments, report.decode("utf-8", "replace")):
        assert chosen in said
    assert b"Indeterminate" in report
    assert b"Not suspected" not in report


def test_the_card_of_a_version_shows_its_points_and_its_coverage(classifier, xray_home):
    card = three_point_card()
    shown = {
        key: card[key] for key in ("operating_point", "operating_points", "conformal", "validation_scores", "test")
    }
    add_version(xray_home, "spring", **shown)
    app = page(start(), "models")
    app = next(box for box in app.main.selectbox if "spring" in box.options).set_value("spring").run()
    app = unfolded(app)
    assert not app.error
    assert point_wording.POINTS_HELP in plain(app)
    assert point_wording.CONFORMAL_HELP in plain(app)
    for cell in ("Rule-out", "80.0 %", "0.924 to 0.968", "at least 0.95", "0.913 to 0.970", "350"):
        assert cell in cells(app)


def test_a_version_whose_points_are_one_has_nothing_to_choose(classifier, monkeypatch):
    points = dict.fromkeys(("rule_out", "balanced", "rule_in"), 0.437)
    use_card(monkeypatch, three_point_card() | {"operating_points": points})
    app = read(classifier, 0.36)
    assert not app.select_slider
    assert point_wording.ONE_POINT in plain(app)
    assert verdicts(app) == ["Pneumonia not suspected"]


def test_a_card_without_any_figures_still_lets_a_point_be_chosen(classifier, monkeypatch):
    use_card(monkeypatch, three_point_card() | {"test": None, "validation_scores": None})
    app = read(classifier, 0.36)
    app = slider(app).set_value(0.3).run()
    assert not app.exception
    assert verdicts(app) == [f"Pneumonia suspected {CHOSEN}"]
    assert "sensitivity" not in plain(app)
    assert [each.label for each in app.main.expander] == ["Operating point", "Details"]


@pytest.mark.parametrize(("rule_in", "step"), [(0.8, 0.01), (0.3, 0.001)])
def test_the_slider_goes_by_steps_that_fit_the_distance(rule_in, step):
    points = operating_point.OperatingPoints(0.2, 0.2345, rule_in)
    given = operating_point.options(points)
    assert given == sorted(given)
    assert (given[0], given[-1], 0.2345 in given) == (0.2, rule_in, True)
    assert len(given) == round((rule_in - 0.2) / step) + 2
