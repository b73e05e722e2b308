"""Which answer is given on which side of the three points, and which points are none?"""

import json

import pytest

from model_store.reading.decision.operating_points import OperatingPoints

POINTS = OperatingPoints(rule_out=0.1, balanced=0.4, rule_in=0.8)


@pytest.mark.parametrize(
    ("probability", "answer"),
    [
        (0.0, "not suspected"),
        (0.0999, "not suspected"),
        (0.1, "not sure"),
        (0.4, "not sure"),
        (0.7999, "not sure"),
        (0.8, "suspected"),
        (1.0, "suspected"),
    ],
)
def test_between_rule_out_and_rule_in_nobody_is_sure(probability, answer):
    assert POINTS.answer(probability) == answer


@pytest.mark.parametrize(("probability", "answer"), [(0.3999, "not suspected"), (0.4, "suspected")])
def test_where_the_points_fall_together_there_is_no_doubt(probability, answer):
    assert OperatingPoints(0.4, 0.4, 0.4).answer(probability) == answer


def test_what_a_point_is_called():
    assert [POINTS.names_of(point) for point in (0.1, 0.4, 0.8)] == [["rule-out"], ["balanced"], ["rule-in"]]
    assert POINTS.names_of(0.5) == []
    assert OperatingPoints(0.4, 0.4, 0.8).names_of(0.4) == ["rule-out", "balanced"]


def test_a_card_gives_the_points_back():
    assert OperatingPoints.from_json(json.loads(json.dumps(POINTS.as_json()))) == POINTS


@pytest.mark.parametrize(
    "points",
    [
        (0.0, 0.4, 0.8),
        (0.1, 0.4, 1.0),
        (0.5, 0.4, 0.8),
        (0.1, 0.9, 0.8),
        (float("nan"), 0.4, 0.8),
        (0.1, 0.4, float("inf")),
    ],
)
def test_points_out_of_order_or_range(points):
    with pytest.raises(ValueError, match="not in order between 0 and 1"):
        OperatingPoints(*points)


@pytest.mark.parametrize(
    "content",
    [{}, [], 0.4, "points", {"rule_out": 0.1, "balanced": 0.4}, POINTS.as_json() | {"rule_in": None}],
)
def test_a_part_of_a_card_that_holds_no_points(content):
    with pytest.raises(ValueError, match="not three numbers"):
        OperatingPoints.from_json(content)


def test_a_point_that_is_a_word():
    with pytest.raises(ValueError, match="could not convert"):
        OperatingPoints.from_json(POINTS.as_json() | {"rule_in": "high"})
