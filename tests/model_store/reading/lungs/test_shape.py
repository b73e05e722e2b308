"""Are area, place and edges of two outlines measured as a ruler would measure them? Boxes by hand arithmetic."""

import numpy as np
import pytest

from model_store.reading.lungs.fields import LungFields
from model_store.reading.lungs.shape import shape_of
from tests.doubles.films.drawn_lungs import LEFT, RIGHT, box, lungs_of_boxes


def test_two_boxes_by_hand():
    """60 x 140 and 60 x 130 pixels, side by side, away from every edge."""
    shape = shape_of(lungs_of_boxes())
    assert shape.area == (60 * 140 + 60 * 130) / 224**2
    assert shape.symmetry == 130 / 140
    assert shape.alongside == 1, "the shorter lung ends where the other one still is"
    assert shape.apart == (159.5 - 59.5) / 224
    assert shape.solidity == 1, "a box is its own hull"
    assert shape.upright == 130 / 60
    assert (shape.on_edge, shape.cut_above, shape.cut_below) == (0, 0, 0)


def test_lungs_that_have_changed_places_are_apart_by_less_than_nothing():
    assert shape_of(lungs_of_boxes(right=LEFT, left=RIGHT)).apart == -100 / 224


@pytest.mark.parametrize(
    ("right", "left", "alongside"),
    [
        ((30, 40, 90, 140), (130, 90, 190, 190), 50 / 100),
        ((30, 40, 90, 140), (130, 120, 190, 170), 20 / 50),
        ((30, 10, 90, 100), (130, 120, 190, 210), 0),
    ],
)
def test_how_far_one_lung_is_beside_the_other(right, left, alongside):
    assert shape_of(lungs_of_boxes(right, left)).alongside == alongside


def test_a_notch_takes_from_the_solidity_of_the_worse_lung():
    """The notch is 30 x 70; the hull cuts it along its diagonal, and so keeps half of it."""
    right = box(*RIGHT) & ~box(60, 40, 90, 110)
    shape = shape_of(LungFields(right=right, left=box(*LEFT)))
    assert shape.solidity == pytest.approx((60 * 140 - 30 * 70) / (60 * 140 - 30 * 70 / 2))
    assert shape.area == (60 * 140 - 30 * 70 + 60 * 130) / 224**2


@pytest.mark.parametrize(
    ("right", "left", "upright"),
    [((30, 40, 90, 100), LEFT, 1), (RIGHT, (130, 40, 190, 70), 0.5), ((30, 40, 60, 160), LEFT, 130 / 60)],
)
def test_the_flatter_lung_counts(right, left, upright):
    assert shape_of(lungs_of_boxes(right, left)).upright == upright


@pytest.mark.parametrize(
    ("right", "left", "edges"),
    [
        ((0, 40, 60, 180), LEFT, (1, 0, 0)),
        (RIGHT, (164, 40, 224, 170), (1, 0, 0)),
        ((30, 0, 90, 180), LEFT, (0, 1, 0)),
        (RIGHT, (130, 40, 190, 224), (0, 0, 1)),
        ((0, 0, 60, 224), LEFT, (1, 1, 1)),
        ((1, 1, 61, 223), (163, 1, 223, 223), (0, 0, 0)),
    ],
)
def test_what_lies_on_an_edge_of_the_film(right, left, edges):
    shape = shape_of(lungs_of_boxes(right, left))
    assert (shape.on_edge, shape.cut_above, shape.cut_below) == edges


def test_only_the_part_on_the_edge_counts():
    """A quarter of the right lung's height reaches the left edge, a third of the left lung's width the lower one."""
    right = box(20, 40, 80, 180) | box(0, 40, 20, 75)
    left = box(130, 40, 190, 200) | box(130, 200, 150, 224)
    shape = shape_of(LungFields(right=right, left=left))
    assert shape.on_edge == 35 / 140
    assert shape.cut_below == 20 / 60
    assert shape.cut_above == 0


def test_a_line_has_a_shape_too():
    """Outlines this thin are refused before; measuring them must not fail."""
    shape = shape_of(LungFields(right=box(30, 40, 31, 180), left=box(130, 40, 190, 170)))
    assert shape.upright == 130 / 60
    assert 0 < shape.solidity <= 1
    assert np.isfinite(shape.symmetry)
