"""Are the figures of a point those that the card knows best, and do they give the odds after a result?"""

import json

import pytest

from model_store.reading.decision.proportions import wilson
from tests.doubles.fakes import sample_card
from tests.doubles.point_doubles import three_point_card
from xray_ui.card.odds import figures_at, likelihood_ratio, post_test_probability


def test_likelihood_ratios_are_those_of_sensitivity_and_specificity():
    positive = likelihood_ratio({"sensitivity": 0.95, "specificity": 0.85}, suspected=True)
    negative = likelihood_ratio({"sensitivity": 0.95, "specificity": 0.85}, suspected=False)
    assert positive.value == pytest.approx(0.95 / 0.15)
    assert negative.value == pytest.approx(0.05 / 0.85)
    assert positive.interval is None


def test_likelihood_ratio_without_figures_or_without_end_is_none():
    assert likelihood_ratio({}, suspected=True) is None
    assert likelihood_ratio({"sensitivity": 0.95, "specificity": 1.0}, suspected=True) is None
    assert likelihood_ratio({"sensitivity": "unknown", "specificity": 0.9}, suspected=True) is None


def test_predictive_values_of_the_evidence_come_out():
    """Sensitivity .95 and specificity .85: 25 % and 99.7 % at a share of 5 %, 91 % and 91 % at 62.5 %."""
    test = {"sensitivity": 0.95, "specificity": 0.85}
    up, down = (likelihood_ratio(test, suspected=suspected).value for suspected in (True, False))
    assert post_test_probability(0.05, up) == pytest.approx(0.25, abs=0.001)
    assert 1 - post_test_probability(0.05, down) == pytest.approx(0.997, abs=0.0005)
    assert post_test_probability(0.625, up) == pytest.approx(0.913, abs=0.001)
    assert 1 - post_test_probability(0.625, down) == pytest.approx(0.911, abs=0.001)


def test_an_interval_without_an_end_is_none():
    figures = {"sensitivity": 0.9, "specificity": 0.8, "lr_positive_ci": [float("nan"), float("nan")]}
    assert likelihood_ratio(figures, suspected=True).interval is None
    assert likelihood_ratio(figures | {"lr_positive_ci": [4, 5.5]}, suspected=True).interval == (4.0, 5.5)


def test_the_figures_of_the_cards_own_point_are_its_test_figures():
    card = three_point_card()
    found = figures_at(card, 0.437)
    assert (found.films, found.values["sensitivity"], found.values["n"]) == ("test", 0.95, 624)
    assert figures_at(sample_card(), 0.437) == type(found)("test", sample_card()["test"])


def test_the_stored_figures_of_a_point_are_taken_before_those_from_rounded_scores():
    card = three_point_card()
    card["test"]["operating_points"]["rule_in"]["sensitivity"] = 0.123
    assert figures_at(card, 0.8).values["sensitivity"] == 0.123


def test_any_other_point_is_counted_from_the_scores():
    # .29 ... .97 are 18 of the 20 with pneumonia and .30 ... .78 are 13 of the 20 without.
    found = figures_at(three_point_card(), 0.28)
    assert (found.films, found.values["n"]) == ("test", 40)
    assert found.values["sensitivity"] == 18 / 20
    assert found.values["specificity"] == 7 / 20
    assert found.values["specificity_ci"] == list(wilson(7, 20))


def test_without_a_reading_of_the_test_films_they_are_of_validation_films():
    card = three_point_card() | {"test": None}
    found = figures_at(card, 0.28)
    assert (found.films, found.values["sensitivity"]) == ("validation", 18 / 20)


@pytest.mark.parametrize("scores", [None, {}, "0011", {"targets": "01", "probabilities": [0.1]}])
def test_damaged_scores_are_none(scores):
    card = json.loads(json.dumps(three_point_card()))
    card["test"]["scores"] = card["validation_scores"] = scores
    assert figures_at(card, 0.28) is None
    card["test"]["operating_points"] = {"rule_out": 3}
    assert figures_at(card, 0.2) is None


def test_a_card_with_one_point_knows_no_other():
    assert figures_at(sample_card(), 0.3) is None
