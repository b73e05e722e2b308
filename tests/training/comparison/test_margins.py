"""The gate at its edges, and what it says in sentences that claim no more than was measured."""

import math

import pytest

from training.comparison.margins import Margins, UnusableMargins, checks, verdict
from training.statistics.paired import PairedDifference

GATE = Margins(auroc=0.02, sensitivity=0.05, specificity=0.05, ece=0.1)
EQUAL = PairedDifference(0.0, -0.01, 0.01, 1.0)


def outcomes(ece=0.03, by_chance=0.04, **differences):
    given = {"auroc": EQUAL, "sensitivity": EQUAL, "specificity": EQUAL} | differences
    return {check["figure"]: check for check in checks(given, ece=ece, by_chance=by_chance, margins=GATE)}


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
    assert found[figure] == {"figure": figure, "margin": 0.05, "value": value, "low": low, "outcome": outcome}
    assert {check["outcome"] for name, check in found.items() if name != figure} == {"not worse", "within"}


@pytest.mark.parametrize(("low", "outcome"), [(-0.02, "not worse"), (-0.0201, "not shown")])
def test_auroc_has_a_margin_of_its_own(low, outcome):
    assert outcomes(auroc=PairedDifference(0.0, low, 0.02, 1.0))["AUROC"]["outcome"] == outcome


@pytest.mark.parametrize(("ece", "outcome"), [(0.0999, "within"), (0.1, "within"), (0.1001, "beyond")])
def test_limit_of_the_calibration_error(ece, outcome):
    expected = {"figure": "calibration error", "limit": 0.1, "value": ece, "by_chance": 0.04, "outcome": outcome}
    assert outcomes(ece)["calibration error"] == expected


@pytest.mark.parametrize(("ece", "outcome"), [(0.1001, "within"), (0.17, "within"), (0.1701, "beyond")])
def test_on_few_films_the_limit_is_what_chance_gives(ece, outcome):
    found = outcomes(ece, by_chance=0.17)["calibration error"]
    assert (found["limit"], found["outcome"]) == (0.17, outcome)


def test_a_gate_is_written_and_read_again():
    assert Margins().as_json() == {"auroc": 0.02, "sensitivity": 0.05, "specificity": 0.05, "ece": 0.10}
    gate = Margins(auroc=0.01, ece=1)
    assert Margins.from_json(gate.as_json()) == gate


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, "0.02", None, True])
def test_a_margin_is_a_number_from_0_to_1(value):
    with pytest.raises(UnusableMargins, match="The gate's auroc must be a number from 0 to 1"):
        Margins.from_json(Margins().as_json() | {"auroc": value})


@pytest.mark.parametrize("content", [{}, {"auroc": 0.02}, Margins().as_json() | {"accuracy": 0.1}])
def test_a_gate_has_four_margins(content):
    with pytest.raises(UnusableMargins, match="A gate has the margins auroc, sensitivity, specificity, ece; found"):
        Margins.from_json(content)


def compared(name="Reference test films", n_refused=0, ece=0.03, by_chance=0.04, **differences):
    """Return what the verdict reads of a compared set of 624 films, 234 of them NORMAL."""
    given = {"auroc": EQUAL, "sensitivity": EQUAL, "specificity": EQUAL} | differences
    figures = {"auroc": 0.983, "sensitivity": 0.95, "specificity": 0.9}
    return {
        "name": name,
        "n": 624,
        "n_normal": 234,
        "n_pneumonia": 390,
        "n_refused": n_refused,
        "active": figures,
        "challenger": {key: value + given[key].value for key, value in figures.items()},
        "difference": {key: difference.as_json() for key, difference in given.items()},
        "checks": checks(given, ece=ece, by_chance=by_chance, margins=GATE),
    }


OTHER = {"key": "held_out", "name": "Held-out films of this data", "not_compared": "There are none."}


