"""Are the colours of a map even to the eye, and is what speaks against told from what speaks for?"""

import cv2
import numpy as np
import pytest

from model_store.export.colours import AGAINST_COLOUR, COLOUR_MAPS, both_colours, colour_ramp, colours, heat_colours


def lab(table):
    """Return colours, (n, 3), in CIELAB, where a distance is one for the eye."""
    return cv2.cvtColor(table[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_colour_maps_grow_lighter_all_the_way(name):
    """In a perceptual map the greater value is the lighter one; in jet it is not."""
    light = colours(name).astype(float) @ (0.299, 0.587, 0.114)
    assert light[-1] - light[0] > 100
    assert np.diff(light).min() > -1.5


def test_jet_is_not_to_be_had():
    with pytest.raises(ValueError, match="no colour map 'jet'; there are inferno"):
        colours("jet")


def test_colours_are_red_green_blue():
    assert colours("inferno")[128][0] > colours("inferno")[128][2], "inferno is red in the middle, not blue"


def test_colour_ramp_runs_from_none_to_most():
    ramp = colour_ramp("magma")
    assert ramp.shape == (8, 256, 3)
    assert ramp[3, 0].tolist() == colours("magma")[0].tolist()
    assert ramp[3, 255].tolist() == colours("magma")[255].tolist()


def test_both_sides_begin_at_none():
    ramp = colour_ramp("magma", against=True)
    assert ramp.shape == (8, 511, 3)
    assert tuple(ramp[3, 0]) == AGAINST_COLOUR
    np.testing.assert_array_equal(ramp[3, 255:], colours("magma"))


@pytest.mark.parametrize("name", COLOUR_MAPS)
class TestAgainst:
    def test_it_grows_lighter_in_even_steps(self, name):
        """Sixteen steps that are alike to the eye, but for rounding to whole levels and the gamut of the screen."""
        against = lab(both_colours(name)[255::-1])
        assert np.diff(against[:, 0]).min() > -0.5
        assert against[-1, 0] - against[0, 0] > 40
        steps = np.linalg.norm(np.diff(against[::17], axis=0), axis=1)
        assert steps.max() < 1.5 * steps.min()

    def test_it_is_cool_and_far_from_what_speaks_for(self, name):
        """From half of the scale on, where a map can be seen on a film, the two sides are 25 apart; 2.3 can be seen."""
        table = lab(both_colours(name))
        for level in range(128, 256):
            against, given = table[255 - level], table[255 + level]
            assert against[2] < -15, "blue"
            assert np.linalg.norm(against - given) > 25


def test_values_have_the_colours_of_their_side():
    heatmap = np.array([[-2, -1, -0.5, 0, 0.5, 1, 2]], np.float32)
    shown = heat_colours(heatmap, "inferno")[0]
    table = both_colours("inferno")
    np.testing.assert_array_equal(shown, table[[0, 0, 127, 255, 383, 510, 510]])
