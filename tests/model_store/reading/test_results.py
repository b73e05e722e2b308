"""Do results say what they carry, and can nobody change them?"""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from model_store.reading.decision.conformal import ConformalLimits
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.film_check.verdict import QualityReport
from model_store.reading.results import Explanation, Prediction, Reading
from tests.doubles.films.drawn_lungs import lungs_of_boxes


@pytest.mark.parametrize(("probability", "suspected"), [(0.39999, False), (0.4, True), (0.41, True)])
def test_pneumonia_is_suspected_from_the_operating_point_on(probability, suspected):
    assert Prediction(logit=0.0, probability=probability, operating_point=0.4).suspected is suspected


def predicted(probability, *, points=True):
    three = OperatingPoints(0.1, 0.4, 0.8) if points else None
    return Prediction(0.0, probability, 0.4, points=three, conformal=ConformalLimits(0.05, 0.6, 0.3))


@pytest.mark.parametrize(
    ("probability", "three", "two"),
    [
        (0.05, "not suspected", "not suspected"),
        (0.2, "not sure", "not suspected"),
        (0.5, "not sure", "suspected"),
        (0.9, "suspected", "suspected"),
    ],
)
def test_with_three_points_there_are_three_answers_and_one_decision_at_the_balanced_one(probability, three, two):
    assert predicted(probability).answer == three
    assert predicted(probability, points=False).answer == two
    assert predicted(probability).suspected is predicted(probability, points=False).suspected is (two == "suspected")


@pytest.mark.parametrize(
    ("probability", "words"), [(0.2, "class: normal."), (0.5, "class: either is possible."), (0.7, "class: pneumonia.")]
)
def test_a_second_opinion_where_the_points_are_not_sure(probability, words):
    assert predicted(probability).second_opinion.endswith(words)


def test_no_second_opinion_where_they_are_or_where_there_is_none():
    assert predicted(0.05).second_opinion == predicted(0.9).second_opinion == ""
    assert predicted(0.5, points=False).second_opinion == ""
    assert Prediction(0.0, 0.5, 0.4, points=OperatingPoints(0.1, 0.4, 0.8)).second_opinion == ""


@pytest.mark.parametrize(("value", "empty"), [(0.0, True), (1.0, False)])
def test_a_map_without_a_value_is_empty(value, empty):
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[6, 0] = value
    assert Explanation(heatmap, crop=(0, 0, 1, 1), lungs=lungs_of_boxes()).is_empty is empty


def test_a_result_cannot_be_changed():
    prediction = Prediction(logit=0.0, probability=0.5, operating_point=0.4)
    with pytest.raises(FrozenInstanceError):
        prediction.probability = 0.1


def test_the_first_explanation_is_the_one_to_show():
    first, second = (
        Explanation(np.full((7, 7), value, np.float32), (0, 0, 1, 1), None, method=method)
        for value, method in ((1, "one"), (0, "other"))
    )
    reading = Reading("5" * 64, "drawn-1", "6" * 64, Prediction(0.0, 0.5, 0.4), (first, second), 0.1)
    assert reading.explanation is first
    assert (reading.quality, reading.overruled) == (QualityReport(), None)
