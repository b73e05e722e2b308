"""Does a logit become the probability that the four numbers of a calibration say?"""

import math

import pytest

from model_store.reading.decision.calibration import Calibration

BENT = Calibration(knee=-1.0, at_knee=0.5, below=4.0, above=0.5)


@pytest.mark.parametrize(
    ("logit", "temperature", "probability"),
    [
        (0.0, 1.0, 0.5),
        (2.0, 1.0, 1 / (1 + math.exp(-2))),
        (-3.0, 1.5, 1 / (1 + math.exp(2))),
        (3.0, 1.5, 1 / (1 + math.exp(-2))),
        (math.log(3), 1.0, 0.75),
        (1e4, 1.0, 1.0),
        (-1e4, 1.0, 0.0),
    ],
)
def test_a_temperature_by_hand(logit, temperature, probability):
    assert Calibration.by_temperature(temperature).probability(logit) == pytest.approx(probability, abs=1e-12)


@pytest.mark.parametrize(("logit", "odds"), [(-1, 0.5), (-2, 0.5 - 4), (1, 0.5 + 1), (-1.25, -0.5)])
def test_each_side_of_the_knee_has_its_slope(logit, odds):
    assert BENT.log_odds(logit) == pytest.approx(odds)
    assert BENT.probability(logit) == pytest.approx(1 / (1 + math.exp(-odds)))


@pytest.mark.parametrize("logit", [-3, -1.2, -1, 0, 7])
@pytest.mark.parametrize("calibration", [BENT, Calibration.by_temperature(2.5)])
def test_a_probability_leads_back_to_its_logit(calibration, logit):
    assert calibration.logit(calibration.probability(logit)) == pytest.approx(logit)


def test_what_a_card_holds_is_read_again_and_an_old_one_has_a_temperature():
    assert Calibration.from_json({"calibration": BENT.as_json(), "temperature": 9}) == BENT
    assert Calibration.from_json({"temperature": 2}) == Calibration(0, 0, 0.5, 0.5)


@pytest.mark.parametrize("temperature", [True, "2"])
def test_what_only_looks_like_a_number_is_none(temperature):
    with pytest.raises(ValueError, match="the calibration is not four numbers"):
        Calibration.from_json({"temperature": temperature})


@pytest.mark.parametrize("temperature", [0.05, 0.1, 3, 20])
def test_the_temperatures_that_were_fitted_all_read(temperature):
    assert Calibration.by_temperature(temperature).above == 1 / temperature


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "not four numbers"),
        (None, "not four numbers"),
        ({"temperature": None}, "not four numbers"),
        ({"temperature": "warm"}, "not four numbers"),
        ({"temperature": 0}, "not above 0"),
        ({"temperature": math.nan}, "not above 0"),
        ({"temperature": 0.01}, "not within 0.05 to 20"),
        ({"temperature": 21}, "not within 0.05 to 20"),
        ({"calibration": [1, 2, 3, 4]}, "not four numbers"),
        ({"calibration": BENT.as_json() | {"knee": math.inf}}, "not four finite numbers"),
        ({"calibration": BENT.as_json() | {"below": -1}}, "not within 0.05 to 20"),
        ({"calibration": BENT.as_json() | {"above": 21}}, "not within 0.05 to 20"),
    ],
)
def test_four_numbers_that_are_no_calibration(content, words):
    with pytest.raises(ValueError, match=words):
        Calibration.from_json(content)


@pytest.mark.parametrize(
    ("calibration", "said"),
    [
        (Calibration.by_temperature(2), "0.500 x logit"),
        (BENT, "0.500 + (logit +1.000) x 4.000 below, x 0.500 above"),
        (Calibration(0, -0.25, 2, 1), "-0.250 + logit x 2.000 below, x 1.000 above"),
    ],
)
def test_it_is_said_in_one_line(calibration, said):
    assert str(calibration) == said
