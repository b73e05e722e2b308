"""Lines and letters lie where the lungs and the crop are, in the film's own pixels, by hand arithmetic."""

import numpy as np
import pytest

from model_store.film.header.sides import MIRRORED, UNSTATED, USUAL
from model_store.reading.lungs.fields import LungFields
from model_store.reading.lungs.outlines import crop_outline, lung_outlines, side_labels
from tests.doubles.films.drawn_lungs import lungs_of_boxes


def test_lung_outline_goes_round_the_lung_in_the_films_own_pixels():
    lungs = lungs_of_boxes(right=(28, 56, 84, 168), left=(112, 28, 196, 140))
    right, left = lung_outlines(lungs, (1000, 2000))
    for line, corners in ((right, [(250, 250), (750, 750)]), (left, [(1000, 125), (1750, 625)])):
        assert (line[0] == line[-1]).all()
        assert np.abs(line.min(axis=0) - corners[0]).max() < 6
        assert np.abs(line.max(axis=0) - corners[1]).max() < 6


def test_the_outline_of_a_lung_in_the_middle_lies_in_the_middle():
    right, _ = lung_outlines(lungs_of_boxes(right=(28, 56, 196, 168)), (1000, 2000))
    assert right.min(axis=0) + right.max(axis=0) == pytest.approx([2000, 1000], abs=0.01)


def test_lungs_that_touch_each_other_have_an_outline_each():
    lines = lung_outlines(lungs_of_boxes(right=(30, 40, 110, 180), left=(110, 40, 190, 180)), (224, 224))
    assert [line[:, 0].min() < 100 for line in lines] == [True, False]


def test_a_film_that_was_read_without_lungs_has_no_outline():
    assert lung_outlines(None, (224, 224)) == []


def test_crop_frame_has_the_crops_corners():
    frame = crop_outline((0.25, 0.1, 0.75, 0.9), (100, 200))
    assert frame.tolist() == [[50, 10], [150, 10], [150, 90], [50, 90], [50, 10]]


def test_the_patients_right_is_written_at_the_left_of_the_picture():
    """At the outer upper corner of each lung, in a film that is twice as wide as high."""
    lungs = lungs_of_boxes(right=(28, 56, 84, 168), left=(112, 28, 196, 140))
    assert side_labels(lungs, (1000, 2000)) == [
        ("R", pytest.approx(28.5 / 224 * 2000), pytest.approx(56.5 / 224 * 1000)),
        ("L", pytest.approx(195.5 / 224 * 2000), pytest.approx(28.5 / 224 * 1000)),
    ]
    assert side_labels(None, (1000, 2000)) == []


@pytest.mark.parametrize(("sides", "letters"), [(USUAL, ["R", "L"]), (MIRRORED, ["L", "R"]), (UNSTATED, [])])
def test_letters_are_written_where_the_film_states_its_sides(sides, letters):
    assert [letter for letter, _, _ in side_labels(lungs_of_boxes(sides=sides), (1000, 2000))] == letters


def test_a_letter_at_the_edge_of_the_film_is_not_cut():
    lungs = lungs_of_boxes(right=(0, 0, 84, 168), left=(112, 28, 224, 140))
    (_, right_x, right_y), (_, left_x, _) = side_labels(lungs, (1000, 2000))
    assert (right_x, right_y, left_x) == (80, 50, 1920)


def test_outlines_within_borders_lie_right_on_the_whole_picture():
    """The right half of the content, which is the middle half of the picture: columns 112 to 168 of 224."""
    mask = np.zeros((224, 224), bool)
    mask[:, 112:] = True
    lungs = LungFields(right=mask, left=~mask, confidence=(0.9, 0.8)).placed((0.25, 0.0, 0.75, 0.5))
    assert np.flatnonzero(lungs.right.any(axis=0)).tolist() == list(range(112, 168))
    assert np.flatnonzero(lungs.left.any(axis=0)).tolist() == list(range(56, 112))
    assert np.flatnonzero(lungs.mask.any(axis=1)).tolist() == list(range(112))
    assert lungs.confidence == (0.9, 0.8)


def test_a_pixel_that_is_more_than_half_lung_is_lung_on_the_whole_picture():
    """The content is a quarter of the picture's sides, so 4 x 4 pixels become one: 5, 8 and 9 of its 16 are lung."""
    mask = np.zeros((224, 224), bool)
    for column, pixels in enumerate((5, 8, 9)):
        mask[:4, 4 * column : 4 * column + 4] = (np.arange(16) < pixels).reshape(4, 4)
    placed = LungFields(right=mask, left=mask).placed((0.0, 0.0, 0.25, 0.25))
    assert np.argwhere(placed.right).tolist() == [[0, 2]]
