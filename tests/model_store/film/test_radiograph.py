"""Is a corrected film the stored one turned and inverted, pixel by pixel, and never taken for it?"""

from itertools import product

import numpy as np
import pytest

from model_store.film.load import load_radiograph
from model_store.film.radiograph import FilmIdentity, Radiograph
from tests.doubles.films import phantom
from tests.doubles.films.picture_files import SMALL


def film_of(rows, dtype=np.uint8) -> Radiograph:
    return Radiograph(np.array(rows, dtype), "ab" * 32, "PNG")


FILM = film_of([[0, 1, 2], [3, 4, 5]])


class TestTurned:
    @pytest.mark.parametrize(
        ("turn", "rows"),
        [
            (1, [[3, 0], [4, 1], [5, 2]]),
            (2, [[5, 4, 3], [2, 1, 0]]),
            (3, [[2, 5], [1, 4], [0, 3]]),
            (-1, [[2, 5], [1, 4], [0, 3]]),
            (5, [[3, 0], [4, 1], [5, 2]]),
        ],
    )
    def test_quarter_turns_go_clockwise(self, turn, rows):
        turned = FILM.corrected(turn, False)
        np.testing.assert_array_equal(turned.pixels, rows)
        assert turned.turn == turn % 4
        assert not turned.is_inverted

    def test_a_film_that_lies_on_its_side_is_put_upright(self):
        upright = load_radiograph(phantom.png(SMALL))
        lying = Radiograph(np.ascontiguousarray(np.rot90(upright.pixels)), "cd" * 32, "PNG")
        again = lying.corrected(1)
        np.testing.assert_array_equal(again.pixels, upright.pixels)
        np.testing.assert_array_equal(again.reduced, upright.reduced)

    def test_turns_add_up_and_a_whole_turn_is_the_stored_film(self):
        assert FILM.corrected(1).corrected(1).turn == 2
        np.testing.assert_array_equal(FILM.corrected(1).corrected(1).pixels, FILM.corrected(2).pixels)
        assert FILM.corrected(3).corrected(1) is FILM
        assert FILM.corrected(4) is FILM


class TestInverted:
    def test_eight_bits_are_taken_from_255(self):
        np.testing.assert_array_equal(FILM.corrected(invert=True).pixels, [[255, 254, 253], [252, 251, 250]])

    def test_a_film_of_12_bits_keeps_its_contrast(self):
        film = load_radiograph(phantom.png_16_bit(SMALL))
        negative = film.corrected(invert=True)
        spans = [np.ptp(each.pixels.astype(int)) for each in (film, negative)]
        assert spans[0] == spans[1]
        assert negative.pixels.max() < 4096

    def test_inverting_again_gives_the_stored_film_itself(self):
        """Even where the darker film would use fewer bits."""
        film = film_of([[2100, 4000]], np.uint16)
        np.testing.assert_array_equal(film.corrected(invert=True).pixels, [[1995, 95]])
        assert film.corrected(invert=True).corrected(invert=True) is film


class TestMirrored:
    def test_left_and_right_are_exchanged(self):
        mirrored = FILM.corrected(mirror=True)
        np.testing.assert_array_equal(mirrored.pixels, [[2, 1, 0], [5, 4, 3]])
        assert (mirrored.is_mirrored, mirrored.turn, mirrored.stored) == (True, 0, FILM)
        assert mirrored.pixels.flags["C_CONTIGUOUS"]
        assert mirrored.corrected(mirror=True) is FILM

    def test_a_turned_film_is_mirrored_as_it_lies(self):
        np.testing.assert_array_equal(FILM.corrected(1, mirror=True).pixels, [[0, 3], [1, 4], [2, 5]])

    @pytest.mark.parametrize("turn", range(-1, 5))
    @pytest.mark.parametrize("before", range(4))
    def test_a_mirrored_film_is_turned_as_it_is_seen(self, before, turn):
        seen = FILM.corrected(before, mirror=True)
        np.testing.assert_array_equal(seen.corrected(turn).pixels, np.rot90(seen.pixels, -turn))

    def test_it_is_another_film(self):
        assert FILM.corrected(mirror=True).identity == FilmIdentity(FILM.sha256, is_mirrored=True)
        assert FILM.corrected(mirror=True).identity != FILM.identity


class TestBoth:
    def test_they_are_put_together_in_either_order(self):
        both = FILM.corrected(1, True)
        np.testing.assert_array_equal(both.pixels, [[252, 255], [251, 254], [250, 253]])
        for other in (FILM.corrected(1).corrected(0, True), FILM.corrected(invert=True).corrected(1)):
            np.testing.assert_array_equal(other.pixels, both.pixels)
            assert other.identity == both.identity
        assert both.corrected(-1, True) is FILM

    def test_the_file_stays_the_same_and_the_identity_does_not(self):
        given = product(range(4), (False, True), (0,), (False, True))
        corrections = [FilmIdentity(FILM.sha256, *each) for each in given]
        films = [FILM.corrected(each.turn, each.is_inverted, each.is_mirrored) for each in corrections]
        assert {film.sha256 for film in films} == {FILM.sha256}
        assert [film.identity for film in films] == corrections
        assert all(film.stored is FILM for film in films[1:])
        assert FILM.stored is None

    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
    def test_the_kind_of_pixels_is_kept_and_nobody_can_write_into_them(self, dtype):
        film = film_of([[0, 1], [2, 3]], dtype)
        corrected = film.corrected(1, True)
        assert corrected.pixels.dtype == dtype
        assert corrected.pixels.flags["C_CONTIGUOUS"]
        assert corrected.source_format == "PNG"
        with pytest.raises(ValueError, match="read-only"):
            corrected.pixels[0, 0] = 1
        np.testing.assert_array_equal(film.pixels, [[0, 1], [2, 3]])
