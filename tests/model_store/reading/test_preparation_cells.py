"""Which cells does a network of another side have, how far is each lung, and where does it lie on the crop? By hand."""

import numpy as np
import pytest

from model_store.reading.preparation import CELL, INPUT_SIDE, at_side, enlarged, lung_cells, lungs_in_crop
from tests.doubles.films.drawn_lungs import lungs_of_boxes

WHOLE = (0.0, 0.0, 1.0, 1.0)


class TestAtSide:
    def test_a_network_s_side_is_shrunk_by_area(self):
        crop = np.kron([[10, 20], [30, 40]], np.ones((112, 112))).astype(np.uint8)
        np.testing.assert_array_equal(at_side(crop, 2), [[10, 20], [30, 40]])
        assert at_side(crop, 113).shape == (113, 113)
        assert at_side(crop, 113)[56, 56] == 25, "the middle pixel takes a quarter of each"

    def test_the_crop_s_own_side_is_the_crop(self):
        crop = np.random.default_rng(0).integers(0, 256, (INPUT_SIDE, INPUT_SIDE)).astype(np.uint8)
        assert at_side(crop, INPUT_SIDE) is crop


class TestLungCells:
    SIDE = 4 * CELL + 1
    """Of 5 x 5 cells."""

    def test_by_hand(self):
        """Cell i is 17 pixels wide round pixel 16 i: from 8 before it to 8 behind it."""
        inside = np.zeros((self.SIDE, self.SIDE), bool)
        inside[16 - 8 : 16 + 9, 32 - 8 : 32 + 9] = True  # All of cell (1, 2), a line of what lies beside it.
        inside[48 - 8 : 48 + 9, 16 - 8 : 16 + 5] = True  # 13 of 17 columns of cell (3, 1).
        cells = lung_cells(inside, self.SIDE)
        expected = np.zeros((5, 5))
        expected[1, 2], expected[3, 1] = 1, 2 * 13 / 17 - 1
        assert cells.dtype == np.float32
        np.testing.assert_allclose(cells, expected, atol=1e-6)
        np.testing.assert_allclose(lung_cells(inside.T, self.SIDE), expected.T, atol=1e-6)

    def test_half_a_cell_does_not_count(self):
        """8 of 17 columns are less than half, 9 are more: 2 * 9/17 - 1."""
        found = []
        for columns in (8, 9):
            inside = np.zeros((self.SIDE, self.SIDE), bool)
            inside[:, 24 : 24 + columns] = True  # From the first column of cell 2 on.
            found.append(lung_cells(inside, self.SIDE)[2, 2])
        assert found == pytest.approx([0, 1 / 17], abs=1e-6)

    def test_of_the_cells_on_the_edges_the_half_that_is_there_counts(self):
        """The first cell has 9 columns, whose outer 8 stand for those beyond: 17 - 1 = 16 of 17, where one is left."""
        whole = np.ones((self.SIDE, self.SIDE), bool)
        np.testing.assert_allclose(lung_cells(whole, self.SIDE), 1, atol=1e-6)
        whole[:, 0] = False
        np.testing.assert_allclose(lung_cells(whole, self.SIDE)[:, 0], 2 * 16 / 17 - 1, atol=1e-6)

    @pytest.mark.parametrize("side", [65, 113, 193, 225])
    @pytest.mark.parametrize("axis", [0, 1])
    def test_a_mirrored_mask_has_the_mirrored_cells(self, side, axis):
        inside = lungs_of_boxes(right=(30, 20, 105, 203), left=(150, 90, 220, 224)).mask
        straight, mirrored = (lung_cells(mask, side) for mask in (inside, np.flip(inside, axis)))
        np.testing.assert_allclose(np.flip(mirrored, axis), straight, atol=1e-5)
        assert len(straight) == (side - 1) // CELL + 1
        assert 0 < straight.mean() < 1

    def test_where_the_lungs_are_in_the_crop(self):
        """The crop is the film's right half: columns 112 to 223 at twice the width, so 140 is 56 there."""
        lungs = lungs_of_boxes(right=(140, 40, 168, 100), left=(196, 40, 210, 100))
        inside = lungs_in_crop(lungs, (0.5, 0.0, 1.0, 1.0))
        expected = np.zeros((INPUT_SIDE, INPUT_SIDE), bool)
        expected[40:100, 56:112] = expected[40:100, 168:196] = True
        np.testing.assert_array_equal(inside, expected)

    def test_what_is_more_than_half_lung_is_lung_in_the_crop(self):
        """A quarter of the film's sides is seen at four times the size; from row 10 and column 28 on it is lung."""
        lungs = lungs_of_boxes(right=(28, 10, 100, 224), left=(120, 10, 200, 224))
        expected = np.zeros((INPUT_SIDE, INPUT_SIDE), bool)
        expected[40:, 112:] = True
        expected[40, 112] = False  # At the corner 0.625 * 0.625 is lung, which is less than half.
        np.testing.assert_array_equal(lungs_in_crop(lungs, (0.0, 0.0, 0.25, 0.25)), expected)

    def test_without_outlines_they_are_nowhere(self):
        inside = lungs_in_crop(None, WHOLE)
        assert (inside.shape, inside.dtype) == ((INPUT_SIDE, INPUT_SIDE), bool)
        assert not inside.any()
        assert not lung_cells(inside, 113).any()


class TestEnlarged:
    def test_by_hand(self):
        """Two cells on five pixels, and three on five: the first and last cells lie on the first and last pixels."""
        row = enlarged(np.array([[0, 4], [0, 4]], np.float32), (2, 5))
        np.testing.assert_allclose(row, [[0, 1, 2, 3, 4]] * 2, atol=1e-6)
        square = enlarged(np.array([[0, 2, 0], [0, 0, 0], [4, 0, 8]], np.float32), (5, 5))
        expected = [[0, 1, 2, 1, 0], [0, 0.5, 1, 0.5, 0], [0, 0, 0, 0, 0], [2, 1, 0, 2, 4], [4, 2, 0, 4, 8]]
        np.testing.assert_allclose(square, expected, atol=1e-6)
        assert square.dtype == np.float32

    def test_each_cell_lies_on_its_pixel(self):
        """On 16 k + 1 pixels cell i lies on pixel 16 i."""
        cells = np.random.default_rng(0).uniform(-1, 1, (5, 8)).astype(np.float32)
        laid = enlarged(cells, (4 * CELL + 1, 7 * CELL + 1))
        np.testing.assert_allclose(laid[::CELL, ::CELL], cells, atol=1e-5)

    @pytest.mark.parametrize("shape", [(50, 70), (4, 3), (1, 9)])
    def test_it_adds_nothing(self, shape):
        cells = np.random.default_rng(0).uniform(-1, 1, (8, 8)).astype(np.float32)
        laid = enlarged(cells, shape)
        assert laid.shape == shape
        assert cells.min() - 1e-6 <= laid.min() <= laid.max() <= cells.max() + 1e-6
        np.testing.assert_allclose(enlarged(np.full((8, 8), 0.3, np.float32), shape), 0.3, atol=1e-6)
