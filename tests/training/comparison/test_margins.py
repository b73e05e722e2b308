"""The gate at its edges."""

import math

import pytest

from model_store.versions.comparison.record import Check, FilmSet, NotCompared
from training.comparison.margins import Margins, UnusableMargins, checks, is_passed
from training.statistics.paired import PairedDifference

GATE = Margins(auroc=0.02, sensitivity=0.05, specificity=0.05, ece=0.1)
EQUAL = PairedDifference(0.0, -0.01, 0.01, 1.0)


def outcomes(ece=0.03, by_chance=0.04, **differences):
    given = {"auroc": EQUAL, "sensitivity": EQUAL, "specificity": EQUAL} | differences
    return {check.figure: check for check in checks(given, ece=ece, by_chance=by_chance, margins=GATE)}


@pytest.mark.parametrize(
    ("value", "low", "outcome"),
    [
        (0.01, -0.0499, "not worse"),
        (0.01, -0.05, "not worse"),  # The bound may lie on the margin.
        (0.01, -0.0501, "not shown"),
        (-0.03, -0.04, "not worse"),  # A difference that is certain, and within the margin.
        (-0.05, -0.09, "not shown"),  # The difference itself may lie on it.
        (-0.0501, -0.09, "worse"),
        (0.10, 0.05, "not worse"),
    ],
)
@pytest.mark.parametrize("figure", ["sensitivity", "specificity"])
def test_margin_at_its_edges(figure, value, low, outcome):
    found = outcomes(**{figure: PairedDifference(value, low, 0.2, 0.5)})
    assert found[figure] == Check(figure=figure, margin=0.05, value=value, low=low, outcome=outcome)
    assert {check.outcome for name, check in found.items() if name != figure} == {"not worse", "within"}


@pytest.mark.parametrize(("low", "outcome"), [(-0.02, "not worse"), (-0.0201, "not shown")])
def test_auroc_has_a_margin_of_its_own(low, outcome):
    assert outcomes(auroc=PairedDifference(0.0, low, 0.02, 1.0))["auroc"].outcome == outcome


@pytest.mark.parametrize(("ece", "outcome"), [(0.0999, "within"), (0.1, "within"), (0.1001, "beyond")])
def test_limit_of_the_calibration_error(ece, outcome):
    expected = Check(figure="ece", limit=0.1, value=ece, by_chance=0.04, outcome=outcome)
    assert outcomes(ece)["ece"] == expected


@pytest.mark.parametrize(("ece", "outcome"), [(0.1001, "within"), (0.17, "within"), (0.1701, "beyond")])
def test_on_few_films_the_limit_is_what_chance_gives(ece, outcome):
    found = outcomes(ece, by_chance=0.17)["ece"]
    assert (found.limit, found.outcome) == (0.17, outcome)


def test_a_gate_is_written_and_read_again():
    assert Margins().as_json() == {"auroc": 0.02, "sensitivity": 0.05, "specificity": 0.05, "ece": 0.10}
    gate = Margins(auroc=0, ece=1)
    assert Margins.from_json(gate.as_json()) == gate


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, "0.02", None, True])
def test_a_margin_is_a_number_from_0_to_1(value):
    with pytest.raises(UnusableMargins, match="The gate's auroc must be a number from 0 to 1"):
        Margins.from_json(Margins().as_json() | {"auroc": value})


@pytest.mark.parametrize("content", [{}, {"auroc": 0.02}, Margins().as_json() | {"accuracy": 0.1}])
def test_a_gate_has_four_margins(content):
    with pytest.raises(UnusableMargins, match="A gate has the margins auroc, sensitivity, specificity, ece; found"):
        Margins.from_json(content)


GOOD = FilmSet(key="reference", checks=tuple(outcomes().values()))
BAD = FilmSet(key="held_out", checks=tuple(outcomes(ece=0.2).values()))
UNUSED = FilmSet(key="held_out", not_compared=NotCompared(why="missing", label="NORMAL"))


@pytest.mark.parametrize(
    ("sets", "passed"),
    [
        ([GOOD], True),
        ([GOOD, GOOD], True),
        ([GOOD, BAD], False),
        ([BAD, GOOD], False),
        ([UNUSED, GOOD], True),
        ([UNUSED], False),
        ([], False),
    ],
)
def test_every_compared_set_must_pass_and_there_must_be_one(sets, passed):
    assert is_passed(sets) is passed
