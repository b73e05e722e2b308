"""Are the conformal limits the right film's probability, and does an oracle give the same prediction sets?"""

import json

import numpy as np
import pytest

from model_store.reading.decision.conformal import NORMAL, PNEUMONIA, ConformalLimits, fit_conformal


def hundredths(first, last):
    return [number / 100 for number in range(first, last + 1)]


def test_limits_by_hand():
    # 39 of each class: (39 + 1) x 0.05 = 2, so the limit is the 38th: one film of the class is farther out.
    normal, pneumonia = hundredths(1, 39), hundredths(61, 99)
    limits = fit_conformal([0] * 39 + [1] * 39, normal + pneumonia)
    assert limits == ConformalLimits(alpha=0.05, normal_up_to=0.38, pneumonia_from=0.62)


def test_each_class_has_its_own_limit():
    # 19 normal films: 20 x 0.05 = 1, the 19th and last; 9 films with pneumonia at 0.2: 10 x 0.2 = 2, the 8th of 9.
    assert fit_conformal([0] * 19 + [1], [*hundredths(1, 19), 0.9]).normal_up_to == 0.19
    assert fit_conformal([1] * 9 + [0], [*hundredths(91, 99), 0.5], alpha=0.2).pneumonia_from == 0.92


def test_a_class_with_too_few_films_is_never_excluded():
    limits = fit_conformal([0] * 18 + [1] * 18, hundredths(1, 18) + hundredths(81, 98))
    assert limits == ConformalLimits(alpha=0.05, normal_up_to=1.0, pneumonia_from=0.0)
    assert limits.classes(0.0) == limits.classes(1.0) == (NORMAL, PNEUMONIA)


@pytest.mark.parametrize(
    ("limits", "probability", "classes", "words"),
    [
        ((0.6, 0.3), 0.2999, (NORMAL,), "normal."),
        ((0.6, 0.3), 0.3, (NORMAL, PNEUMONIA), "either is possible."),
        ((0.6, 0.3), 0.6, (NORMAL, PNEUMONIA), "either is possible."),
        ((0.6, 0.3), 0.6001, (PNEUMONIA,), "pneumonia."),
        ((0.3, 0.6), 0.45, (), "neither, since such a probability is rare on films of both classes."),
    ],
)
def test_what_cannot_be_excluded_and_how_that_is_said(limits, probability, classes, words):
    found = ConformalLimits(0.05, *limits)
    assert found.classes(probability) == classes
    assert found.sentence(probability) == (
        f"Second opinion by conformal prediction, at most 5 % errors in each class: {words}"
    )


@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_new_films_are_covered_as_promised(alpha):
    """Mean coverage over validation sets: at least 1 - alpha, and no more than 1 / (n + 1) above (Vovk 2012)."""
    rng = np.random.default_rng(5)
    kept = {NORMAL: [], PNEUMONIA: []}
    for _ in range(300):
        probabilities = 1 / (1 + np.exp(-rng.normal(np.repeat([-1, 1], 60), 1)))
        limits = fit_conformal(np.repeat([0, 1], 60), probabilities, alpha=alpha)
        new = 1 / (1 + np.exp(-rng.normal(np.repeat([-1, 1], 200), 1)))
        for label, values in ((NORMAL, new[:200]), (PNEUMONIA, new[200:])):
            kept[label].append(np.mean([label in limits.classes(value) for value in values]))
    for label, shares in kept.items():
        error = 3 * np.std(shares) / np.sqrt(len(shares))
        assert 1 - alpha - error <= np.mean(shares) <= 1 - alpha + 1 / 61 + error, label


@pytest.mark.parametrize("seed", range(3))
def test_the_sets_are_those_of_crepes(seed):
    """With 40 and 70 films 41 x 0.05 and 71 x 0.05 are no whole numbers, where it lets a p value of 0.05 itself in."""
    crepes = pytest.importorskip("crepes", reason="crepes is not installed")
    rng = np.random.default_rng(seed)
    targets = np.repeat([0, 1], (40, 70))
    probabilities = 1 / (1 + np.exp(-rng.normal(2 * targets - 1, 1.2)))
    limits, asked = fit_conformal(targets, probabilities), rng.uniform(0, 1, 500)
    for label, own in ((NORMAL, 1 - probabilities[targets == 0]), (PNEUMONIA, probabilities[targets == 1])):
        oracle = crepes.ConformalClassifier()
        oracle.fit(1 - own)
        unlike = asked if label == NORMAL else 1 - asked
        expected = oracle.predict_set(unlike[:, None], confidence=0.95, smoothing=False)[:, 0].astype(bool)
        assert 0 < expected.sum() < 500
        assert [label in limits.classes(each) for each in asked] == expected.tolist()


def test_a_card_gives_the_limits_back():
    limits = ConformalLimits(0.05, 0.7, 0.2)
    assert limits.as_json() == {"alpha": 0.05, "thresholds": {"NORMAL": 0.7, "PNEUMONIA": 0.2}}
    assert ConformalLimits.from_json(json.loads(json.dumps(limits.as_json()))) == limits


@pytest.mark.parametrize(
    "numbers",
    [
        *((alpha, 0.5, 0.5) for alpha in (0, 1, float("nan"))),
        *((0.05, limit, 0.5) for limit in (-0.1, 1.1, float("nan"))),
        *((0.05, 0.5, limit) for limit in (-0.1, 1.1, float("nan"))),
    ],
)
def test_limits_out_of_range(numbers):
    with pytest.raises(ValueError, match="not between 0 and 1"):
        ConformalLimits(*numbers)


def test_the_ends_of_the_range_are_limits_too():
    """A network that is sure of every film gives them: then 0 is normal alone, and 1 pneumonia alone."""
    sure = fit_conformal([0] * 19 + [1] * 19, [0.0] * 19 + [1.0] * 19)
    assert sure == ConformalLimits(0.05, normal_up_to=0.0, pneumonia_from=1.0)
    assert (sure.classes(0.0), sure.classes(0.5), sure.classes(1.0)) == ((NORMAL,), (), (PNEUMONIA,))


@pytest.mark.parametrize(
    "content",
    [{}, 0.05, {"alpha": 0.05}, {"alpha": 0.05, "thresholds": {"NORMAL": 0.5}}, {"alpha": None, "thresholds": {}}],
)
def test_a_part_of_a_card_that_holds_no_limits(content):
    with pytest.raises(ValueError, match="not an error rate and two thresholds"):
        ConformalLimits.from_json(content)
