"""Does the card show its three points and the coverage of the second opinion, and nothing where it has none?"""

import pytest

from tests.doubles.fakes import sample_card
from tests.doubles.point_doubles import three_point_card
from xray_ui.basics.rows import UNKNOWN
from xray_ui.card.points import conformal_rows, point_rows


def test_each_point_with_its_figures_on_test_films():
    rows = point_rows(three_point_card())
    assert [(row["Point"], row["From"]) for row in rows] == [
        ("Rule-out", "20.0 %"),
        ("Balanced", "43.7 %"),
        ("Rule-in", "80.0 %"),
    ]
    assert [(row["Sensitivity"], row["Specificity"]) for row in rows] == [
        ("1.000", "0.250"),
        ("0.950", "0.850"),
        ("0.250", "1.000"),
    ]
    assert rows[1]["95 % interval"] == "0.924 to 0.968"
    assert {row["Films"] for row in rows} == {"Test"}


def test_without_test_films_the_figures_are_of_validation_films():
    rows = point_rows({key: value for key, value in three_point_card().items() if key != "test"})
    assert [(row["Films"], row["Sensitivity"]) for row in rows] == [
        ("Validation", "1.000"),
        ("Validation", "0.700"),
        ("Validation", "0.250"),
    ]


def test_the_coverage_of_each_class_and_its_sets():
    normal, pneumonia = conformal_rows(three_point_card())
    assert normal == {
        "Class": "Normal",
        "Promised": "at least 0.95",
        "In the set": "0.949",
        "95 % interval": "0.913 to 0.970",
        "Normal alone": "190",
        "Pneumonia alone": "12",
        "Either": "32",
        "Neither": "0",
    }
    assert (pneumonia["Class"], pneumonia["In the set"], pneumonia["Pneumonia alone"]) == ("Pneumonia", "0.962", "350")


def test_an_older_card_has_no_rows():
    assert point_rows(sample_card()) == conformal_rows(sample_card()) == []


@pytest.mark.parametrize("points", [{"rule_out": "low"}, {"rule_out": None}, {"rule_out": [0.1]}])
def test_a_damaged_point_is_shown_as_it_is_and_known_by_no_figures(points):
    (row,) = point_rows({"operating_points": points})
    assert (row["Sensitivity"], row["Films"]) == (UNKNOWN, UNKNOWN)
