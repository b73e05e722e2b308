"""Is what the map highlights blurred away, and as much elsewhere in the lungs? By hand, on drawn crops."""

import cv2
import numpy as np
import pytest

from model_store.reading.maps.deletion import (
    GREATEST_AREA,
    LEAST_AREA,
    REGIONS,
    deletions,
    highlighted_region,
    other_regions,
)
from model_store.reading.preparation import INPUT_SIDE
from model_store.reading.results import Explanation
from tests.doubles.films.drawn_lungs import box, lungs_of_boxes, lungs_of_the_phantom
from tests.doubles.films.phantom import Chest, chest_film

WHOLE = (0.0, 0.0, 1.0, 1.0)
LUNGS = lungs_of_boxes(right=(20, 20, 100, 200), left=(120, 20, 200, 200))
"""Two lungs of 80 x 180 pixels: 28800 in all, of which 1440 are the least and 7200 the greatest region."""


def spot(left, top, right, bottom, *, value=1.0):
    return box(left, top, right, bottom).astype(np.float32) * np.float32(value)


def chance(seed=0):
    return np.random.default_rng(seed)


class TestHighlighted:
    def test_where_the_map_is_at_least_half_of_its_peak(self):
        heatmap = spot(30, 30, 80, 80, value=0.5)
        heatmap[40:50, 40:50], heatmap[100:150, 130:180] = 1, 0.49
        np.testing.assert_array_equal(highlighted_region(heatmap, LUNGS.mask), box(30, 30, 80, 80))

    def test_half_of_a_dim_peak_too(self):
        heatmap = spot(30, 30, 80, 80, value=0.01)
        np.testing.assert_array_equal(highlighted_region(heatmap, LUNGS.mask), box(30, 30, 80, 80))

    def test_a_large_region_is_cut_to_its_brightest_part(self):
        heatmap = np.linspace(0.6, 1, INPUT_SIDE, dtype=np.float32)[:, None].repeat(INPUT_SIDE, axis=1)
        region = highlighted_region(heatmap, LUNGS.mask)
        assert region.sum() == GREATEST_AREA * LUNGS.mask.sum() == 7200
        assert region[-32:].all(), "7200 pixels are 32.1 rows"
        assert not region[:-33].any()

    def test_a_small_region_is_filled_up_with_what_comes_next(self):
        heatmap = spot(30, 30, 40, 40)
        heatmap[100:150, 130:180] = 0.3
        region = highlighted_region(heatmap, LUNGS.mask)
        assert region.sum() == LEAST_AREA * LUNGS.mask.sum() == 1440
        assert region[30:40, 30:40].all()
        assert region[box(130, 100, 180, 150)].sum() == 1340

    def test_it_may_lie_beside_the_lungs(self):
        np.testing.assert_array_equal(highlighted_region(spot(0, 203, 224, 223), LUNGS.mask), box(0, 203, 224, 223))

    @pytest.mark.parametrize("shape", [(7, 7), (14, 14), (28, 28), (5, 9)])
    def test_a_map_of_any_shape_highlights_where_it_is_bright(self, shape):
        heatmap = np.zeros(shape, np.float32)
        heatmap[-1, 0] = 1
        rows, columns = np.nonzero(highlighted_region(heatmap, LUNGS.mask))
        assert len(rows) > 0
        assert rows.min() > 0.7 * INPUT_SIDE
        assert columns.max() < 0.3 * INPUT_SIDE, "where the map is zero nothing is highlighted, however small the rest"


