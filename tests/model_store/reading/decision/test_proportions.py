"""Intervals of shares and of their ratios, by hand and against published values."""

import math

import pytest

from model_store.reading.decision.proportions import Z95, ratio_interval, two_by_two, wilson


def test_the_width_of_95_percent():
    assert pytest.approx(1.959963984540054, abs=1e-12) == Z95


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_1998_published_it(successes, count, low, high):
    assert wilson(successes, count) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_wilson_mirrors_and_stays_within_0_and_1():
    low, high = wilson(20, 20)
    assert (low, high) == (pytest.approx(1 - 0.1611, abs=5e-5), 1.0)


def test_what_is_rounded_to_beyond_0_or_1_is_0_or_1():
    """Of 0 of 2 the centre less the half is -6e-17, and of 9 of 9 the sum is 1 + 2e-16."""
    assert wilson(0, 2)[0] == 0
    assert wilson(9, 9)[1] == 1


def test_wilson_of_nothing_is_not_a_number():
    assert all(map(math.isnan, wilson(0, 0)))


def test_ratio_interval():
    # LR+ of sensitivity 90/100 and false positives 20/100: 4.5, log's variance 1/90 - 1/100 + 1/20 - 1/100.
    factor = math.exp(1.959964 * math.sqrt(0.0411111))
    assert ratio_interval(90, 100, 20, 100) == (
        pytest.approx(4.5 / factor, rel=1e-5),
        pytest.approx(4.5 * factor, rel=1e-5),
    )


@pytest.mark.parametrize("counts", [(0, 10, 5, 10), (5, 10, 0, 10), (0, 0, 0, 0)])
def test_ratio_interval_at_a_zero_is_not_a_number(counts):
    assert all(map(math.isnan, ratio_interval(*counts)))


def test_a_table_of_two_by_two():
    # 3 of 4 ill ones are suspected and 8 of 10 others are not: (3/4) / (2/10) and (1/4) / (8/10).
    found = two_by_two(tn=8, fp=2, fn=1, tp=3)
    assert (found["sensitivity"], found["specificity"]) == (0.75, 0.8)
    assert (found["sensitivity_ci"], found["specificity_ci"]) == (list(wilson(3, 4)), list(wilson(8, 10)))
    assert (found["lr_positive"], found["lr_negative"]) == (pytest.approx(3.75), pytest.approx(0.3125))
    assert found["lr_positive_ci"] == list(ratio_interval(3, 4, 2, 10))
    assert found["lr_negative_ci"] == list(ratio_interval(1, 4, 8, 10))


def test_a_table_with_as_many_found_as_missed():
    found = two_by_two(tn=3, fp=3, fn=2, tp=2)
    assert (found["sensitivity"], found["specificity"]) == (0.5, 0.5)
    assert (found["lr_positive"], found["lr_negative"]) == (1.0, 1.0)


def test_a_ratio_without_end_is_none_and_without_a_class_not_a_number():
    assert two_by_two(tn=5, fp=0, fn=1, tp=1)["lr_positive"] is None
    assert two_by_two(tn=0, fp=5, fn=1, tp=1)["lr_negative"] is None
    nobody_ill = two_by_two(tn=5, fp=1, fn=0, tp=0)
    assert math.isnan(nobody_ill["sensitivity"])
    assert nobody_ill["specificity"] == 5 / 6