def test_a_pass_says_what_was_measured():
    passed, sentences = verdict([compared(auroc=PairedDifference(0.002, -0.004, 0.008, 0.5))])
    assert passed
    assert sentences[0] == "The new version passes the gate."
    assert sentences[1] == (
        "On 624 reference test films the new version is not worse by more than 0.02: "
        "AUROC 0.985 against 0.983 (difference +0.002, 95 % interval -0.004 to +0.008)."
    )
    assert sentences[2].startswith("On 390 reference test films with pneumonia the new version is not worse")
    assert sentences[3].startswith("On 234 reference test films without pneumonia the new version is not worse")
    assert sentences[4] == (
        "On 624 reference test films the calibration error of the new version is 0.030, within the limit of 0.1."
    )
    assert len(sentences) == 5


def test_a_limit_of_chance_is_called_so():
    passed, sentences = verdict([compared(ece=0.1512, by_chance=0.1714)])
    assert passed
    assert sentences[4] == (
        "On 624 reference test films the calibration error of the new version is 0.151, within the limit of 0.171, "
        "which chance gives a perfectly calibrated version on so few films."
    )


def test_too_few_films_are_called_so():
    passed, sentences = verdict([compared(sensitivity=PairedDifference(-0.02, -0.11, 0.08, 0.7))])
    assert not passed
    assert sentences[0] == "The new version does not pass the gate."
    assert sentences[2] == (
        "On 390 reference test films with pneumonia, too few to show that the new version is not worse by more than "
        "0.05, its sensitivity is 0.930 against 0.950 (difference -0.020, 95 % interval -0.110 to +0.080)."
    )


def test_a_worse_version_is_called_so():
    passed, sentences = verdict([compared(specificity=PairedDifference(-0.1, -0.15, -0.05, 0.001))])
    assert not passed
    assert sentences[3] == (
        "On 234 reference test films without pneumonia the new version is worse by more than 0.05: "
        "specificity 0.800 against 0.900 (difference -0.100, 95 % interval -0.150 to -0.050)."
    )


def test_a_calibration_error_alone_fails():
    passed, sentences = verdict([compared(ece=0.2)])
    assert not passed
    assert sentences[4].endswith("is 0.200, beyond the limit of 0.1.")


def test_every_compared_set_must_pass():
    good, bad = compared(), compared(name="Held-out films of this data", ece=0.2)
    assert verdict([good, good])[0]
    assert not verdict([good, bad])[0]
    assert not verdict([bad, good])[0]
    assert "On 390 held-out films with pneumonia of this data the new version" in verdict([bad])[1][2]


def test_a_set_that_was_not_compared_neither_passes_nor_fails():
    passed, sentences = verdict([OTHER, compared()])
    assert passed
    assert sentences[1] == "Held-out films of this data: There are none."


@pytest.mark.parametrize("sets", [[], [OTHER]])
def test_nothing_compared_is_no_pass(sets):
    passed, sentences = verdict(sets)
    assert not passed
    assert sentences[0] == "The versions were not compared on any films, so the new version does not pass the gate."
    assert len(sentences) == 1 + len(sets)


def test_what_each_version_refused_is_told():
    one = compared(n_refused=5)
    one["active"] = one["active"] | {"n_refused": 1}
    one["challenger"] |= {"n_refused": 4}
    sentences = verdict([one])[1]
    assert sentences[1].startswith("On 619 reference test films the new version")
    assert sentences[2].startswith("On 390 ")
    assert sentences[5] == (
        "Of 624 reference test films, the active version refused 1 and the new version 4; a film counts as decided "
        "wrongly by each version that refused it."
    )


def test_one_film_and_a_difference_that_rounds_to_nothing():
    one = compared(auroc=PairedDifference(-0.0001, -0.01, 0.01, 0.9)) | {"n_pneumonia": 1}
    sentences = verdict([one])[1]
    assert "(difference +0.000, 95 % interval" in sentences[1]
    assert sentences[2].startswith("On 1 reference test film with pneumonia the new version")
