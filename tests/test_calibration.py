"""Temperature and operating point, by hand."""

import math

import numpy as np
import pytest

from training.calibration import fit_operating_point, fit_temperature
from training.metrics import sigmoid


def test_temperature_by_hand():
    # Every logit is 4 or -4 and three of four have the right sign, so sigmoid(4 / T) = 3/4 and T = 4 / ln 3.
    targets = [1, 1, 1, 0, 0, 0, 0, 1]
    logits = [4, 4, 4, 4, -4, -4, -4, -4]
    assert fit_temperature(targets, logits) == pytest.approx(4 / math.log(3), rel=1e-4)


@pytest.mark.parametrize("known", [0.4, 1.0, 2.5])
def test_temperature_recovers_a_known_one(known):
    rng = np.random.default_rng(3)
    true_logits = rng.normal(0, 2, 20_000)
    targets = rng.random(20_000) < sigmoid(true_logits)
    assert fit_temperature(targets, true_logits * known) == pytest.approx(known, rel=0.05)


def test_temperature_keeps_within_its_bounds():
    assert fit_temperature([0, 0, 1, 1], [-9, -8, 8, 9]) == pytest.approx(0.05, rel=1e-3)
    assert fit_temperature([1, 1, 0, 0], [-9, -8, 8, 9]) == pytest.approx(20, rel=1e-3)


def test_operating_point_where_sensitivity_equals_specificity():
    # At .6 two of three pneumonias (.7, .8) are suspected and two of three normals (.1, .2) are not; .4 lies below.
    point = fit_operating_point([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.6, 0.4, 0.7, 0.8])
    assert point == pytest.approx((0.4 + 0.6) / 2)


def test_operating_point_separates_what_can_be_separated():
    assert fit_operating_point([0, 1, 0, 1], [0.1, 0.7, 0.3, 0.9]) == pytest.approx(0.5)


def test_operating_point_does_not_follow_the_prevalence():
    targets, scores = [0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.6, 0.4, 0.7, 0.8]
    many = fit_operating_point(targets[:3] + targets[3:] * 9, scores[:3] + scores[3:] * 9)
    assert many == fit_operating_point(targets, scores)


@pytest.mark.parametrize("seed", range(5))
def test_no_image_sits_on_the_operating_point_and_the_two_rates_are_near(seed):
    rng = np.random.default_rng(seed)
    targets = rng.random(200) < 0.7
    scores = sigmoid(rng.normal(0, 1, 200) + 2 * targets)
    point = fit_operating_point(targets, scores)
    assert not np.any(scores == point)
    sensitivity, specificity = (scores[targets] >= point).mean(), (scores[~targets] < point).mean()
    assert abs(sensitivity - specificity) <= 1 / (~targets).sum() + 1 / targets.sum()


@pytest.mark.parametrize("probability", [0.0, 0.4, 1.0])
def test_operating_point_of_equal_or_saturated_probabilities_is_usable(probability):
    assert 0 < fit_operating_point([0, 1, 1], [probability] * 3) < 1


def test_operating_point_below_saturated_probabilities():
    point = fit_operating_point([0, 0, 1, 1], [0.0, 0.2, 1.0, 1.0])
    assert point == pytest.approx(0.6)
