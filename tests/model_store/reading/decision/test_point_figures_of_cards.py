"""Are the figures of a point those that the card knows best?"""

import json

import pytest

from model_store.reading.decision.point_figures import figures_at
from model_store.reading.decision.proportions import wilson
from tests.doubles.fakes import sample_card
from tests.doubles.point_doubles import three_point_card


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
