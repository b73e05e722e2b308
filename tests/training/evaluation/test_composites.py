"""Are lungs laid on other chests as is said? Greys and places by hand."""

import numpy as np
import pytest

from tests.doubles.films.drawn_lungs import box
from tests.doubles.trainings.crop_doubles import HEALTHY, ILL, LUNGS, MARK, SIDE, crop
from training.evaluation.composites import (
    RAMP,
    aligned,
    exchanged,
    faded,
    hull,
    laid,
    laid_in,
    matched,
    two_lungs,
    widened,
)

REACH = round(0.03 * SIDE)
"""Seven pixels."""


def test_a_region_is_widened_by_a_share_of_the_side():
    wide = widened(box(100, 50, 120, 90))
    rows, columns = np.nonzero(wide)
    assert (rows.min(), rows.max()) == (50 - REACH, 89 + REACH)
    assert (columns.min(), columns.max()) == (100 - REACH, 119 + REACH)
    assert not wide[50 - REACH, 100 - REACH], "the corners are round"


def test_the_hull_holds_what_lies_between_the_lungs():
    assert not LUNGS[100, 112]
    np.testing.assert_array_equal(hull(LUNGS), box(30, 30, 194, 190))


def test_what_is_laid_on_fades_in_a_straight_line_outside_of_the_region():
    share = faded(box(100, 0, 150, SIDE))
    np.testing.assert_allclose(share[112, 100:150], 1)
    width = RAMP * SIDE
    np.testing.assert_allclose(share[112, 95:100], np.clip(1 - np.arange(5, 0, -1) / width, 0, 1), atol=1e-5)
    assert share[112, 90] == 0


def test_one_picture_on_another():
    below, above = np.full((4, 4), 100, np.uint8), np.full((4, 4), 200, np.uint8)
    share = np.full((4, 4), 0.25, np.float32)
    np.testing.assert_array_equal(laid(below, above, share), 125)
    np.testing.assert_array_equal(laid(below, above.astype(np.float32) * 9, share), 255)


def test_grey_is_matched_in_a_region_alone():
    picture = np.array([[0, 20], [200, 200]], np.uint8)
    top = np.array([[True, True], [False, False]])
    found = matched(picture, top, 100, 5)
    np.testing.assert_allclose(found[0], [95, 105])
    np.testing.assert_allclose(found[1], 195, err_msg="(200 - 10) / 2 + 100")
    np.testing.assert_array_equal(matched(picture, np.zeros_like(top), 100, 5), picture)
    np.testing.assert_allclose(matched(np.full((2, 2), 7, np.uint8), top, 100, 5), 100)


class TestExchanged:
    def test_the_lungs_stay_and_the_chest_is_another_one(self):
        found = exchanged(crop(ILL, mark=0), LUNGS, crop(HEALTHY, mark=240))
        assert (found[LUNGS] == ILL).all()
        assert found[MARK].mean() > 200
        assert found[110, 112] not in (HEALTHY, ILL)

    def test_the_exposure_round_them_tells_nothing_of_whose_it_is(self):
        film, chest = crop(ILL, mark=120, around=160), crop(HEALTHY, mark=120, around=40)
        found, outside = exchanged(film, LUNGS, chest), ~widened(LUNGS, 0.06)
        own = film[~widened(LUNGS)]
        assert found[outside].mean() == pytest.approx(own.mean(), abs=1)
        assert found[outside].std() == pytest.approx(own.std(), abs=1)

    def test_the_mediastinum_may_come_with_the_lungs(self):
        film, chest = crop(), crop()
        film[90:96, 108:116] = 250
        assert exchanged(film, LUNGS, chest)[93, 112] < 200
        assert exchanged(film, LUNGS, chest, with_mediastinum=True)[93, 112] == 250

    def test_where_lungs_fill_the_crop_there_is_no_chest(self):
        film, everywhere = crop(), np.ones((SIDE, SIDE), bool)
        np.testing.assert_array_equal(exchanged(film, everywhere, crop(ILL)), film)

    def test_the_films_are_not_changed(self):
        film, chest = crop(ILL), crop(HEALTHY, mark=3)
        exchanged(film, LUNGS, chest)
        laid_in(film, LUNGS, chest, LUNGS)
        np.testing.assert_array_equal(film, crop(ILL))
        np.testing.assert_array_equal(chest, crop(HEALTHY, mark=3))


