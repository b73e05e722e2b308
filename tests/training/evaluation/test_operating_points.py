"""The three points and how they are judged, by hand."""

import numpy as np
import pytest

from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.reading.decision.conformal import NORMAL, PNEUMONIA
from model_store.reading.decision.operating_points import RULE_IN_SPECIFICITY, RULE_OUT_SENSITIVITY, OperatingPoints
from model_store.reading.decision.point_figures import Scores
from model_store.reading.decision.proportions import wilson
from tests.doubles.trainings.training_doubles import labelled
from training.evaluation.operating_points import (
    coverage,
    fit_decisions,
    fit_operating_point,
    fit_operating_points,
    judged_decisions,
)
from training.evaluation.scored import Scored
from training.statistics.metrics import sigmoid


def test_operating_point_where_sensitivity_equals_specificity():
    # At .6 two of three pneumonias (.7, .8) are suspected and two of three normals (.1, .2) are not; .4 lies below.
    point = fit_operating_point([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.6, 0.4, 0.7, 0.8])
    assert point == pytest.approx((0.4 + 0.6) / 2)


def test_operating_point_separates_what_can_be_separated():
    assert fit_operating_point([0, 1, 0, 1], [0.1, 0.7, 0.3, 0.9]) == pytest.approx(0.5)


def test_operating_point_does_not_follow_the_prevalence():
    targets, scores = [0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.6, 0.4, 0.7, 0.8]
    many = fit_operating_point(targets[:3] + targets[3:] * 9, scores[:3] + scores[3:] * 9)
    assert many == fit_operating_point(targets, scores)


@pytest.mark.parametrize("seed", range(5))
def test_no_image_sits_on_the_operating_point_and_the_two_rates_are_near(seed):
    rng = np.random.default_rng(seed)
    targets = rng.random(200) < 0.7
    scores = sigmoid(rng.normal(0, 1, 200) + 2 * targets)
    point = fit_operating_point(targets, scores)
    assert not np.any(scores == point)
    sensitivity, specificity = (scores[targets] >= point).mean(), (scores[~targets] < point).mean()
    assert abs(sensitivity - specificity) <= 1 / (~targets).sum() + 1 / targets.sum()


@pytest.mark.parametrize("probability", [0.0, 0.4, 1.0])
def test_operating_point_of_equal_or_saturated_probabilities_is_usable(probability):
    assert 0 < fit_operating_point([0, 1, 1], [probability] * 3) < 1


def test_operating_point_below_saturated_probabilities():
    point = fit_operating_point([0, 0, 1, 1], [0.0, 0.2, 1.0, 1.0])
    assert point == pytest.approx(0.6)


def hundredths(first, last):
    return [number / 100 for number in range(first, last + 1)]


def test_three_points_by_hand():
    # 50 of each class: one of each may be on the wrong side. The second lowest pneumonia is .32 and the film below it
    # .31; the second highest normal film is .69 and the one above it .70; 31 of either class are on their side of .5.
    normal = [*hundredths(1, 31), *hundredths(52, 70)]
    pneumonia = [0.305, *hundredths(32, 50), *hundredths(71, 100)]
    points = fit_operating_points([0] * 50 + [1] * 50, normal + pneumonia)
    assert points.rule_out == pytest.approx((0.31 + 0.32) / 2)
    assert points.balanced == pytest.approx((0.49 + 0.50) / 2)
    assert points.rule_in == pytest.approx((0.69 + 0.70) / 2)


def test_fewer_than_50_films_of_a_class_may_not_be_missed_at_all():
    points = fit_operating_points([0] * 4 + [1] * 4, [0.1, 0.2, 0.5, 0.8, 0.3, 0.6, 0.7, 0.9])
    assert points.as_json() == pytest.approx({"rule_out": 0.25, "balanced": 0.55, "rule_in": 0.85})


@pytest.mark.parametrize("seed", range(6))
def test_no_higher_point_rules_out_and_no_lower_one_rules_in(seed):
    rng = np.random.default_rng(seed)
    targets = rng.random(400) < 0.6
    scores = sigmoid(rng.normal(0, 1, 400) + 2 * targets)
    points = fit_operating_points(targets, scores)
    assert points.rule_out < points.balanced < points.rule_in
    films = Scores(targets.astype(np.int64), scores)
    higher, lower = scores[scores > points.rule_out].min(), scores[scores < points.rule_in].max()
    assert films.at(points.rule_out)["sensitivity"] >= RULE_OUT_SENSITIVITY
    assert films.at(np.nextafter(higher, 1))["sensitivity"] <= films.at(points.rule_out)["sensitivity"]
    missed = np.sort(scores[targets])[int(0.02 * targets.sum())]
    assert films.at(np.nextafter(missed, 1))["sensitivity"] < RULE_OUT_SENSITIVITY
    assert films.at(points.rule_in)["specificity"] >= RULE_IN_SPECIFICITY
    assert films.at(lower)["specificity"] < RULE_IN_SPECIFICITY
    assert points.rule_out <= missed, "nothing lies between the point and the first film that may not be missed"