class TestOtherRegions:
    REGION = box(30, 30, 80, 80)

    def test_they_have_the_size_of_the_highlighted_one_and_lie_in_the_lungs(self):
        others = list(other_regions(self.REGION, LUNGS.mask, chance()))
        assert len(others) == REGIONS >= 20
        assert {int(other.sum()) for other in others} == {2500}
        assert not any((other & ~LUNGS.mask).any() for other in others)

    def test_they_are_other_ones(self):
        others = np.array(list(other_regions(self.REGION, LUNGS.mask, chance())))
        overlap = (others & self.REGION).sum(axis=(1, 2)) / 2500
        assert overlap.max() < 0.7, "a centre outside leaves a good part outside"
        assert overlap.mean() < 0.15
        assert len(np.unique(others.reshape(REGIONS, -1), axis=0)) == REGIONS

    def test_they_come_from_all_over_the_lungs(self):
        """Those of ten films, each of 0.087 of the lungs, leave out no place beside the highlighted one."""
        reached = np.zeros_like(LUNGS.mask)
        for seed in range(10):
            reached |= np.any(list(other_regions(self.REGION, LUNGS.mask, chance(seed))), axis=0)
        assert reached[LUNGS.mask & ~self.REGION].all()

    def test_they_are_discs_where_there_is_room(self):
        """A disc of 2500 pixels has a radius of 28.2; all is lung here, and the border is passed over."""
        everywhere = np.ones((INPUT_SIDE, INPUT_SIDE), bool)
        whole = [
            other
            for other in other_regions(self.REGION, everywhere, chance())
            if not (other[[0, -1]].any() or other[:, [0, -1]].any())
        ]
        assert len(whole) > REGIONS / 4
        for other in whole:
            rows, columns = np.nonzero(other)
            assert np.hypot(rows - rows.mean(), columns - columns.mean()).max() == pytest.approx(28.2, abs=1)

    def test_a_region_of_two_parts_is_compared_with_two_discs(self):
        two = box(30, 30, 60, 60) | box(140, 140, 170, 170)
        others = other_regions(two, LUNGS.mask, chance())
        parts = [cv2.connectedComponents(other.astype(np.uint8))[0] - 1 for other in others]
        assert set(parts) >= {2}
        assert np.mean(parts) > 1.4

    def test_they_follow_from_the_seed(self):
        first, again, another = (np.array(list(other_regions(self.REGION, LUNGS.mask, chance(s)))) for s in (1, 1, 2))
        np.testing.assert_array_equal(first, again)
        assert not np.array_equal(first, another)


@pytest.fixture(scope="module")
def crop():
    return np.ascontiguousarray(chest_film(Chest(INPUT_SIDE, INPUT_SIDE)))


