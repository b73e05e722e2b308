"""Every figure by hand arithmetic, or against a value that others published."""

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from training.statistics import metrics


def test_auroc_counts_a_tie_as_half_a_pair():
    # Pairs (NORMAL, PNEUMONIA): .1<.5, .1<.9, .5=.5, .5<.9, so 3.5 of 4.
    assert metrics.roc_auc([0, 0, 1, 1], [0.1, 0.5, 0.5, 0.9]) == 3.5 / 4


def test_auroc_of_a_reversed_order_is_zero():
    assert metrics.roc_auc([1, 1, 0], [0.1, 0.2, 0.3]) == 0


@pytest.mark.parametrize("targets", [[0, 0], [1, 1], []])
def test_auroc_without_both_classes_is_not_a_number(targets):
    assert math.isnan(metrics.roc_auc(targets, [0.5] * len(targets)))


def test_average_precision():
    # By falling score: hit (precision 1, recall 1/2), miss, hit (precision 2/3, recall 1), miss.
    assert metrics.pr_auc([0, 1, 0, 1], [0.1, 0.35, 0.4, 0.8]) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_average_precision_without_pneumonia_is_not_a_number():
    assert math.isnan(metrics.pr_auc([0, 0], [0.1, 0.9]))


@pytest.mark.parametrize(
    "ours_and_theirs", [(metrics.roc_auc, roc_auc_score), (metrics.pr_auc, average_precision_score)]
)
@pytest.mark.parametrize("levels", [3, 20, 10**6])
def test_areas_are_those_of_scikit_learn_with_and_without_ties(ours_and_theirs, levels):
    ours, theirs = ours_and_theirs
    rng = np.random.default_rng(levels)
    for _ in range(20):
        targets, scores = np.append(rng.integers(0, 2, 40), [0, 1]), rng.integers(0, levels, 42) / levels
        assert ours(targets, scores) == pytest.approx(theirs(targets, scores), abs=1e-12)


@pytest.mark.parametrize("area", [metrics.roc_auc, metrics.pr_auc])
@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_scores_that_are_not_finite_have_no_area(area, odd):
    with pytest.raises(ValueError, match="finite"):
        area([0, 1, 1], [0.1, odd, 0.3])


def test_brier():
    assert metrics.brier([1, 0], [0.8, 0.4]) == pytest.approx((0.04 + 0.16) / 2)


def test_reliability_orders_by_probability_and_fills_bins_of_equal_mass():
    bins = metrics.reliability([1, 0, 1, 0], [0.9, 0.1, 0.3, 0.2], bins=2)
    assert bins == [
        (pytest.approx(0.15), 0.0, 2),
        (pytest.approx(0.6), 1.0, 2),
    ]


def test_thirty_films_fill_fifteen_bins():
    assert [n for *_, n in metrics.reliability([0] * 30, np.linspace(0, 1, 30))] == [2] * 15


def test_ece_has_bins_of_equal_mass_not_of_equal_width():
    # Mass: |.15 - 0| and |.60 - .5|, each half. Bins of equal width would give (3 * .2 + .1) / 4 = .175.
    assert metrics.ece([0, 0, 0, 1], [0.1, 0.2, 0.3, 0.9], bins=2) == pytest.approx(0.125)


def test_ece_weighs_unequal_bins_by_their_images():
    assert metrics.ece([0, 0, 1], [0.1, 0.3, 0.6], bins=2) == pytest.approx((2 * 0.2 + 1 * 0.4) / 3)


def test_ece_with_fewer_images_than_bins():
    assert metrics.ece([0, 1], [0.25, 0.5]) == pytest.approx((0.25 + 0.5) / 2)


def test_films_of_one_score_share_a_bin_in_any_order():
    # Four films at .5, half of them ill: calibrated, and no order of the files makes it otherwise.
    assert metrics.ece([0, 0, 1, 1], [0.5] * 4, bins=2) == 0
    assert metrics.ece([1, 0, 1, 0], [0.5] * 4, bins=2) == 0
    assert metrics.reliability([0, 0, 1, 1], [0.5] * 4, bins=2) == [(0.5, 0.5, 4)]


def test_a_bound_among_films_of_one_score_moves_to_their_nearer_end():
    # Of six films a bound lies after the third: the tie at .4 begins one film before it and ends two after it.
    scores, targets = [0.1, 0.2, 0.4, 0.4, 0.4, 0.9], [0, 0, 1, 0, 0, 1]
    assert [n for *_, n in metrics.reliability(targets, scores, bins=2)] == [2, 4]
    assert metrics.ece(targets, scores, bins=2) == pytest.approx((0.3 + abs(0.4 * 3 + 0.9 - 2)) / 6)
    assert [n for *_, n in metrics.reliability(targets, [0.1, 0.4, 0.4, 0.4, 0.8, 0.9], bins=2)] == [4, 2]


def test_ece_does_not_hang_on_the_order_of_the_films():
    rng = np.random.default_rng(0)
    scores, targets = rng.integers(0, 8, 90) / 8, rng.integers(0, 2, 90)
    orders = [rng.permutation(90) for _ in range(20)]
    assert {round(metrics.ece(targets[order], scores[order]), 12) for order in orders} == {
        round(metrics.ece(targets, scores), 12)
    }


def confident(rng, films):
    return metrics.sigmoid(rng.normal(0, 4, films))


def tied(rng, films):
    return rng.choice([0.02, 0.1, 0.6, 0.97], films)


