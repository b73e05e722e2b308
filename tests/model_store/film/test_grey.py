"""Is a pixel the grey that it should be, and is colour told from a tint?"""

import numpy as np
import pytest
from PIL import Image

from model_store.film.grey import colour_of, default_window, grey_of, inverted, judged_range

RAMP = np.tile(np.arange(192, dtype=np.uint8), (192, 1))


@pytest.mark.parametrize(
    ("whitest", "white"), [(200, 255), (900, 1023), (4095, 4095), (4096, 8191), (40_000, 65_535), (65_535, 65_535)]
)
def test_sixteen_bits_are_inverted_against_the_bits_in_use(whitest, white):
    """A detector of 12 bits stores them in 16: its black becomes 4095, not 65535."""
    pixels = inverted(np.array([[0, 7, whitest]], np.uint16))
    np.testing.assert_array_equal(pixels, [[white, white - 7, white - whitest]])
    assert pixels.dtype == np.uint16


def test_eight_bits_are_inverted_against_255_however_few_are_in_use():
    np.testing.assert_array_equal(inverted(np.array([[0, 7, 100]], np.uint8)), [[255, 248, 155]])


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "P"])
def test_a_grey_picture_has_no_colour_in_any_mode(mode):
    assert colour_of(Image.fromarray(RAMP).convert(mode)) == pytest.approx(0, abs=0.5)


def test_an_even_tint_is_no_colour():
    """What a scanner or a viewer adds follows the brightness, in any strength."""
    tinted = np.stack([RAMP, RAMP * 0.8 + 10, RAMP * 0.5 + 20], axis=-1).astype(np.uint8)
    assert colour_of(Image.fromarray(tinted)) < 1


def test_colour_is_what_brightness_does_not_explain():
    """Half the picture is as much redder as the other half is bluer, on one green: 40 grey levels each, by hand."""
    halves = np.full((96, 96, 3), 100, np.uint8)
    halves[:, :48, 0], halves[:, 48:, 0] = 140, 60
    halves[:, :48, 2], halves[:, 48:, 2] = 60, 140
    assert colour_of(Image.fromarray(halves)) == pytest.approx(40, abs=0.5)


def test_sixteen_bits_stay_and_anything_else_becomes_eight():
    deep = Image.fromarray(RAMP.astype(np.uint16) * 300)
    assert grey_of(deep).dtype == np.uint16
    np.testing.assert_array_equal(grey_of(deep), RAMP.astype(np.uint16) * 300)
    np.testing.assert_array_equal(grey_of(Image.fromarray(RAMP).convert("RGB")), RAMP)


@pytest.mark.parametrize(("black", "white"), [(0, 1023), (0, 4095), (32_768, 33_791), (100, 32_000)])
def test_a_film_of_few_bits_in_sixteen_is_judged_as_it_is_shown(black, white):
    film = np.linspace(black, white, 10_000).astype(np.uint16).reshape(100, 100)
    assert judged_range(film) == default_window(film)


def test_a_film_of_more_than_half_the_range_is_judged_as_its_copy_of_8_bits():
    film = np.linspace(0, 40_000, 10_000).astype(np.uint16).reshape(100, 100)
    assert judged_range(film) == (0, 65_535)
    assert judged_range((film >> 8).astype(np.uint8)) == (0, 255)