class TestDeletions:
    @pytest.mark.parametrize("shape", [(7, 7), (14, 14), (28, 28), (5, 9)])
    def test_one_crop_for_the_highlighted_region_and_one_for_each_other(self, crop, shape):
        heatmap = np.zeros(shape, np.float32)
        heatmap[shape[0] // 2, 1] = 1
        found = deletions(crop, Explanation(heatmap, WHOLE, lungs_of_the_phantom()), seed="5" * 64)
        assert (found.crops.shape, found.crops.dtype) == ((1 + REGIONS, INPUT_SIDE, INPUT_SIDE), np.uint8)
        assert 0 < found.area <= GREATEST_AREA
        assert all((changed != crop).any() for changed in found.crops)

    def test_only_the_region_is_changed(self, crop):
        explanation = Explanation(spot(40, 80, 90, 120), WHOLE, lungs_of_the_phantom())
        found = deletions(crop, explanation, seed="5" * 64)
        assert found.in_lungs
        changed = (found.crops[0] != crop) & lungs_of_the_phantom().mask
        assert changed[80:120, 40:90][lungs_of_the_phantom().mask[80:120, 40:90]].mean() > 0.8
        assert not changed[~cv2.dilate(box(40, 80, 90, 120).astype(np.uint8), np.ones((31, 31))).astype(bool)].any()
        assert found.area == pytest.approx(50 * 40 / lungs_of_the_phantom().mask.sum())

    def test_an_infiltrate_goes_and_the_lungs_keep_their_shape(self):
        """Lungs of grey 60 in a chest of grey 180, with a patch of 24 x 24 pixels that is 80 brighter, then without.

        The patch lies 8 pixels, two standard deviations of the soft edge, inside of the region: of its corners
        1 - 0.977 * 0.977 = 0.045 stay, 3.6 grey levels, and of its middle nothing.
        """
        plain = np.where(LUNGS.mask, 60, 180).astype(np.uint8)
        ill = plain.copy()
        ill[100:124, 40:64] = 140
        explanation = Explanation(spot(32, 92, 72, 132), WHOLE, LUNGS)
        crops = deletions(ill, explanation, seed="5" * 64).crops
        assert crops[0][100:124, 40:64].max() <= 64
        assert crops[0][108:116, 48:56].max() <= 61
        outlines = deletions(plain, explanation, seed="5" * 64).crops
        np.testing.assert_array_equal(outlines, np.broadcast_to(plain, outlines.shape))

    def test_a_region_takes_as_much_from_its_sides_as_from_above_and_below(self):
        """Grey 60 above and below the middle of the crop, 140 beside it: what lies there becomes 100, half of each."""
        down, across = (np.abs(each - 111.5) for each in np.indices((INPUT_SIDE, INPUT_SIDE)))
        crop = np.where(down > across, 60, 140).astype(np.uint8)
        crops = deletions(crop, Explanation(spot(82, 82, 142, 142), WHOLE, None), seed="5" * 64).crops
        assert crops[0][111:113, 111:113].mean() == pytest.approx(100, abs=2)

    def test_the_lungs_are_those_of_the_crop(self):
        """The crop is the right half of the film, so the left lung fills it: 10 columns of its own at each side."""
        lungs = lungs_of_boxes(right=(10, 10, 100, 210), left=(122, 10, 214, 214))
        heatmap = np.zeros((7, 7), np.float32)
        heatmap[3, 3] = 1
        crop = np.random.default_rng(0).integers(0, 256, (INPUT_SIDE, INPUT_SIDE)).astype(np.uint8)
        crops = deletions(crop, Explanation(heatmap, (0.5, 0.0, 1.0, 1.0), lungs), seed="5" * 64).crops
        touched = (crops[1:] != crop).any(axis=0)
        assert touched[:, 24:200][20:200].mean() > 0.9
        assert not touched[:, 2:5].any(), "the lung begins at column 20 of the crop, less the soft edge"

    def test_it_is_the_same_each_time_and_another_for_another_film(self, crop):
        explanation = Explanation(spot(40, 80, 90, 120), WHOLE, lungs_of_the_phantom())
        first, again, another = (deletions(crop, explanation, seed=each * 64).crops for each in "112")
        np.testing.assert_array_equal(first, again)
        np.testing.assert_array_equal(first[0], another[0])
        assert not np.array_equal(first[1:], another[1:])

    def test_nothing_to_delete(self, crop):
        assert deletions(crop, Explanation(np.zeros((7, 7), np.float32), WHOLE, LUNGS), seed="") is None

    @pytest.mark.parametrize("lungs", [LUNGS, None], ids=["beside the lungs", "without lungs"])
    def test_a_part_that_is_not_in_the_lungs_is_compared_with_parts_anywhere(self, crop, lungs):
        """The lowest 20 rows, of which none is lung: 4480 of 50176 pixels, and the others lie in and beside lungs."""
        found = deletions(crop, Explanation(spot(0, 204, 224, 224), WHOLE, lungs), seed="5" * 64)
        assert not found.in_lungs
        assert found.area == pytest.approx(4480 / INPUT_SIDE**2)
        changed = found.crops != crop
        assert changed[0, 204:].mean() > 0.7
        reached = changed[1:].any(axis=0)
        assert reached[LUNGS.mask].any()
        assert reached[:190][~LUNGS.mask[:190]].any()

    def test_a_part_mostly_in_the_lungs_is_compared_with_parts_of_them(self, crop):
        assert deletions(crop, Explanation(spot(75, 80, 110, 120), WHOLE, LUNGS), seed="5").in_lungs
        assert not deletions(crop, Explanation(spot(98, 80, 130, 120), WHOLE, LUNGS), seed="5").in_lungs

    def test_the_crop_is_not_changed(self, crop):
        kept = crop.copy()
        deletions(crop, Explanation(spot(40, 80, 90, 120), WHOLE, lungs_of_the_phantom()), seed="5" * 64)
        np.testing.assert_array_equal(crop, kept)
