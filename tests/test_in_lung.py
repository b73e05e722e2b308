"""Is the limit the first percentile of the suspected films' shares, and of these alone?"""

import numpy as np
import pytest
from fakes import sample_explanation
from training_doubles import labelled

from model_store.quality import FilmRefused, QualityReport
from model_store.reasons import UNLIKE
from model_store.results import Evidence, Explanation, Prediction, Reading
from training.crops import CropSet
from training.in_lung import fit_in_lung_limits
from training.labelled import LabelledImage


class FixedClassifier:
    """Gives each film the next share; None is a film that is not suspected, NaN one that is refused."""

    def __init__(self, shares):
        self.shares = list(shares)

    def read(self, film):
        share = self.shares.pop(0)
        if share is not None and np.isnan(share):
            raise FilmRefused(QualityReport((UNLIKE,)))
        drawn = sample_explanation()
        explained = Explanation(drawn.heatmap, drawn.crop, drawn.lungs, "Grad-CAM", Evidence(share or 0.0, 0.5))
        prediction = Prediction(logit=0, probability=0.1 if share is None else 0.9, operating_point=0.5)
        return Reading("0" * 64, "v", "1" * 64, prediction, (explained,), 0.1)


def crop_set(count):
    return CropSet([labelled(f"{number}.png") for number in range(count)], np.zeros((count, 224, 224), np.uint8))


@pytest.fixture(autouse=True)
def no_files(monkeypatch):
    monkeypatch.setattr(LabelledImage, "radiograph", lambda image: None)


def test_the_limit_by_hand():
    """The first percentile of 0.5, 0.6 and 0.7 lies a fiftieth of the way from the least to the next."""
    result = fit_in_lung_limits(FixedClassifier([0.7, 0.5, 0.6]), crop_set(3), seed=1)
    assert result == {"limits": {"Grad-CAM": pytest.approx(0.502)}, "percentile": 1.0, "films": 3}


def test_films_that_are_refused_or_not_suspected_do_not_count():
    result = fit_in_lung_limits(FixedClassifier([0.7, None, float("nan"), 0.7]), crop_set(4), seed=1)
    assert (result["films"], result["limits"]) == (2, {"Grad-CAM": pytest.approx(0.7)})


def test_without_a_suspected_film_there_is_no_limit():
    assert fit_in_lung_limits(FixedClassifier([None, None]), crop_set(2), seed=1)["limits"] == {}
