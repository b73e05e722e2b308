"""Which side lies where is what the header says, as the picture is turned, and otherwise nobody's guess."""

import numpy as np
import pytest

from model_store.film.header.header import Header
from model_store.film.header.sides import MIRRORED, UNSTATED, USUAL, orientation_of, sides_of, turned
from model_store.film.radiograph import Radiograph


@pytest.mark.parametrize(
    ("said", "orientation"),
    [
        (["L", "F"], ("L", "F")),
        (["R", "F"], ("R", "F")),
        (["LA", "FP"], ("L", "F")),
        (["A", "F"], ("A", "F")),
        ([], ()),
        (["L"], ()),
        (["L", ""], ()),
        (["L", "R"], ()),
        (["L", "L"], ()),
        (["LEFT", "FEET"], ()),
        (["l", "f"], ()),
        (["L", "F", "H"], ()),
    ],
)
def test_only_two_directions_that_span_a_picture_are_an_orientation(said, orientation):
    assert orientation_of(said) == orientation


@pytest.mark.parametrize(
    ("orientation", "sides"),
    [
        (("L", "F"), [USUAL, UNSTATED, MIRRORED, UNSTATED]),
        (("R", "F"), [MIRRORED, UNSTATED, USUAL, UNSTATED]),
        # Stored lying: a quarter turn clockwise brings what went upwards, the opposite of downwards, to the right.
        (("H", "R"), [UNSTATED, USUAL, UNSTATED, MIRRORED]),
        (("A", "F"), [UNSTATED] * 4),
        ((), [UNSTATED] * 4),
    ],
)
def test_the_sides_are_those_of_the_picture_as_it_is_turned(orientation, sides):
    film = Radiograph(np.zeros((2, 3), np.uint8), "0" * 64, "DICOM", header=Header(orientation=orientation))
    assert [film.corrected(turn).sides for turn in range(4)] == sides
    assert [sides_of(turned(orientation, turn)) for turn in range(4, 8)] == sides
    opposite = {USUAL: MIRRORED, MIRRORED: USUAL, UNSTATED: UNSTATED}
    assert [film.corrected(turn, mirror=True).sides for turn in range(4)] == [opposite[each] for each in sides]


def test_a_file_without_a_header_states_no_sides():
    assert Radiograph(np.zeros((2, 3), np.uint8), "0" * 64, "PNG").sides == UNSTATED