@pytest.mark.parametrize("films", [60, 300, 624])
@pytest.mark.parametrize("scores", [confident, tied, lambda rng, films: rng.random(films)])
def test_one_calibrated_version_in_a_hundred_lies_beyond_chance(films, scores):
    rng, beyond = np.random.default_rng(films), 0
    for seed in range(10):
        probabilities = scores(rng, films)
        limit = metrics.ece_by_chance(probabilities, draws=1999, seed=seed)
        beyond += sum(metrics.ece(rng.random(films) < probabilities, probabilities) > limit for _ in range(100))
    # Of 1,000 versions 10 are expected; from 2 to 20 in 998 of 1,000 such tests.
    assert 2 <= beyond <= 20


def test_chance_gives_more_on_fewer_films():
    rng = np.random.default_rng(0)
    found = [metrics.ece_by_chance(rng.random(films)) for films in (60, 300, 624)]
    assert found[0] > 0.2 > 0.12 > found[1] > 0.09 > found[2] > 0.06


def test_probabilities_that_are_sure_leave_nothing_to_chance():
    assert metrics.ece_by_chance([0.0, 0.0, 1.0, 1.0], draws=50) == 0


def test_chance_by_hand():
    # One film at .5 is off by .5 whatever it is; two at .25 are off by .25, .25 or .75 of a film's outcomes.
    assert metrics.ece_by_chance([0.5], draws=9) == 0.5
    assert metrics.ece_by_chance([0.25, 0.25], draws=999) == 0.75  # Both ill: in 1 of 16 cases.
    assert metrics.ece_by_chance([0.25, 0.25], share=0.9, draws=999) == 0.25


def test_of_four_draws_the_place_is_a_share_of_five():
    """A fifth draw is as likely to fall between any two: half of five is 2.5, so the third is returned."""
    probabilities = np.linspace(0.05, 0.95, 20)
    second, third, half = (metrics.ece_by_chance(probabilities, share=share, draws=4) for share in (0.4, 0.6, 0.5))
    assert second < third == half


@pytest.mark.parametrize(("prevalence", "ppv", "npv"), [(0.05, "25%", "99.7%"), (0.625, "91%", "91%")])
def test_predictive_values_as_evidence_states_them(prevalence, ppv, npv):
    found = metrics.predictive_values(0.95, 0.85, prevalence)
    assert (f"{found[0]:.0%}", f"{found[1]:.{1 if '.' in npv else 0}%}") == (ppv, npv)


def test_predictive_values_by_bayes():
    # Of 1000: 50 ill, 475/10 = 47.5 of them suspected; 950 well, 142.5 of them suspected.
    ppv, npv = metrics.predictive_values(0.95, 0.85, 0.05)
    assert (ppv, npv) == (pytest.approx(47.5 / 190), pytest.approx(807.5 / 810))


def test_predictive_values_where_nobody_is_suspected_or_nobody_cleared():
    ppv, npv = metrics.predictive_values(0.0, 1.0, 0.3)
    assert math.isnan(ppv)
    assert npv == pytest.approx(0.7)
    ppv, npv = metrics.predictive_values(1.0, 0.0, 0.3)
    assert ppv == pytest.approx(0.3)
    assert math.isnan(npv)


def test_bootstrap_draws_patients_not_images():
    patients = ["a"] * 9 + ["b"]
    sizes = set()

    def count(targets, scores):
        sizes.add(len(targets))
        return 0.0

    metrics.patient_bootstrap({"n": count}, [0] * 10, [0.0] * 10, patients, draws=60)
    assert sizes == {2, 10, 18}  # b twice, one of each, a twice; drawing images would always give 10


def test_bootstrap_keeps_targets_and_scores_of_a_patient_together():
    targets, scores = np.array([0, 1, 0, 1]), np.array([0.0, 1.0, 0.0, 1.0])

    def agreement(drawn_targets, drawn_scores):
        return float(np.mean(np.asarray(drawn_targets) == np.asarray(drawn_scores)))

    drawn = metrics.patient_bootstrap({"same": agreement}, targets, scores, ["a", "b", "c", "d"], draws=30)
    assert drawn["same"] == (1.0, 1.0)


def test_bootstrap_interval_of_a_mean():
    # 400 patients of one image each: the mean's standard error is .5 / 20 = .025.
    scores = np.array([0.0, 1.0] * 200)

    def mean(_, drawn):
        return float(np.mean(drawn))

    low, high = metrics.patient_bootstrap({"mean": mean}, scores, scores, [str(i) for i in range(400)])["mean"]
    assert low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)


def test_bootstrap_is_seeded():
    def interval(seed):
        scores = np.linspace(0, 1, 30)
        keys = [str(i) for i in range(30)]
        mean = {"mean": lambda _, drawn: float(np.mean(drawn))}
        return metrics.patient_bootstrap(mean, scores, scores, keys, seed=seed, draws=50)

    assert interval(1) == interval(1)
    assert interval(1) != interval(2)


def test_bootstrap_passes_over_draws_without_a_class():
    drawn = metrics.patient_bootstrap({"auroc": metrics.roc_auc}, [0, 1], [0.2, 0.8], ["a", "b"], draws=40)
    assert drawn["auroc"] == (1.0, 1.0)
    drawn = metrics.patient_bootstrap({"auroc": metrics.roc_auc}, [1, 1], [0.2, 0.8], ["a", "b"], draws=5)
    assert all(map(math.isnan, drawn["auroc"]))


def test_balanced_log_loss():
    # PNEUMONIA at logit 0 loses ln 2, NORMAL at logit ln 3 loses ln 4; each class weighs half.
    loss = metrics.balanced_log_loss([1, 1, 1, 0], [0, 0, 0, math.log(3)])
    assert loss == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(4))


def test_sigmoid_does_not_overflow():
    assert metrics.sigmoid([-1000, 0, math.log(3), 1000]).tolist() == [0.0, 0.5, pytest.approx(0.75), 1.0]
    assert metrics.sigmoid(np.float32([1])).dtype == np.float64
