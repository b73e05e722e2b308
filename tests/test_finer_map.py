"""Does the finer map show what its method says? Calculated by hand on networks small enough for it."""

import numpy as np
import pytest
from tiny_network import CELLS, crop_of, tiny_network

from model_store.finer_map import build_finer_map
from model_store.gradcam import build_gradcam

FINE = 2 * CELLS
AREA = CELLS * CELLS


def finer_map(network, crop):
    return build_finer_map(network)(build_gradcam(network)(crop))


def laid(coarse):
    """A map of 7 x 7 cells on 14 x 14: each row lies a quarter of a cell from its cell's centre, towards another."""
    weights = np.zeros((FINE, CELLS))
    for row in range(FINE):
        nearest, other = row // 2, row // 2 + (1 if row % 2 else -1)
        weights[row, nearest] += 0.75
        weights[row, min(max(other, 0), CELLS - 1)] += 0.25
    return weights @ coarse @ weights.T


def test_both_layers_by_hand():
    """One feature, the mean grey, speaks for pneumonia: the map is the grey, at both layers."""
    heatmap = finer_map(tiny_network([(0.01, 0)], [(AREA,)], [1]), crop_of({(3, 4): 200, (10, 10): 100}, FINE))
    fine, coarse = np.zeros((FINE, FINE)), np.zeros((CELLS, CELLS))
    fine[3, 4], fine[10, 10] = 1, 0.5
    coarse[1, 2], coarse[5, 5] = 1, 0.5
    expected = fine + laid(coarse)
    assert heatmap.dtype == np.float32
    np.testing.assert_allclose(heatmap, expected / expected.max(), atol=1e-5)


def test_where_grey_speaks_against_pneumonia_nothing_is_left():
    heatmap = finer_map(tiny_network([(0.01, 0)], [(AREA,)], [-1]), crop_of({(3, 4): 200}, FINE))
    assert heatmap.max() == 0


def test_what_speaks_against_pneumonia_is_subtracted_where_it_is():
    """Features grey and relu(grey - 1) weigh 3 and -2: at grey 1 and 2 the coarse map is 3 and 6 - 2 = 4.

    The fine layer has one channel that counts, grey, whose gradient is 3 and 3 - 2 = 1: its map is 3 and 2.
    """
    network = tiny_network([(0.01, 0), (0.01, -1)], [(3 * AREA, 0), (0, AREA)], [1, -2])
    grey = np.zeros((CELLS, CELLS), np.uint8)
    grey[2, 2], grey[4, 4] = 100, 200
    heatmap = finer_map(network, np.kron(grey, np.ones((32, 32), np.uint8)))
    coarse = np.where(grey == 100, 3 / 4, np.where(grey == 200, 1, 0))
    fine = np.kron(np.where(grey == 100, 1.0, np.where(grey == 200, 2 / 3, 0)), np.ones((2, 2)))
    expected = fine + laid(coarse)
    np.testing.assert_allclose(heatmap, expected / expected.max(), atol=1e-5)


@pytest.mark.parametrize("grey", [0, 100])
def test_every_value_lies_in_0_to_1(grey):
    heatmap = finer_map(tiny_network([(0.01, 0)], [(AREA,)], [1]), np.full((224, 224), grey, np.uint8))
    assert heatmap.shape == (FINE, FINE)
    assert heatmap.min() >= 0
    assert heatmap.max() == pytest.approx(1.0 if grey else 0.0)
