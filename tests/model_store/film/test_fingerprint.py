"""Is a film known that was saved anew, and no other one taken for it?"""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from model_store.film.fingerprint import HEX_DIGITS, MOST_BITS, are_among, fingerprint, same_films
from model_store.film.load import load_radiograph
from tests.doubles.films import dicom_files
from tests.doubles.trainings.training_doubles import film

FILM = film("NORMAL", 3)


def saved(kind, share=1.0, pixels=FILM, **options):
    """The fingerprint of a film that was resized and saved."""
    file, side = io.BytesIO(), round(len(pixels) * share)
    Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC).save(file, kind, **options)
    return fingerprint(load_radiograph(file.getvalue()).pixels)


def bits(one, other):
    """In how many bits two fingerprints differ, counted on the digits."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("share", [0.9, 0.98, 1.0, 1.1])
@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 60}), ("JPEG", {"quality": 75}), ("JPEG", {"quality": 95})]
)
def test_a_film_saved_anew(kind, options, share):
    copy = saved(kind, share, **options)
    assert len(copy) == HEX_DIGITS
    assert bits(fingerprint(FILM), copy) <= MOST_BITS
    assert are_among([copy], [fingerprint(FILM)]).all()


def test_a_picture_that_became_dicom_of_other_bits():
    twelve = dicom_files.written(FILM.astype(np.uint16) * 16, bits=12)
    assert are_among([fingerprint(load_radiograph(twelve).pixels)], [fingerprint(FILM)]).all()


def test_other_films_are_other_films():
    films = [fingerprint(film(label, n)) for n in range(12) for label in ("NORMAL", "PNEUMONIA")]
    assert len(same_films(films)) == 0
    assert not are_among([saved("JPEG", quality=75)], [each for each in films if each != fingerprint(FILM)]).any()


def test_a_mirrored_film_is_another_one():
    assert not are_among([fingerprint(np.ascontiguousarray(FILM[:, ::-1]))], [fingerprint(FILM)]).any()


def turned(count):
    """A fingerprint of which so many bits are turned from one with no bit set."""
    return f"{(1 << count) - 1:0{HEX_DIGITS}x}"


def test_up_to_which_bit_two_are_the_same():
    films = [turned(0), "", turned(MOST_BITS), turned(MOST_BITS + 1), "", turned(2 * MOST_BITS)]
    assert same_films(films).tolist() == [[0, 2], [2, 3], [2, 5], [3, 5]]
    assert are_among(films, [turned(0)]).tolist() == [True, False, True, False, False, False]
    assert not are_among(films, [""]).any()
    assert are_among([], films).tolist() == same_films([]).tolist() == same_films([""]).tolist() == []


def test_more_films_than_are_compared_at_once():
    rng = np.random.default_rng(0)
    films = [rng.bytes(HEX_DIGITS // 2).hex() for _ in range(700)]
    films[650] = films[20]
    assert same_films(films).tolist() == [[20, 650]]
    assert np.flatnonzero(are_among(films, films[649:651])).tolist() == [20, 649, 650]


@pytest.mark.parametrize("grey", [0, 7, 255])
def test_a_picture_that_shows_nothing_has_none(grey):
    assert fingerprint(np.full((300, 200), grey, np.uint8)) == ""


def test_a_film_and_its_squashed_copy():
    wide = cv2.resize(FILM, (700, 500), interpolation=cv2.INTER_CUBIC)
    assert are_among([fingerprint(wide)], [fingerprint(FILM)]).all()
