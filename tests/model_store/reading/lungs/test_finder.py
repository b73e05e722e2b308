"""Are both lungs found, and only lungs? Drawn masks by hand, the bundled network, and real films where there are."""

import cv2
import numpy as np
import pytest

from model_store.film.load import load_radiograph
from model_store.film.radiograph import FILM_SIDE
from model_store.reading.lungs.fields import NoLungsFound
from model_store.reading.lungs.finder import MIN_LUNG_SHARE, lung_fields, to_lung_input
from tests.doubles.films.drawn_lungs import LEFT, RIGHT, box, lungs_of_boxes
from tests.doubles.films.phantom import Chest, chest_film


def shares_of(*, right=(), left=()):
    """Draw shares: 1 for the right lung in its boxes, for the left one in its own, else 1 for the background."""
    shares = np.zeros((FILM_SIDE, FILM_SIDE, 3), np.float32)
    shares[..., 0] = 1
    for side, boxes in ((1, right), (2, left)):
        for each in boxes:
            shares[box(*each)] = np.eye(3)[side]
    return shares


def film_of(chest):
    """Return a drawn chest as the lung network takes it."""
    film = chest_film(chest)
    return cv2.resize(film, (FILM_SIDE, FILM_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)


class TestLungFields:
    def test_each_lung_stays_as_it_is(self):
        fields = lung_fields(shares_of(right=[RIGHT], left=[LEFT]))
        assert fields.right.dtype == fields.left.dtype == fields.mask.dtype == bool
        np.testing.assert_array_equal(fields.right, box(*RIGHT))
        np.testing.assert_array_equal(fields.left, box(*LEFT))
        np.testing.assert_array_equal(fields.mask, box(*RIGHT) | box(*LEFT))
        assert fields.confidence == (1, 1)

    def test_the_patient_s_right_lung_lies_on_the_left_of_the_picture(self):
        fields = lung_fields(shares_of(right=[RIGHT], left=[LEFT]))
        assert np.nonzero(fields.right)[1].mean() < np.nonzero(fields.left)[1].mean()

    def test_only_the_largest_part_of_each_side_stays(self):
        shares = shares_of(right=[RIGHT, (100, 190, 140, 220), (0, 0, 8, 8)], left=[LEFT, (200, 100, 201, 101)])
        fields = lung_fields(shares)
        np.testing.assert_array_equal(fields.right, box(*RIGHT))
        np.testing.assert_array_equal(fields.left, box(*LEFT))

    def test_lungs_that_touch_are_two(self):
        fields = lung_fields(shares_of(right=[(30, 40, 110, 180)], left=[(110, 40, 190, 180)]))
        np.testing.assert_array_equal(fields.right, box(30, 40, 110, 180))
        np.testing.assert_array_equal(fields.left, box(110, 40, 190, 180))

    def test_holes_are_closed(self):
        shares = shares_of(right=[RIGHT], left=[LEFT])
        shares[60:100, 40:80] = shares[150, 150] = (1, 0, 0)
        fields = lung_fields(shares)
        np.testing.assert_array_equal(fields.mask, box(*RIGHT) | box(*LEFT))

    def test_a_lung_is_measured_with_its_holes_closed(self):
        """A hollow lung of 60 x 140 has fewer pixels than the solid 40 x 60 part, and is still the larger part."""
        shares = shares_of(right=[RIGHT], left=[LEFT])
        shares[42:178, 32:88] = (1, 0, 0)
        assert (shares[..., 1] > 0).sum() < 40 * 60
        shares[0:30, 95:175] = (0, 1, 0)
        np.testing.assert_array_equal(lung_fields(shares).right, box(*RIGHT))

    def test_half_and_half_between_the_sides_is_still_lung(self):
        """Background .4, right .3, left .3: likelier lung than not, though no single share is above a half."""
        shares = np.zeros((FILM_SIDE, FILM_SIDE, 3), np.float32)
        shares[..., 0] = 1
        shares[box(*RIGHT)], shares[box(*LEFT)] = (0.4, 0.31, 0.29), (0.4, 0.29, 0.31)
        fields = lung_fields(shares)
        np.testing.assert_array_equal(fields.right, box(*RIGHT))
        np.testing.assert_array_equal(fields.left, box(*LEFT))

    @pytest.mark.parametrize(
        ("right", "left"),
        [
            ([], []),
            ([RIGHT], []),
            ([], [LEFT]),
            ([RIGHT, LEFT], []),  # two lungs of one side are no two lungs
            ([RIGHT], [(130, 40, 150, 90)]),  # 20 x 50 = 0.0199 of the film
            ([(0, 0, FILM_SIDE, FILM_SIDE)], []),
        ],
    )
    def test_anything_but_a_right_and_a_left_lung_is_refused(self, right, left):
        with pytest.raises(NoLungsFound, match="No two lungs were found on this picture, so it was not read; please"):
            lung_fields(shares_of(right=right, left=left))

    @pytest.mark.parametrize("side", ["right", "left"])
    def test_the_smallest_lung_that_counts(self, side):
        """The area inside the outline through the pixels' centres decides: 34 x 31 = 1054 against 1003.52."""
        assert 33 * 30 < MIN_LUNG_SHARE * FILM_SIDE**2 < 34 * 31
        boxes = {"right": [RIGHT], "left": [LEFT]}
        lung_fields(shares_of(**boxes | {side: [(95, 40, 130, 72)]}))
        with pytest.raises(NoLungsFound):
            lung_fields(shares_of(**boxes | {side: [(95, 40, 129, 71)]}))

    def test_the_callers_shares_are_not_changed(self):
        shares = shares_of(right=[RIGHT, (0, 0, 8, 8)], left=[LEFT])
        kept = shares.copy()
        lung_fields(shares)
        np.testing.assert_array_equal(shares, kept)


class TestConfidence:
    """Twice the share that lies in the outline over the outline's area and all of the share."""

    def test_a_network_that_is_sure_of_every_pixel(self):
        assert lung_fields(shares_of(right=[RIGHT], left=[LEFT])).confidence == (1, 1)

    def test_by_hand(self):
        """Right: .8 in 60 x 140 = 8400 pixels, .3 in 30 x 20 = 600 outside. Left: .6 in 60 x 130 = 7800."""
        shares = np.zeros((FILM_SIDE, FILM_SIDE, 3), np.float32)
        shares[..., 0] = 1
        shares[box(*RIGHT)], shares[box(*LEFT)] = (0.2, 0.8, 0), (0.4, 0, 0.6)
        shares[box(95, 0, 125, 20)] = (0.7, 0.3, 0)
        right = 2 * 0.8 * 8400 / (8400 + 0.8 * 8400 + 0.3 * 600)
        left = 2 * 0.6 * 7800 / (7800 + 0.6 * 7800)
        assert lung_fields(shares).confidence == pytest.approx((right, left), rel=1e-5)

    def test_a_part_that_was_left_out_lowers_it(self):
        """A second part of 40 x 30 pixels that the network took for right lung is not in the outline."""
        shares = shares_of(right=[RIGHT, (100, 190, 140, 220)], left=[LEFT])
        assert lung_fields(shares).confidence == pytest.approx((2 * 8400 / (8400 + 9600), 1), rel=1e-5)

    def test_a_side_that_is_in_doubt_lowers_it(self):
        """The network is sure of the lung, but gives a quarter of the right one to the left."""
        shares = shares_of(right=[RIGHT], left=[LEFT])
        shares[box(*RIGHT)] = (0, 0.75, 0.25)
        right, left = lung_fields(shares).confidence
        assert right == pytest.approx(2 * 0.75 / 1.75, rel=1e-5)
        assert left == pytest.approx(2 * 7800 / (2 * 7800 + 0.25 * 8400), rel=1e-5)


class TestBox:
    def test_by_hand(self):
        lungs = lungs_of_boxes(right=(56, 28, 100, 112), left=(120, 40, 168, 196))
        assert lungs.box() == (56 / 224, 28 / 224, 168 / 224, 196 / 224)

    def test_lungs_that_touch_the_film_s_edges(self):
        assert lungs_of_boxes(right=(0, 0, 80, 200), left=(140, 10, 224, 224)).box() == (0, 0, 1, 1)

    def test_one_pixel(self):
        assert lungs_of_boxes(right=(223, 0, 224, 1), left=(0, 0, 0, 0)).box() == (223 / 224, 0, 1, 1 / 224)


class TestLungInput:
    def test_the_percentiles_become_minus_one_and_one(self):
        ramp = np.tile(np.linspace(50, 150, 101, dtype=np.float32), (5, 1))  # 1st percentile 51, 99th 149
        seen = to_lung_input(ramp)
        assert seen.dtype == np.float32
        assert seen[0, 1] == pytest.approx(-1)
        assert seen[0, 50] == pytest.approx(0, abs=1e-6)
        assert seen[0, 99] == pytest.approx(1)
        assert (seen.min(), seen.max()) == (-1, 1)

    def test_exposure_does_not_matter(self):
        film = film_of(Chest(width=300, height=260))
        np.testing.assert_allclose(to_lung_input(film * 0.4 + 30), to_lung_input(film), atol=1e-4)

    def test_a_film_of_one_grey_gives_finite_numbers(self):
        assert np.isfinite(to_lung_input(np.full((FILM_SIDE, FILM_SIDE), 80, np.float32))).all()


class TestFinder:
    @pytest.mark.parametrize("seed", [0, 1])
    def test_the_lungs_of_a_drawn_chest_lie_where_they_were_drawn(self, finder, seed):
        fields = finder.find(film_of(Chest(seed=seed)))
        assert np.nonzero(fields.right)[1].max() < FILM_SIDE // 2 < np.nonzero(fields.left)[1].min()
        assert min(fields.confidence) > 0.8
        np.testing.assert_allclose(fields.box(), (0.12, 0.14, 0.88, 0.81), atol=0.11)
        film = film_of(Chest(seed=seed))
        assert film[fields.mask].mean() < film[~fields.mask].mean(), "lungs are darker than what is round them"
        assert not fields.mask[60:120, FILM_SIDE // 2].any(), "the spine is in neither lung"

    def test_exposure_moves_no_outline(self, finder):
        film = film_of(Chest())
        plain, dim = finder.find(film).mask, finder.find(film * 0.3 + 60).mask
        assert (plain ^ dim).mean() < 0.001

    def test_on_a_mirrored_film_the_lungs_change_places(self, finder):
        """The right lung is the one on the left of the picture: which side of the patient that was, no film says."""
        film = film_of(Chest())
        plain, mirrored = finder.find(film), finder.find(np.ascontiguousarray(film[:, ::-1]))
        assert np.nonzero(mirrored.right)[1].max() < FILM_SIDE // 2 < np.nonzero(mirrored.left)[1].min()
        for lung, other in ((mirrored.right, plain.left), (mirrored.left, plain.right)):
            assert 2 * (lung & other[:, ::-1]).sum() / (lung.sum() + other.sum()) > 0.95

    def test_the_film_is_not_changed(self, finder):
        film = film_of(Chest())
        kept = film.copy()
        finder.find(film)
        np.testing.assert_array_equal(film, kept)

    def test_the_lungs_of_real_films(self, finder, chest_xray):
        """Twenty films spread over train and val."""
        files = (
            sorted(chest_xray.glob("train/*/*.jpeg"))[:: 5216 // 16][:16] + sorted(chest_xray.glob("val/*/*.jpeg"))[::4]
        )
        assert len(files) == 20
        for file in files:
            fields = finder.find(load_radiograph(file.read_bytes()).reduced)
            left, top, right, bottom = fields.box()
            assert right - left > 0.4, file.name
            assert bottom - top > 0.3, file.name
            assert 0.1 < fields.mask.mean() < 0.6, file.name
            assert left < 0.5 < right, file.name
            assert np.nonzero(fields.right)[1].mean() < np.nonzero(fields.left)[1].mean(), file.name