class TestLaidIn:
    OTHER = box(20, 60, 60, 180) | box(140, 50, 210, 200)

    def test_lungs_come_into_the_outlines_of_others(self):
        film = crop(ILL)
        film[30:110][LUNGS[30:110]] = 20  # The upper half of both.
        chest = np.full((SIDE, SIDE), 77, np.uint8)
        found = laid_in(film, LUNGS, chest, self.OTHER)
        assert found[80, 40] == 20, "in the upper half of the other right lung"
        assert found[160, 40] == ILL, "in the lower half"
        assert (found[70, 175], found[190, 175]) == (20, ILL)
        assert (found[100, 100], found[5, 40]) == (77, 77), "the chest is as it was"

    def test_aligned_lungs_stand_alone(self):
        film = crop(ILL)
        film[:, :112][LUNGS[:, :112]] = 40
        found = aligned(film, LUNGS, self.OTHER)
        assert not found[~self.OTHER].any()
        assert set(np.unique(found[:, :100][self.OTHER[:, :100]])) == {40}, "of the right lung alone, to its very edge"
        assert set(np.unique(found[:, 100:][self.OTHER[:, 100:]])) == {ILL}

    def test_lungs_in_their_own_place_are_as_they_were(self):
        film = crop()
        film[LUNGS] = np.random.default_rng(0).integers(0, 256, int(LUNGS.sum()))
        np.testing.assert_array_equal(aligned(film, LUNGS, LUNGS)[LUNGS], film[LUNGS])

    def test_a_row_is_stretched_from_end_to_end(self):
        """A lung that is twice as wide below as above comes into one as wide as above: each column is halved there."""
        wide = box(30, 30, 60, 110) | box(30, 110, 90, 190) | box(134, 30, 194, 190)
        film = np.zeros((SIDE, SIDE), np.uint8)
        film[:, 30:60], film[:, 60:90] = 100, 200
        narrow = box(30, 30, 60, 190) | box(134, 30, 194, 190)
        found = aligned(film, wide, narrow)
        assert set(np.unique(found[31:108, 30:60])) == {100}
        assert (found[150, 32], found[150, 57]) == (100, 200)
        assert found[150, 30:60].mean() == pytest.approx(150, abs=3)

    def test_beyond_a_lungs_own_shape_its_nearest_pixel_stands(self):
        """Its diaphragm lies higher in the middle: what is below is no lung, and does not come with it."""
        domed = box(30, 30, 90, 190) & ~box(50, 150, 90, 190) | box(134, 30, 194, 190)
        film = np.where(domed, 50, 250).astype(np.uint8)
        assert aligned(film, domed, LUNGS)[LUNGS].max() == 50


def test_lungs_are_parted_at_the_emptiest_column_between_them():
    one, other = two_lungs(LUNGS)
    np.testing.assert_array_equal(one, box(30, 30, 90, 190))
    np.testing.assert_array_equal(other, box(134, 30, 194, 190))
    touching = LUNGS | box(90, 180, 134, 185)
    one, other = two_lungs(touching)
    assert (one | other == touching).all()
    assert not (one & other).any()
    assert abs(int(one.sum()) - int(other.sum())) <= 10


def test_where_there_is_no_lung_nothing_is_laid():
    nowhere = np.zeros((SIDE, SIDE), bool)
    np.testing.assert_array_equal(laid_in(crop(ILL), nowhere, crop(), LUNGS), crop())