@pytest.mark.parametrize(
    ("targets", "scores"),
    [
        ([0, 1], [0.2, 0.8]),
        ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
        ([0] * 60 + [1] * 60, [*hundredths(1, 60), *hundredths(41, 100)]),
        ([0] * 60 + [1] * 60, [*np.linspace(0.0, 0.3, 60), *np.linspace(0.6, 1.0, 60)]),
        ([0, 0, 1, 1], [0.9, 0.8, 0.2, 0.1]),
        ([0, 1], [0.0, 1.0]),
        ([0, 1], [1.0, 0.0]),
        ([0, 1, 1], [0.4, 0.4, 0.4]),
        ([0, 1, 1], [1.0, 1.0, 1.0]),
        ([0, 1, 1], [0.0, 0.0, 0.0]),
    ],
)
def test_the_points_never_cross(targets, scores):
    points = fit_operating_points(targets, scores)
    assert 0 < points.rule_out <= points.balanced <= points.rule_in < 1


def test_classes_that_lie_apart_leave_nothing_to_be_unsure_of():
    # One of 60 may be missed: the second pneumonia is above .45, the balanced point, and the second normal below it.
    points = fit_operating_points([0] * 60 + [1] * 60, [*np.linspace(0.0, 0.3, 60), *np.linspace(0.6, 1.0, 60)])
    assert points.rule_out == points.balanced == points.rule_in == pytest.approx(0.45)


def test_all_of_a_decision_is_kept_in_the_card():
    targets = [0] * 40 + [1] * 40
    scores = [*hundredths(1, 40), *hundredths(31, 70)]
    found = fit_decisions(targets, scores)
    assert found["operating_point"] == found["operating_points"]["balanced"]
    assert OperatingPoints.from_json(found["operating_points"]) == fit_operating_points(targets, scores)
    # 41 x .05 = 2.05: two films may be farther out, so the limit is the second from the end.
    assert found["conformal"] == {"alpha": 0.05, "thresholds": {"NORMAL": 0.39, "PNEUMONIA": 0.32}}
    assert Scores.from_json(found["validation_scores"]).at(0.355)["specificity"] == 35 / 40


def scored(normal, pneumonia, refused=()):
    images = [labelled(f"n{p}") for p in normal] + [labelled(f"p{p}", label="PNEUMONIA") for p in pneumonia]
    left = [(labelled(f"r{number}", label=label), "No two lungs.") for number, label in enumerate(refused)]
    return Scored(images, np.array([*normal, *pneumonia]), left)


POINTS = {"rule_out": 0.15, "balanced": 0.45, "rule_in": 0.65}
LIMITS = {"alpha": 0.05, "thresholds": {"NORMAL": 0.5, "PNEUMONIA": 0.35}}
FILMS = scored([0.1, 0.2, 0.3, 0.6], [0.12, 0.4, 0.5, 0.8, 0.9], refused=["NORMAL", "PNEUMONIA"])


def card(**content):
    return ModelCard("v", "0" * 64, Calibration.by_temperature(1.0), 0.45, content)


def test_each_point_on_test_films_with_refused_ones_wrong():
    found = judged_decisions(FILMS, card(operating_points=POINTS))["operating_points"]
    assert {name: each["point"] for name, each in found.items()} == POINTS
    for name, suspected, cleared in (("rule_out", 4, 1), ("balanced", 3, 3), ("rule_in", 2, 4)):
        assert (found[name]["sensitivity"], found[name]["specificity"]) == (suspected / 6, cleared / 5)
        assert found[name]["sensitivity_ci"] == list(wilson(suspected, 6))
        assert found[name]["specificity_ci"] == list(wilson(cleared, 5))


def test_the_scores_are_kept_for_other_points():
    kept = Scores.from_json(judged_decisions(FILMS, card())["scores"])
    assert (kept.at(0.35)["sensitivity"], kept.at(0.35)["specificity"], kept.at(0.35)["n"]) == (4 / 6, 3 / 5, 11)


def test_how_often_the_prediction_set_holds_the_film_s_own_class():
    # Up to .5 NORMAL is in the set, from .35 on PNEUMONIA; refused films have none.
    found = judged_decisions(FILMS, card(conformal=LIMITS))["conformal"]
    assert found["alpha"] == 0.05
    normal, pneumonia = found[NORMAL], found[PNEUMONIA]
    assert (normal["n"], normal["coverage"], normal["coverage_ci"]) == (4, 3 / 4, list(wilson(3, 4)))
    assert normal["sets"] == {"normal": 3, "pneumonia": 1, "both": 0, "neither": 0}
    assert (pneumonia["n"], pneumonia["coverage"]) == (5, 4 / 5)
    assert pneumonia["sets"] == {"normal": 1, "pneumonia": 2, "both": 2, "neither": 0}


def test_a_film_of_which_both_classes_are_excluded_is_not_covered():
    found = coverage(np.array([0, 1]), [(), (PNEUMONIA,)])
    assert (found[NORMAL]["coverage"], found[NORMAL]["sets"]["neither"]) == (0, 1)
    assert found[PNEUMONIA]["coverage"] == 1


def test_a_card_of_before_there_were_three_points_is_judged_at_its_own_alone():
    assert judged_decisions(FILMS, card()).keys() == {"scores"}
