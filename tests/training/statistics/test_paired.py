"""Paired differences by hand, against the definitions written out film by film, and against published tables."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_store.reading.decision.proportions import wilson
from training.statistics.metrics import roc_auc
from training.statistics.paired import PairedDifference, delong, mcnemar, paired_proportion


def by_definition(targets, first, second):
    """Return value and standard error by the structural components of DeLong 1988, every pair of films looked at."""
    scores, ill = np.array([first, second], float), np.array(targets) == 1
    pairs = scores[:, ill, None] - scores[:, None, ~ill]
    kernel = (pairs > 0) + 0.5 * (pairs == 0)
    s10, s01 = np.cov(kernel.mean(axis=2)), np.cov(kernel.mean(axis=1))
    s = s10 / ill.sum() + s01 / (~ill).sum()
    areas = kernel.mean(axis=(1, 2))
    return areas[1] - areas[0], math.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])


def two_versions(seed, n=80, digits=1):
    rng = np.random.default_rng(seed)
    targets = rng.permutation(np.arange(n) % 3 > 0).astype(int)
    shared = targets + rng.normal(size=n)
    return targets, *(np.round(shared + rng.normal(scale=0.7, size=n), digits) for _ in range(2))


@pytest.mark.parametrize("seed", range(5))
def test_delong_is_that_of_its_definition_with_many_ties(seed):
    targets, first, second = two_versions(seed)
    assert len(np.unique(first)) < 70
    found = delong(targets, first, second)
    value, error = by_definition(targets, first, second)
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == (pytest.approx(value - 1.959964 * error), pytest.approx(value + 1.959964 * error))
    assert found.p == pytest.approx(math.erfc(abs(value / error) / math.sqrt(2)))


def test_delong_by_hand():
    # Of NORMAL .1 .4, PNEUMONIA .3 .5: the first orders 3 of 4 pairs, the second, .2 .4 and .5 .6, all 4.
    # PNEUMONIA films gain 1/2 and 0, NORMAL films 0 and 1/2: each variance is 1/8, over 2 films, twice: 1/8.
    found = delong([0, 0, 1, 1], [0.1, 0.4, 0.3, 0.5], [0.2, 0.4, 0.5, 0.6])
    assert found.value == 0.25
    assert found.high == pytest.approx(0.25 + 1.959964 * math.sqrt(1 / 8))
    assert found.p == pytest.approx(math.erfc(0.25 / math.sqrt(1 / 8) / math.sqrt(2)))


def test_delong_where_one_class_alone_varies():
    # Both PNEUMONIA films gain the upper NORMAL film, which gains both; the lower one gains none: variance 1/2 over 2.
    found = delong([0, 0, 1, 1], [0.1, 0.9, 0.5, 0.6], [0.1, 0.2, 0.5, 0.6])
    assert (found.value, found.low, found.high) == (0.5, pytest.approx(0.5 - 1.959964 * 0.5), 1)
    turned = delong([0, 0, 1, 1], [0.1, 0.2, 0.5, 0.6], [0.1, 0.9, 0.5, 0.6])
    assert (turned.value, turned.low, turned.high) == (-0.5, -1, -found.low)


def test_delong_against_a_bootstrap_of_films():
    targets, first, second = two_versions(7, n=300, digits=6)
    rng, drawn = np.random.default_rng(0), []
    for _ in range(1500):
        rows = rng.integers(0, 300, 300)
        drawn.append(roc_auc(targets[rows], second[rows]) - roc_auc(targets[rows], first[rows]))
    found = delong(targets, first, second)
    assert (found.low, found.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.006)


def test_delong_is_the_difference_of_the_areas_second_less_first():
    targets, first, second = two_versions(3)
    found, turned = delong(targets, first, second), delong(targets, second, first)
    assert found.value == pytest.approx(roc_auc(targets, second) - roc_auc(targets, first))
    assert (turned.value, turned.low, turned.high) == (-found.value, -found.high, -found.low)
    assert turned.p == found.p


def test_delong_regards_the_order_of_the_scores_alone():
    targets, first, second = two_versions(4)
    assert delong(targets, first, second) == delong(targets, np.exp(first), 5 * second - 3)


def test_equal_scores_do_not_differ():
    targets, first, _ = two_versions(0)
    assert delong(targets, first, first) == PairedDifference(0.0, 0.0, 0.0, 1.0)


def test_two_faultless_versions_are_not_known_to_be_equal():
    targets = [0] * 30 + [1] * 20
    found = delong(targets, np.linspace(0, 1, 50), np.linspace(0, 1, 50) ** 2)
    assert (found.value, found.p) == (0, 1)
    assert (found.low, found.high) == (-wilson(0, 20)[1], wilson(0, 20)[1])


def test_the_greatest_difference_has_an_interval_and_a_p():
    # Three films of each class make three separate pairs; that all go one way has a two-sided p of 2 / 8.
    found = delong([0, 0, 0, 1, 1, 1], [4, 5, 6, 1, 2, 3], [1, 2, 3, 4, 5, 6])
    assert (found.value, found.high, found.p) == (1, 1, 0.25)
    assert found.low == pytest.approx(1 - wilson(0, 3)[1])
    turned = delong([0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6], [4, 5, 6, 1, 2, 3])
    assert (turned.value, turned.low, turned.high, turned.p) == (-1, -1, -found.low, 0.25)


def test_of_one_film_of_a_class_nothing_is_known():
    assert delong([0, 1, 1], [0.1, 0.2, 0.3], [0.2, 0.1, 0.3]) == PairedDifference(-0.5, -1, 1, 1)


@pytest.mark.parametrize("targets", [[0, 0], [1, 1]])
def test_delong_needs_both_classes(targets):
    with pytest.raises(ValueError, match="both classes"):
        delong(targets, [0.1, 0.2], [0.3, 0.1])


@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_delong_needs_finite_scores(odd):
    for first, second in (([0.1, 0.2], [odd, 0.1]), ([odd, 0.1], [0.1, 0.2])):
        with pytest.raises(ValueError, match="finite"):
            delong([0, 1], first, second)


def decided(both, first, second, neither):
    """Return who was correct: on so many films both versions, the first alone, the second alone, neither."""
    films = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    return np.array(films, bool).T


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(1, 9, 22 / 1024), (9, 1, 22 / 1024), (0, 5, 2 / 32), (3, 3, 1.0), (0, 0, 1.0), (0, 1, 1.0)],
)
def test_mcnemar_by_the_binomial_tails(first, second, p):
    # 1 against 9: twice (1 + 10) of 2^10 outcomes.
    assert mcnemar(*decided(40, first, second, 7)) == pytest.approx(p)


@pytest.mark.parametrize(
    ("table", "value", "low", "high"),
    [
        # Fagerland, Lydersen & Laake 2017, chapter 8 (Cavo 2012), as their R package contingencytables prints it.
        ((59, 6, 16, 80), -0.0621, -0.1186, -0.0046),
        # By hand: Wilson of 48/50 and 38/50 are .8654 to .9890 and .6259 to .8570, phi = -24 / sqrt(48 2 38 12), so
        # .2 - sqrt(.0946^2 + .0970^2 + 2 .1147 .0946 .0970) and .2 + sqrt(.1341^2 + .0290^2 + 2 .1147 .1341 .0290).
        ((36, 12, 2, 0), 0.2, 0.0569, 0.3404),
    ],
)
def test_newcombe_as_published_and_by_hand(table, value, low, high):
    # The tables give first - second.
    second, first = decided(*table)
    found = paired_proportion(first, second)
    assert (found.value, found.low, found.high) == (
        pytest.approx(value, abs=5e-5),
        pytest.approx(low, abs=5e-5),
        pytest.approx(high, abs=5e-5),
    )


def test_newcombe_takes_a_weak_correlation_for_none():
    # 12 of 21 alike on both sides: 1 * 12 - 1 * 7 = 5 is below 21 / 2, so both intervals add as if independent.
    first, second = decided(1, 1, 7, 12)
    (low_1, high_1), (low_2, high_2) = wilson(2, 21), wilson(8, 21)
    found = paired_proportion(first, second)
    assert found.value == pytest.approx(6 / 21)
    assert found.low == pytest.approx(6 / 21 - math.hypot(8 / 21 - low_2, high_1 - 2 / 21))
    assert found.high == pytest.approx(6 / 21 + math.hypot(high_2 - 8 / 21, 2 / 21 - low_1))


def test_a_version_that_decides_all_films_correctly_has_no_correlation_with_another():
    (low_1, _), (_, high_2) = wilson(20, 20), wilson(15, 20)
    found = paired_proportion(*decided(15, 5, 0, 0))
    assert found.value == -0.25
    assert found.high == pytest.approx(-0.25 + math.hypot(high_2 - 0.75, 1 - low_1))


def test_films_on_which_the_versions_agree_leave_a_width():
    found = paired_proportion(*decided(20, 0, 0, 0))
    assert (found.value, found.p) == (0, 1)
    assert (found.low, found.high) == (pytest.approx(wilson(20, 20)[0] - 1), pytest.approx(1 - wilson(20, 20)[0]))


def test_more_films_give_a_narrower_interval():
    few, many = (paired_proportion(*decided(40 * n, 3 * n, 2 * n, 5 * n)) for n in (1, 10))
    assert few.value == pytest.approx(many.value)
    assert many.high - many.low < 0.4 * (few.high - few.low)


def test_proportions_are_second_less_first():
    found, turned = paired_proportion(*decided(30, 2, 8, 4)), paired_proportion(*decided(30, 8, 2, 4))
    assert found.value == 6 / 44
    assert (turned.value, turned.low, turned.high) == pytest.approx((-found.value, -found.high, -found.low))
    assert found.p == turned.p == mcnemar(*decided(30, 2, 8, 4))


def test_proportions_need_films():
    with pytest.raises(ValueError, match="there are none"):
        paired_proportion([], [])


def assert_sound(found):
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert 0 <= found.p <= 1
    json.dumps(found.as_json(), allow_nan=False)


counts = st.integers(0, 60)


@settings(deadline=None, max_examples=150)
@given(st.tuples(counts, counts, counts, counts).filter(any))
def test_any_table_has_a_sound_interval(table):
    assert_sound(paired_proportion(*decided(*table)))


films = st.tuples(st.integers(0, 4), st.integers(0, 4))


@settings(deadline=None, max_examples=150)
@given(st.lists(films, min_size=1, max_size=12), st.lists(films, min_size=1, max_size=12))
def test_any_scores_have_a_sound_difference_of_areas(normal, pneumonia):
    first, second = zip(*normal, *pneumonia, strict=True)
    targets = [0] * len(normal) + [1] * len(pneumonia)
    found = delong(targets, first, second)
    assert_sound(found)
    assert found.value == pytest.approx(roc_auc(targets, second) - roc_auc(targets, first))
