"""Are even borders cut away before a film is looked at, and nothing else?"""

import cv2
import numpy as np
import pytest

from model_store.film.borders import WHOLE, content_of, cut, placed
from model_store.film.radiograph import Radiograph
from tests.doubles.films import phantom

FILM = np.asarray(phantom.chest_film(phantom.Chest(width=320, height=256)))


def bordered(left=0, top=0, right=0, bottom=0, *, grey=0, noise=0):
    """The phantom within borders of so many pixels."""
    film = np.pad(FILM, ((top, bottom), (left, right)), constant_values=grey)
    outside = np.pad(np.zeros(FILM.shape, bool), ((top, bottom), (left, right)), constant_values=True)
    rough = np.random.default_rng(1).integers(-noise, noise + 1, film.shape)
    return np.where(outside, np.clip(film + rough, 0, 255), film).astype(np.uint8)


@pytest.mark.parametrize("grey", [0, 255])
@pytest.mark.parametrize(
    "sides",
    [
        {"left": 100, "top": 80, "right": 100, "bottom": 80},
        {"left": 60},
        {"top": 60},
        {"right": 60},
        {"bottom": 60},
        {"left": 230, "right": 230},  # 29 % of each side.
    ],
)
def test_black_and_white_borders_are_cut_away(sides, grey):
    film = bordered(**sides, grey=grey)
    found = cut(film, content_of(film))
    # The phantom has lines of its own that are nearly black, so a little more may go; nothing of the border stays.
    assert abs(found.shape[0] - FILM.shape[0]) <= 12 and abs(found.shape[1] - FILM.shape[1]) <= 12


def test_a_film_within_borders_is_looked_at_as_without_them():
    film = bordered(left=90, top=70, right=40, bottom=0, noise=3)
    inside = Radiograph(cut(film, content_of(film)), "", "PNG")
    np.testing.assert_array_equal(Radiograph(film, "", "PNG").reduced, inside.reduced)
    assert np.abs(inside.reduced - Radiograph(FILM, "", "PNG").reduced).mean() < 12
    assert np.abs(cv2.resize(film, (224, 224)) - Radiograph(FILM, "", "PNG").reduced).mean() > 24


@pytest.mark.parametrize(
    "sides",
    [
        {},
        {"left": 20},  # 6 %: as the air beside a narrow chest.
        {"left": 200},  # 38 %: no border.
        {"left": 90, "grey": 128},
        {"left": 90, "noise": 40},
    ],
)
def test_what_is_no_even_border_stays(sides):
    assert content_of(bordered(**sides)) == WHOLE


def test_a_picture_of_one_grey_has_no_borders():
    assert content_of(np.full((100, 100), 7, np.uint8)) == WHOLE


def test_a_deep_film():
    deep = bordered(left=90).astype(np.uint16) * 257
    assert content_of(deep) == content_of(bordered(left=90)) != WHOLE


def test_a_part_of_the_content_lies_in_the_whole_picture():
    assert placed((0.5, 0.0, 1.0, 0.5), (0.2, 0.1, 0.6, 0.9)) == pytest.approx((0.4, 0.1, 0.6, 0.5))
