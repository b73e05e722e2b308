"""Every figure by hand arithmetic, or against a value that others published."""

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from training import metrics


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


def test_ece_has_bins_of_equal_mass_not_of_equal_width():
    # Mass: |.15 - 0| and |.60 - .5|, each half. Bins of equal width would give (3 * .2 + .1) / 4 = .175.
    assert metrics.ece([0, 0, 0, 1], [0.1, 0.2, 0.3, 0.9], bins=2) == pytest.approx(0.125)


def test_ece_weighs_unequal_bins_by_their_images():
    assert metrics.ece([0, 0, 1], [0.1, 0.3, 0.6], bins=2) == pytest.approx((2 * 0.2 + 1 * 0.4) / 3)


def test_ece_with_fewer_images_than_bins():
    assert metrics.ece([0, 1], [0.25, 0.5]) == pytest.approx((0.25 + 0.5) / 2)


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_1998_published_it(successes, count, low, high):
    assert metrics.wilson(successes, count) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_wilson_mirrors_and_stays_within_0_and_1():
    low, high = metrics.wilson(20, 20)
    assert (low, high) == (pytest.approx(1 - 0.1611, abs=5e-5), 1.0)


def test_wilson_of_nothing_is_not_a_number():
    assert all(map(math.isnan, metrics.wilson(0, 0)))


def test_ratio_interval():
    # LR+ of sensitivity 90/100 and false positives 20/100: 4.5, log's variance 1/90 - 1/100 + 1/20 - 1/100.
    factor = math.exp(1.959964 * math.sqrt(0.0411111))
    assert metrics.ratio_interval(90, 100, 20, 100) == (
        pytest.approx(4.5 / factor, rel=1e-5),
        pytest.approx(4.5 * factor, rel=1e-5),
    )


@pytest.mark.parametrize("counts", [(0, 10, 5, 10), (5, 10, 0, 10), (0, 0, 0, 0)])
def test_ratio_interval_at_a_zero_is_not_a_number(counts):
    assert all(map(math.isnan, metrics.ratio_interval(*counts)))


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


def test_class_weights_give_each_class_half_and_a_mean_of_one():
    normal, pneumonia = metrics.class_weights([1, 1, 1, 0])
    assert (normal, pneumonia) == (2.0, pytest.approx(2 / 3))
    assert (normal + 3 * pneumonia) / 4 == pytest.approx(1)


def test_balanced_log_loss():
    # PNEUMONIA at logit 0 loses ln 2, NORMAL at logit ln 3 loses ln 4; each class weighs half.
    loss = metrics.balanced_log_loss([1, 1, 1, 0], [0, 0, 0, math.log(3)])
    assert loss == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(4))


def test_sigmoid_does_not_overflow():
    assert metrics.sigmoid([-1000, 0, math.log(3), 1000]).tolist() == [0.0, 0.5, pytest.approx(0.75), 1.0]
    assert metrics.sigmoid(np.float32([1])).dtype == np.float64
