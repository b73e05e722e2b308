"""What is said of the slider, and what a point makes of the odds."""

import pytest

from model_store.reading.decision.operating_points import OperatingPoints
from xray_ui.card import point_wording
from xray_ui.card.odds import LikelihoodRatio

POINTS = OperatingPoints(0.12, 0.437, 0.9)


@pytest.mark.parametrize(
    ("point", "words"),
    [(0.12, "12.0 %, rule-out"), (0.437, "43.7 %, balanced"), (0.9, "90.0 %, rule-in"), (0.5, "50.0 %")],
)
def test_a_point_of_the_slider(point, words):
    assert point_wording.option(point, POINTS) == words


def test_points_that_fall_together_have_all_their_names():
    assert point_wording.option(0.3, OperatingPoints(0.3, 0.3, 0.8)) == "30.0 %, rule-out, balanced"


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
