"""Are the pictures that are no chest drawn anew each time, of the right form, and other than the films?"""

import numpy as np
import pytest

from tests.doubles.trainings.training_doubles import film
from training.networks.presentation import other_pictures
from training.networks.presentation.other_pictures import other_picture, several_films

FROM_FILMS = ("_tiles", "_part", "_swirl")
DRAWN = ("_noise", "_shapes", "_page", "_slice", "_bones", "_screen")


@pytest.fixture(scope="module")
def films():
    return [film("NORMAL", 1), film("PNEUMONIA", 2)]


def chance(seed):
    return np.random.default_rng(seed)


def is_picture(picture):
    return picture.shape == (224, 224) and picture.dtype == np.uint8


@pytest.mark.parametrize("kind", FROM_FILMS)
def test_what_is_made_of_a_film_is_that_film_no_more(films, kind):
    make = getattr(other_pictures, kind)
    kept = films[0].copy()
    for seed in range(12):
        picture = make(films[0], chance(seed))
        assert is_picture(picture)
        assert np.abs(picture.astype(float) - films[0]).mean() > 5
    np.testing.assert_array_equal(films[0], kept)


@pytest.mark.parametrize("kind", DRAWN)
def test_what_is_drawn_is_another_picture_each_time_and_the_same_for_the_same_chance(kind):
    draw = getattr(other_pictures, kind)
    pictures = [draw(chance(seed)) for seed in range(12)]
    assert all(map(is_picture, pictures))
    assert len({picture.tobytes() for picture in pictures}) == 12
    np.testing.assert_array_equal(draw(chance(3)), pictures[3])


def test_tiles_are_pieces_of_the_film_in_another_order():
    """Each row of greys is one of 224 values, so that the tiles hold the same ones; at most 3 in 10 stay in place."""
    ramp = np.arange(224, dtype=np.uint8)[:, None] * np.ones((1, 224), np.uint8)
    for seed in range(12):
        mixed = other_pictures._tiles(ramp, chance(seed))
        filled = mixed[: 224 // 3 * 3, : 224 // 3 * 3]
        assert len(np.unique(filled)) >= 222
        assert (mixed == ramp).mean() < 0.5


def test_a_part_is_a_magnified_window():
    """A window of at most 0.42 of a ramp of 224 greys spans at most 94 of them."""
    ramp = np.tile(np.arange(224, dtype=np.uint8), (224, 1))
    for seed in range(12):
        part = other_pictures._part(ramp, chance(seed)).astype(int)
        assert 43 <= np.ptp(part) <= 94


class TestOtherPicture:
    def test_every_kind_is_made(self, films, monkeypatch):
        made = set()
        for kind in (*FROM_FILMS, *DRAWN):
            monkeypatch.setattr(other_pictures, kind, lambda *_, kind=kind: made.add(kind) or films[0])
        for seed in range(200):
            other_picture(films, [], chance(seed))
        assert made == {*FROM_FILMS, *DRAWN}

    def test_half_of_them_are_photographs_where_there_are_some(self, films):
        photograph = np.full((300, 200), 77, np.uint8)
        grey = [bool((other_picture(films, [photograph], chance(seed)) == 77).all()) for seed in range(200)]
        assert 75 <= sum(grey) <= 125

    @pytest.mark.parametrize("shape", [(448, 5), (3, 448), (8, 8), (1, 1)])
    def test_photographs_of_any_size(self, films, shape):
        photograph = chance(0).integers(0, 256, shape).astype(np.uint8)
        for seed in range(12):
            assert is_picture(other_pictures._window_of(photograph, chance(seed)))


class TestSeveralFilms:
    def test_the_films_lie_side_by_side(self):
        films = [np.full((224, 224), grey, np.uint8) for grey in (60, 120, 180)]
        seen = set()
        for seed in range(30):
            sheet = several_films(films, chance(seed))
            assert is_picture(sheet)
            greys, counts = np.unique(sheet, return_counts=True)
            large = {int(grey) for grey, count in zip(greys, counts, strict=True) if count > 0.1 * sheet.size}
            assert large - {0, 255} <= {60, 120, 180}, "black or white is the ground between them"
            seen.add(len(large - {0, 255}))
        assert seen == {1, 2, 3}

    def test_at_least_two_and_at_most_six(self, monkeypatch):
        """Every film is put in as one grey of its own, so the greys count the films."""
        counts = []
        for seed in range(40):
            greys = iter(range(20, 250, 30))
            monkeypatch.setattr(
                other_pictures.cv2,
                "resize",
                lambda picture, size, greys=greys, **_: (
                    np.full(size, next(greys), np.uint8) if size == (120, 120) else picture
                ),
            )
            monkeypatch.setattr(other_pictures, "_sized", lambda sheet: sheet)
            sheet = several_films([np.zeros((224, 224), np.uint8)], chance(seed))
            counts.append(len(set(np.unique(sheet).tolist()) - {0, 255}))
        assert (min(counts), max(counts)) == (2, 6)
