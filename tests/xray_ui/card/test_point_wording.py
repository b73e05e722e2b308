"""Every sentence on operating points: which one, how good, and what it makes of the odds."""

import pytest

from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.results import Prediction
from xray_ui.card import point_wording
from xray_ui.card.odds import LikelihoodRatio, PointFigures

POINTS = OperatingPoints(0.12, 0.437, 0.9)
PREDICTION = Prediction(0, 0.3, 0.437, points=POINTS)


@pytest.mark.parametrize(
    ("point", "words"),
    [(0.12, "12.0 %, rule-out"), (0.437, "43.7 %, balanced"), (0.9, "90.0 %, rule-in"), (0.5, "50.0 %")],
)
def test_a_point_of_the_slider(point, words):
    assert point_wording.option(point, POINTS) == words


def test_points_that_fall_together_have_all_their_names():
    assert point_wording.option(0.3, OperatingPoints(0.3, 0.3, 0.8)) == "30.0 %, rule-out, balanced"


def test_what_the_present_point_is_called():
    assert point_wording.called(PREDICTION, None) == "the balanced point of 43.7 %"
    assert point_wording.called(PREDICTION, 0.25) == "the point you chose, 25.0 %"
    assert point_wording.called(PREDICTION, 0.12) == "the point you chose, rule-out, 12.0 %"
    assert point_wording.called(Prediction(0, 0.3, 0.437), None) == "the stored operating point of 43.7 %"


def test_the_readers_own_point_is_named_wherever_a_result_is_kept():
    assert point_wording.chosen_sentence(PREDICTION, None) == ""
    assert point_wording.chosen_sentence(PREDICTION, 0.3) == (
        "At the point that the reader chose, 30.0 %: pneumonia suspected."
    )
    assert point_wording.chosen_sentence(PREDICTION, 0.301).endswith("30.1 %: pneumonia not suspected.")


def test_the_figures_of_a_point_with_their_intervals_and_films():
    values = {"n": 624, "sensitivity": 0.95, "sensitivity_ci": [0.924, 0.9681], "specificity": 0.85}
    assert point_wording.figures_sentence("the balanced point of 43.7 %", PointFigures("test", values)) == (
        "At the balanced point of 43.7 %, on 624 test films: sensitivity 95.0 % (95 % interval 92.4 to 96.8), "
        "specificity 85.0 %."
    )
    flattering = point_wording.figures_sentence("it", PointFigures("validation", {"specificity": None}))
    assert flattering == (
        "At it, on validation films, by which it was chosen and which flatter it: sensitivity not known, "
        "specificity not known."
    )


def test_what_a_result_makes_of_the_odds():
    ratio = LikelihoodRatio(6.333, (4.7, 8.6))
    first, second = point_wording.post_test_sentences(0.05, ratio, point="the point", reached=True, films="test")
    assert first == "Probability of pneumonia after this result: 25 % (95 % interval 20 % to 31 %)."
    assert second == (
        "Likelihood ratio of a film that reaches the point: 6.33. It holds for films like those of the test set."
    )
    ratio = LikelihoodRatio(0.0588, None)
    first, second = point_wording.post_test_sentences(0.05, ratio, point="it", reached=False, films="validation")
    assert first == "Probability of pneumonia after this result: below 1 %."
    assert "stays below it: 0.06. It holds for films like those of the validation set." in second
