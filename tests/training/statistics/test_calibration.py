"""The calibration, and the line on which logits lie, by hand."""

import math

import numpy as np
import pytest

from model_store.reading.decision.calibration import GREATEST_SLOPE, LEAST_SLOPE, Calibration
from training.statistics.calibration import STEEPEST, calibrated, centre, fit_calibration, fit_line


def test_of_few_films_the_one_slope_by_hand():
    # Every logit is 4 or -4 and three of four have the right sign, so sigmoid(4 s) = 3/4 and s = ln 3 / 4.
    targets = [1, 1, 1, 0, 0, 0, 0, 1]
    logits = [4, 4, 4, 4, -4, -4, -4, -4]
    found = fit_calibration(targets, logits)
    assert (found.knee, found.at_knee) == (0, 0)
    assert (found.below, found.above) == pytest.approx((math.log(3) / 4, math.log(3) / 4), rel=1e-4)


def test_the_slope_keeps_within_its_bounds():
    # Classes that do not overlap have no steepest slope: the greatest that there may be.
    assert fit_calibration([0, 0, 1, 1], [-0.9, -0.8, 0.8, 0.9]).above == pytest.approx(GREATEST_SLOPE)
    assert fit_calibration([1, 1, 0, 0], [-9, -8, 8, 9]).above == pytest.approx(LEAST_SLOPE)


@pytest.mark.parametrize(
    "known", [Calibration(-1, -2, 4, 0.5), Calibration(0.5, 1, 0.4, 2), Calibration(0, 0, 1.5, 1.5)]
)
def test_a_known_calibration_is_found_again(known):
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 2, 20_000)
    targets = rng.random(20_000) < calibrated(logits, known)
    found = fit_calibration(targets, logits)
    assert np.abs(calibrated(logits, found) - calibrated(logits, known)).max() < 0.03


def test_a_side_of_the_knee_is_not_steeper_than_other_decoders_allow():
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 2, 20_000)
    targets = rng.random(20_000) < calibrated(logits, Calibration(-1, -2, 20, 0.5))
    assert fit_calibration(targets, logits).below == pytest.approx(STEEPEST)


def test_normal_films_that_crowd_are_given_the_probability_that_they_have():
    """Nine of ten films lie at -1 and one in a hundred of them is ill; the others are at 2, and half of them are."""
    logits = np.r_[np.full(900, -1.0), np.full(100, 2.0)]
    targets = np.r_[np.arange(900) < 9, np.arange(100) < 50]
    found = fit_calibration(targets, logits)
    assert found.probability(-1) == pytest.approx(0.01, abs=1e-3)
    assert found.probability(2) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("shift", [0, 5, -2])
def test_a_line_by_hand(shift):
    # At -1 and 1 three of four have the right sign, so the line is ln 3 at 1 and -ln 3 at -1, moved with the logits.
    targets = [1, 1, 1, 0, 0, 0, 0, 1]
    logits = np.array([1, 1, 1, 1, -1, -1, -1, -1]) + shift
    slope, intercept = fit_line(targets, logits)
    assert slope == pytest.approx(math.log(3), rel=1e-3)
    assert intercept == pytest.approx(-shift * math.log(3), abs=1e-3)


def test_both_classes_weigh_half_of_a_line():
    # The normal film counts three times: at 1 as much speaks for either class as three ill ones and one that counts 3.
    slope, intercept = fit_line([1, 1, 1, 0], [1, 1, 1, 1])
    assert slope + intercept == pytest.approx(0, abs=1e-3)


def test_the_last_bias_is_moved_so_that_zero_lies_between_the_classes():
    from tests.doubles.trainings.tiny_network import tiny_network

    network = tiny_network([(0.01, 0)], [(1,)], [1], bias=0.5)
    centre(network, [1, 1, 1, 0, 0, 0, 0, 1], np.array([1, 1, 1, 1, -1, -1, -1, -1]) + 3)
    kernel, bias = network.get_layer("logit").get_weights()
    assert bias[0] == pytest.approx(0.5 - 3, abs=1e-3)
    assert kernel[0, 0] == 1
