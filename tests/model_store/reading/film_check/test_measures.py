"""Is the exposure of a picture measured inside the lungs, and its kind on the whole? Drawn greys by hand."""

import cv2
import numpy as np
import pytest

from model_store.reading.film_check.measures import light_ground, measure
from tests.doubles.films.drawn_lungs import RIGHT, box, lungs_of_boxes

LEFT = (130, 40, 190, 180)
"""As large as the right one, so that each is half of the lungs."""

LUNGS = lungs_of_boxes(RIGHT, LEFT)


def film_of(right, between, left, *, outside=0):
    """The columns of both boxes and of what lies between them in one grey each, on a film of another."""
    film = np.full((224, 224), outside, np.float32)
    film[:, 30:90], film[:, 90:130], film[:, 130:190] = right, between, left
    return film


def noisy(seed=1):
    rng = np.random.default_rng(seed)
    return np.clip(film_of(60, 120, 80, outside=200) + rng.normal(0, 10, (224, 224)), 0, 255).astype(np.float32)


class TestLightGround:
    @pytest.mark.parametrize(("grey", "share"), [(250, 1), (255, 1), (180, 1), (177, 1), (176, 0), (100, 0), (0, 0)])
    def test_only_light_greys_are_paper(self, grey, share):
        assert light_ground(np.full((10, 10), grey, np.float32)) == share

    def test_it_is_the_share_of_one_grey_give_or_take_three(self):
        film = np.full((10, 10), 240, np.float32)
        film[0], film[1], film[2] = 243, 237, 230
        assert light_ground(film) == 0.9

    @pytest.mark.parametrize(("grey", "share"), [(249, 1), (248, 0.5)])
    def test_greys_more_than_six_apart_are_two(self, grey, share):
        film = np.full((10, 10), grey, np.float32)
        film[5:] = 255
        assert light_ground(film) == share

    def test_of_several_light_greys_the_most_common_counts(self):
        film = np.full((10, 10), 20, np.float32)
        film[:3], film[3:7] = 200, 250
        assert light_ground(film) == 0.4


def test_contrast_is_that_of_the_lungs_box():
    """Of its columns 60 of 160 are of 50 and 60 of 150, so these are the 5th and the 95th percentile."""
    for outside in (0, 255):
        assert measure(film_of(50, 100, 150, outside=outside), LUNGS).contrast == 100


def test_contrast_is_from_the_5th_to_the_95th_percentile():
    """Greys 30 to 189, one a column of 140 pixels: of 22400 the 5th percentile lies 0.95 from the 8th to the 9th grey,
    at 37.95, and the 95th as far from the other end, at 181.05."""
    ramp = np.tile(np.arange(224, dtype=np.float32), (224, 1))
    assert measure(ramp, LUNGS).contrast == pytest.approx(181.05 - 37.95, abs=0.01)


def test_black_and_white_are_shares_of_the_lungs():
    measured = measure(film_of(2, 255, 253), LUNGS)
    assert (measured.dark, measured.bright) == (0.5, 0.5), "what lies between the lungs is not counted"
    measured = measure(film_of(3, 0, 252, outside=255), LUNGS)
    assert (measured.dark, measured.bright) == (0, 0)


def test_a_thin_bright_line_is_a_stroke_and_a_broad_one_is_none():
    film = film_of(50, 50, 50, outside=50)
    film[:, 60] = 200
    assert measure(film, LUNGS).strokes == pytest.approx(140 / (2 * 60 * 140))
    film[:, 45:75] = 200
    assert measure(film, LUNGS).strokes == 0


@pytest.mark.parametrize(("grey", "strokes"), [(120, 0), (121, 140 / 16800)])
def test_a_stroke_is_brighter_by_more_than_70(grey, strokes):
    film = film_of(50, 50, 50, outside=50)
    film[:, 60] = grey
    assert measure(film, LUNGS).strokes == pytest.approx(strokes)


def test_a_dark_line_and_one_outside_the_lungs_are_none():
    film = film_of(150, 150, 150, outside=150)
    film[:, 60], film[:, 110] = 0, 250
    assert measure(film, LUNGS).strokes == 0


def test_blurring_lowers_the_sharpness():
    film = noisy()
    sharp, blurred = (measure(each, LUNGS).sharpness for each in (film, cv2.GaussianBlur(film, (0, 0), 3)))
    assert blurred < 0.2 * sharp


def test_sharpness_does_not_depend_on_the_exposure():
    film = noisy()
    darker = film * np.float32(0.4) + np.float32(30)
    assert measure(darker, LUNGS).sharpness == pytest.approx(measure(film, LUNGS).sharpness, rel=1e-3)
    assert measure(darker, LUNGS).contrast == pytest.approx(0.4 * measure(film, LUNGS).contrast, rel=1e-3)


def test_a_picture_of_one_grey_has_neither_contrast_nor_sharpness():
    measured = measure(np.full((224, 224), 90, np.float32), LUNGS)
    assert (measured.contrast, measured.sharpness, measured.strokes) == (0, 0, 0)


def test_a_picture_is_not_changed():
    film = noisy()
    kept = film.copy()
    film.setflags(write=False)
    measure(film, LUNGS)
    np.testing.assert_array_equal(film, kept)
    assert LUNGS.mask.sum() == 2 * box(*RIGHT).sum()
