"""Does a map lie on the film where the network saw it? Bright squares at known places, on films of every shape."""

import numpy as np
import pytest

from model_store.film.radiograph import Radiograph
from model_store.reading.maps.gradcam import build_gradcam
from model_store.reading.preparation import INPUT_SIDE, to_film, to_model_input
from model_store.reading.results import GRAD_CAM
from tests.doubles.films.drawn_lungs import lungs_of_boxes
from tests.doubles.trainings.tiny_network import CELLS, tiny_network

LUNGS = lungs_of_boxes(right=(20, 30, 100, 200), left=(120, 30, 210, 200))
"""They leave a part of the film outside of the crop at every edge."""

NOWHERE = np.zeros((INPUT_SIDE, INPUT_SIDE), bool)
PLACES = [(down, across) for down in (0.07, 0.5, 0.9) for across in (0.1, 0.45, 0.93)]
"""Shares of the crop's height and width where the middle of a square lies."""


@pytest.fixture(scope="module")
def bright_spot_reader():
    """A network whose cells' logits are how bright each is."""
    return build_gradcam(tiny_network(features=[(1 / 100, 0)], dense=[(1,)], logit=[1]))


@pytest.mark.parametrize("shape", [(500, 500), (300, 900), (960, 280)], ids=["square", "wide", "tall"])
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_bright_square_lights_its_own_place(bright_spot_reader, shape, place):
    """A square as wide as a cell: the brightest pixel of the map lies within half a cell of its middle."""
    left, top, right, bottom = to_model_input(np.zeros((INPUT_SIDE, INPUT_SIDE), np.float32), LUNGS).crop
    edges = [(top * shape[0], bottom * shape[0]), (left * shape[1], right * shape[1])]
    middles = [first + share * (last - first) for (first, last), share in zip(edges, place, strict=True)]
    cells = [(last - first) / (CELLS - 1) for first, last in edges]
    rows, columns = (
        slice(max(round(middle - cell / 2), 0), round(middle + cell / 2))
        for middle, cell in zip(middles, cells, strict=True)
    )
    pixels = np.full(shape, 20, np.uint8)
    # A line round it, which no crop holds, lest even borders be cut away.
    pixels[[0, -1]] = pixels[:, [0, -1]] = 120
    pixels[rows, columns] = 220

    seen = to_model_input(Radiograph(pixels=pixels, sha256="", source_format="PNG").reduced, LUNGS)
    laid = to_film(bright_spot_reader(seen.pixels, NOWHERE).maps[GRAD_CAM], seen.crop, shape)

    peak = np.argwhere(laid > 0.99 * laid.max()).mean(axis=0)
    for found, middle, cell in zip(peak, middles, cells, strict=True):
        assert abs(found - middle) <= 0.5 * cell + 1
    lit = np.zeros(shape, bool)
    lit[rows, columns] = True
    assert laid[lit].mean() > 8 * laid[~lit].mean()


@pytest.mark.parametrize("axis", [0, 1], ids=["upside down", "left to right"])
def test_a_mirrored_film_has_the_mirrored_map(bright_spot_reader, axis):
    film = np.random.default_rng(0).uniform(0, 255, (INPUT_SIDE, INPUT_SIDE)).astype(np.float32)
    pixels = to_model_input(film, LUNGS).pixels
    straight, mirrored = (
        bright_spot_reader(np.ascontiguousarray(crop), NOWHERE).maps[GRAD_CAM]
        for crop in (pixels, np.flip(pixels, axis))
    )
    np.testing.assert_allclose(np.flip(mirrored, axis), straight, atol=0.02)
    assert np.ptp(straight) > 1, "all cells are alike, so this tests nothing"
    for shape in [(500, 500), (301, 900)]:
        laid, other = (to_film(drawn, (0, 0, 1, 1), shape) for drawn in (straight, mirrored))
        np.testing.assert_allclose(np.flip(other, axis), laid, atol=0.02)
