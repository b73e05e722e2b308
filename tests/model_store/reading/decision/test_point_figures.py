"""Do the scores of a card give the figures of any point, by hand, and stay as small and as nameless as promised?"""

import json
import math

import numpy as np
import pytest

from model_store.reading.decision import point_figures
from model_store.reading.decision.point_figures import KEPT, Scores
from model_store.reading.decision.proportions import wilson


def scores(normal, pneumonia, refused=()):
    targets = np.array([0] * len(normal) + [1] * len(pneumonia))
    return Scores(targets, np.array([*normal, *pneumonia], np.float64), np.array(refused, np.int64))


FILMS = scores([0.1, 0.2, 0.3, 0.6], [0.4, 0.5, 0.7, 0.8, 0.9])


@pytest.mark.parametrize(
    ("point", "cleared", "found"), [(0.05, 0, 5), (0.35, 3, 5), (0.5, 3, 4), (0.6, 3, 3), (0.65, 4, 3), (0.95, 4, 0)]
)
def test_sensitivity_and_specificity_at_any_point(point, cleared, found):
    figures = FILMS.at(point)
    assert (figures["sensitivity"], figures["sensitivity_ci"]) == (found / 5, list(wilson(found, 5)))
    assert (figures["specificity"], figures["specificity_ci"]) == (cleared / 4, list(wilson(cleared, 4)))
    assert figures["n"] == 9


def test_likelihood_ratios_follow_the_point():
    assert FILMS.at(0.5)["lr_positive"] == pytest.approx((4 / 5) / (1 / 4))
    assert FILMS.at(0.5)["lr_negative"] == pytest.approx((1 / 5) / (3 / 4))
    assert FILMS.at(0.65)["lr_positive"] is None, "no normal film reaches it"
    assert all(map(math.isnan, FILMS.at(0.65)["lr_positive_ci"]))


def test_refused_films_are_decided_wrongly_at_every_point():
    films = scores([0.1, 0.2, 0.3, 0.6], [0.4, 0.5, 0.7, 0.8, 0.9], refused=[1, 0, 1])
    for point in (0.05, 0.95):
        figures, without = films.at(point), FILMS.at(point)
        assert figures["sensitivity"] == without["sensitivity"] * 5 / 7
        assert figures["specificity"] == without["specificity"] * 4 / 5
        assert figures["n"] == 12


def test_a_card_keeps_them_in_order_so_that_no_place_tells_whose_they_are():
    shuffled = Scores(np.array([1, 0, 1, 0]), np.array([0.91237, 0.5, 0.3, 0.12344]), np.array([1, 0]))
    assert shuffled.as_json() == {"targets": "0011", "probabilities": [0.1234, 0.5, 0.3, 0.9124], "refused": "01"}
    assert "refused" not in FILMS.as_json()


def test_a_card_gives_the_same_figures():
    films = scores([0.1, 0.2, 0.3, 0.6], [0.4, 0.5, 0.7, 0.8, 0.9], refused=[1, 0])
    again = Scores.from_json(json.loads(json.dumps(films.as_json())))
    for point in (0.05, 0.35, 0.5, 0.95):
        # Where a ratio has no interval, that is no number, which equals nothing.
        assert repr(again.at(point)) == repr(films.at(point))


def test_the_scores_of_600_films_take_little_of_a_card():
    rng = np.random.default_rng(0)
    films = Scores((rng.random(600) < 0.7).astype(np.int64), rng.random(600))
    assert len(json.dumps(films.as_json())) < 6000


def test_of_very_many_films_evenly_spaced_ones_are_kept(monkeypatch):
    assert KEPT >= 2000
    monkeypatch.setattr(point_figures, "KEPT", 100)
    rng = np.random.default_rng(0)
    targets = (rng.random(5000) < 0.6).astype(np.int64)
    films = Scores(targets, rng.random(5000) / 2 + targets / 2)
    kept = Scores.from_json(films.as_json())
    assert len(kept.targets) == 100
    assert kept.targets.mean() == pytest.approx(targets.mean(), abs=0.01)
    for point in (0.2, 0.5, 0.8):
        for name in ("sensitivity", "specificity"):
            assert kept.at(point)[name] == pytest.approx(films.at(point)[name], abs=0.03)


def test_of_five_films_three_are_the_first_the_middle_and_the_last(monkeypatch):
    monkeypatch.setattr(point_figures, "KEPT", 3)
    kept = scores([0.3, 0.1, 0.2], [0.9, 0.8]).as_json()
    assert kept == {"targets": "001", "probabilities": [0.1, 0.3, 0.9]}


def test_a_film_of_which_a_version_is_quite_sure_has_a_score_too():
    figures = Scores.from_json(scores([0.0, 0.2], [0.8, 1.0]).as_json()).at(0.5)
    assert (figures["sensitivity"], figures["specificity"]) == (1, 1)


GOOD = FILMS.as_json()


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (None, "are damaged"),
        ({}, "are damaged"),
        ([], "are damaged"),
        (GOOD | {"probabilities": 3}, "are damaged"),
        (GOOD | {"probabilities": [None] * 9}, "are damaged"),
        (GOOD | {"targets": 5}, "are damaged"),
        (GOOD | {"refused": 1}, "are damaged"),
        (GOOD | {"targets": "000011112"}, "neither 0 nor 1"),
        (GOOD | {"refused": "x"}, "neither 0 nor 1"),
        (GOOD | {"targets": "0001"}, "one target for each"),
        (GOOD | {"targets": "1" * 9}, "films of both classes"),
        (GOOD | {"probabilities": [0.1] * 8 + [1.2]}, "no probability"),
        (GOOD | {"probabilities": [0.1] * 8 + [-0.1]}, "no probability"),
        (GOOD | {"probabilities": [0.1] * 8 + [math.nan]}, "no probability"),
        (GOOD | {"probabilities": ["high"] * 9}, "could not convert"),
    ],
)
def test_a_part_of_a_card_that_holds_no_scores(content, match):
    with pytest.raises(ValueError, match=match):
        Scores.from_json(content)
