"""Do results say what they carry, and can nobody change them?"""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from model_store.quality import QualityReport
from model_store.results import Explanation, Prediction, Reading
from tests.drawn_lungs import lungs_of_boxes


@pytest.mark.parametrize(("probability", "suspected"), [(0.39999, False), (0.4, True), (0.41, True)])
def test_pneumonia_is_suspected_from_the_operating_point_on(probability, suspected):
    assert Prediction(logit=0.0, probability=probability, operating_point=0.4).suspected is suspected


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
