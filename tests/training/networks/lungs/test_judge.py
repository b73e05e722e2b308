"""How good are outlines? By hand arithmetic on drawn masks, and on finders that are sure or unsure on purpose."""

import numpy as np
import pytest

from model_store.reading.lungs.fields import LungFields, NoLungsFound
from training.networks.lungs.judge import VARIATIONS, dice, judge_outlines, outline_scores


def test_dice_by_hand():
    found, human = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    found[0, :4], human[0, 1:4], human[1, :3] = True, True, True
    assert dice(found, human) == 2 * 3 / (4 + 6)
    assert dice(found, found) == 1.0
    assert dice(found, ~found) == 0.0


def test_dice_where_nothing_is():
    nothing = np.zeros((4, 4), bool)
    assert dice(nothing, nothing) == 1.0
    assert dice(~nothing, nothing) == 0.0


def test_films_without_two_lungs_score_nothing_and_are_counted():
    class Finder:
        def find(self, film):
            if film.max() == 0:
                raise NoLungsFound("none")
            assert film.dtype == np.float32
            right, left = film > 100, film > 100
            right[:, 112:], left[:, :112] = False, False
            return LungFields(right=right, left=left)

    film = np.zeros((224, 224), np.uint8)
    film[:100] = 255
    half = np.zeros((224, 224), np.uint8)
    half[:50] = 200
    human = np.zeros((224, 224, 2), np.uint8)
    human[:100, :112, 0] = human[:100, 112:, 1] = 255
    scores, refused = outline_scores(Finder(), [(film, human), (half, human), (np.zeros_like(film), human)])
    assert scores.tolist() == [1.0, pytest.approx(2 * 50 / 150), 0.0]
    assert refused == 1


def human_outlines():
    human = np.zeros((224, 224, 2), np.uint8)
    human[60:160, 40:90, 0] = human[60:160, 130:180, 1] = 255
    return human


class Truthful:
    """Finds what is bright as it is drawn; the more of a film is dim, the less sure and the less right it is."""

    def find(self, film):
        lost = int(film[0, 0])
        right, left = film > 100, film > 100
        right[:, 112:], left[:, :112] = False, False
        right[: 60 + lost] = left[: 60 + lost] = False
        return LungFields(right=right, left=left, confidence=(1 - lost / 200, 1 - lost / 200))


def films(count):
    human = human_outlines()
    drawn = []
    for number in range(count):
        film = human.max(axis=-1)
        film[0, 0] = 5 * number
        drawn.append((film, human))
    return drawn


def test_the_curve_rises_with_the_confidence():
    card = judge_outlines(Truthful(), films(12))
    curve = card["confidence_curve"]
    assert sum(group["n"] for group in curve) == 24
    assert [group["confidence"] for group in curve] == sorted(group["confidence"] for group in curve)
    assert [group["dice"] for group in curve] == sorted(group["dice"] for group in curve)
    assert card["confidence_correlation"] == pytest.approx(1.0)
    assert (card["val_refused"], card["val_swapped"]) == (0, 0)


def test_the_figures_by_hand():
    """Of 100 rows the second film loses 50: its Dice is 2 x 50 / 150."""
    human = human_outlines()
    film = human.max(axis=-1)
    half = film.copy()
    half[0, 0] = 50
    card = judge_outlines(Truthful(), [(film, human), (half, human)])
    assert card["val_dice"] == pytest.approx((1 + 2 / 3) / 2)
    assert set(card["stability"]) == set(VARIATIONS)


def test_lungs_that_change_places_are_counted():
    class Swapping(Truthful):
        def find(self, film):
            found = super().find(film)
            return LungFields(right=found.left, left=found.right, confidence=found.confidence)

    assert judge_outlines(Swapping(), films(3))["val_swapped"] == 3


def test_a_confidence_that_never_changes_has_no_correlation():
    human = human_outlines()
    assert judge_outlines(Truthful(), [(human.max(axis=-1), human)])["confidence_correlation"] is None


@pytest.mark.parametrize("name", list(VARIATIONS))
def test_every_variation_keeps_the_shape_and_the_kind(name):
    varied = VARIATIONS[name](human_outlines())
    assert (varied.shape, varied.dtype) == ((224, 224, 2), np.uint8)
