"""Does the network see the lungs, evenly exposed, and does a map go back to where it came from? By hand."""

import numpy as np
import pytest

from model_store.film.load import load_radiograph
from model_store.film.radiograph import FILM_SIDE
from model_store.reading.preparation import (
    CROP_MARGIN,
    INPUT_SIDE,
    ModelInput,
    lungs_in_crop,
    to_film,
    to_model_input,
)
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import lungs_of_boxes
from training.data.labelled import LabelledImage
from training.prepared.crops import prepare_crops

WHOLE = (0.0, 0.0, 1.0, 1.0)


def lungs_in(left, top, right, bottom):
    """Lungs whose box this is: each fills one half of it."""
    middle = (left + right) // 2
    return lungs_of_boxes(right=(left, top, middle, bottom), left=(middle, top, right, bottom))


def noise_film(seed=0):
    return np.random.default_rng(seed).uniform(0, 255, (FILM_SIDE, FILM_SIDE)).astype(np.float32)


class TestCrop:
    def test_the_margin_by_hand(self):
        """Sides of 50 and 100 pixels get 3 and 6 pixels on each side."""
        assert CROP_MARGIN == 0.06
        seen = to_model_input(noise_film(), lungs_in(100, 60, 150, 160))
        assert seen.crop == (97 / 224, 54 / 224, 153 / 224, 166 / 224)

    def test_the_margin_ends_at_the_film(self):
        assert to_model_input(noise_film(), lungs_in(2, 0, 222, 224)).crop == WHOLE
        assert to_model_input(noise_film(), lungs_in(0, 60, 50, 223)).crop == (0, 50 / 224, 53 / 224, 1)

    def test_the_crop_shows_that_part_of_the_film(self):
        film = np.full((FILM_SIDE, FILM_SIDE), 200, np.float32)
        lungs = lungs_in(50, 50, 150, 150)  # crop 44..156, drawn at twice the size
        film[50:150, 50:150] = np.linspace(0, 100, 100)[:, None]
        film[46:50, 44:156] = 0
        pixels = to_model_input(film, lungs).pixels
        assert pixels.shape == (INPUT_SIDE, INPUT_SIDE)
        assert (pixels[:3] == 255).all(), "rows 44 and 45 of the film are white"
        assert (pixels[5:11] == 0)[:, 20:200].all(), "rows 46 to 49 of the film are black"
        inside = pixels[12:212, 100].astype(int)
        assert (np.diff(inside) >= 0).all(), "and the ramp of the lungs follows"

    def test_without_lungs_the_whole_film_is_seen(self):
        film = np.resize(np.arange(101, dtype=np.float32), (FILM_SIDE, FILM_SIDE))
        seen = to_model_input(film, None)
        assert seen.crop == WHOLE
        np.testing.assert_allclose(seen.pixels, np.clip((film - 1) * (255 / 98), 0, 255), atol=0.51)


class TestExposure:
    def test_by_hand(self):
        """Of the greys 0 to 100 the 1st percentile is 1 and the 99th is 99; a crop of the whole film is not resized."""
        film = np.resize(np.arange(101, dtype=np.float32), (FILM_SIDE, FILM_SIDE))
        film[0, :3] = (0, 255, 49)
        lungs = lungs_in(0, 0, 224, 224)
        low, high = np.percentile(film, (1, 99))
        assert (low, high) == (1, 99)
        seen = to_model_input(film, lungs)
        assert seen.crop == WHOLE
        np.testing.assert_array_equal(seen.pixels[0, :3], [0, 255, round(48 * 255 / 98)])
        expected = np.rint(np.clip((film - 1) * (255 / 98), 0, 255))
        np.testing.assert_allclose(seen.pixels, expected, atol=1)

    def test_only_the_lungs_decide(self):
        film, lungs = noise_film(), lungs_in(60, 60, 160, 160)
        other = film.copy()
        other[:60], other[:, :60] = 255, 0  # the margin too
        inside = slice(20, 200)
        np.testing.assert_array_equal(
            to_model_input(other, lungs).pixels[inside, inside], to_model_input(film, lungs).pixels[inside, inside]
        )

    def test_a_dimmer_film_gives_the_same_input(self):
        film, lungs = noise_film(), lungs_in(40, 40, 180, 190)
        dim = to_model_input(film * np.float32(0.25) + 70, lungs).pixels.astype(int)
        assert np.abs(dim - to_model_input(film, lungs).pixels).max() <= 1

    def test_lungs_of_one_grey_divide_by_no_zero(self):
        film = noise_film()
        film[60:160, 60:160] = 80
        pixels = to_model_input(film, lungs_in(60, 60, 160, 160)).pixels
        assert (pixels[40:180, 40:180] == 0).all()

    def test_nothing_is_changed_in_place(self):
        film, lungs = noise_film(), lungs_in(60, 60, 160, 160)
        kept, mask = film.copy(), lungs.mask.copy()
        seen = to_model_input(film, lungs)
        np.testing.assert_array_equal(film, kept)
        np.testing.assert_array_equal(lungs.mask, mask)
        assert isinstance(seen, ModelInput)
        with pytest.raises(ValueError, match="read-only"):
            seen.pixels[0, 0] = 1


class TestToFilm:
    @pytest.mark.parametrize("shape", [(224, 224), (997, 613), (401, 1201), (64, 64)])
    @pytest.mark.parametrize("crop", [WHOLE, (0.125, 0.25, 0.75, 0.875)])
    @pytest.mark.parametrize("cell", [(0, 0), (3, 5), (6, 6)])
    def test_a_cell_lights_its_own_place(self, shape, crop, cell):
        heatmap = np.zeros((7, 7), np.float32)
        heatmap[cell] = 1
        laid = to_film(heatmap, crop, shape)
        assert laid.shape == shape
        assert laid.dtype == np.float32
        assert laid.max() == pytest.approx(1, abs=1e-6)
        assert laid.min() == 0
        row, column = np.argwhere(laid > 0.99).mean(0)
        height, width = shape
        inside = [(crop[1], crop[3], cell[0], row, height), (crop[0], crop[2], cell[1], column, width)]
        for start, end, index, found, size in inside:
            expected = start * size + index / 6 * ((end - start) * size - 1)
            # Of the first and the last cell the bright pixels lie on one side alone.
            assert abs(found - expected) <= 0.01 * (end - start) * size / 6 + 1

    @pytest.mark.parametrize("shape", [(224, 224), (997, 613), (401, 1201)])
    def test_it_is_zero_outside_the_crop_and_nowhere_else(self, shape):
        crop = (0.125, 0.25, 0.75, 0.875)
        laid = to_film(np.ones((7, 7), np.float32), crop, shape)
        height, width = shape
        inside = np.zeros(shape, bool)
        inside[round(0.25 * height) : round(0.875 * height), round(0.125 * width) : round(0.75 * width)] = True
        np.testing.assert_array_equal(laid > 0, inside)
        np.testing.assert_allclose(laid[inside], 1, atol=1e-6)

    @pytest.mark.parametrize("peak", [1.0, 0.3])
    def test_the_peak_is_kept(self, peak):
        heatmap = np.random.default_rng(0).uniform(0, 0.5, (7, 7)).astype(np.float32) * peak
        heatmap[2, 4] = peak
        for shape in [(224, 224), (997, 613), (333, 1999), (70, 66)]:
            assert to_film(heatmap, (0.1, 0.2, 0.9, 0.95), shape).max() == pytest.approx(peak, rel=1e-6)

    def test_an_empty_map_stays_empty(self):
        laid = to_film(np.zeros((7, 7), np.float32), (0.1, 0.2, 0.9, 0.95), (300, 200))
        np.testing.assert_array_equal(laid, np.zeros((300, 200)))

    def test_it_is_the_inverse_of_the_crop(self):
        """What the network sees of a smooth film, laid back, is the film inside the crop."""
        y, x = np.mgrid[:FILM_SIDE, :FILM_SIDE].astype(np.float32)
        film = 120 + 60 * np.sin(x / 30) + 50 * np.cos(y / 25)
        lungs = lungs_in(40, 70, 170, 200)
        low, high = np.percentile(film[lungs.mask], (1, 99))
        seen = to_model_input(film, lungs)
        laid = to_film(seen.pixels.astype(np.float32) / 255, seen.crop, film.shape)
        left, top, right, bottom = (round(edge * FILM_SIDE) for edge in seen.crop)
        evened = np.clip((film - low) / (high - low), 0, 1)
        np.testing.assert_allclose(laid[top:bottom, left:right], evened[top:bottom, left:right], atol=0.03)
        laid[top:bottom, left:right] = 0
        assert not laid.any()

    def test_a_film_too_thin_for_the_crop_shows_it_on_one_pixel(self):
        """Of four columns 0.4 to 0.45 is the third, from 2 to 2; of three rows 0.9 to 1 is the last, from 3 to 3."""
        expected = np.zeros((3, 4), np.float32)
        expected[2, 2] = 1
        np.testing.assert_array_equal(to_film(np.ones((7, 7), np.float32), (0.4, 0.9, 0.45, 1.0), (3, 4)), expected)

    def test_the_map_is_not_changed(self):
        heatmap = np.random.default_rng(0).uniform(0, 1, (7, 7)).astype(np.float32)
        kept = heatmap.copy()
        to_film(heatmap, WHOLE, (100, 90))
        np.testing.assert_array_equal(heatmap, kept)


def test_training_and_use_prepare_a_file_alike(tmp_path, finder, gate):
    """Byte for byte, when a crop is made and when it comes from the cache."""
    chests = [phantom.Chest(seed=seed, width=500, height=420) for seed in range(2)]
    files = [
        phantom.png(chests[0]),
        phantom.jpeg(chests[1]),
        phantom.png_16_bit(chests[0]),
        phantom.jpeg_rotated(chests[1]),
    ]
    images = []
    for number, data in enumerate(files):
        path = tmp_path / f"{number}.jpeg"
        path.write_bytes(data)
        images.append(LabelledImage(path, "train", "NORMAL", str(number), "", load_radiograph(data).sha256))

    trained = prepare_crops(images, gate, tmp_path / "cache")
    cached = prepare_crops(images, gate, tmp_path / "cache")

    assert [len(trained.images), len(trained.refused)] == [len(files), 0]
    assert len(list((tmp_path / "cache").rglob("*.npz"))) == len(files)
    for number, data in enumerate(files):
        film = load_radiograph(data).reduced
        lungs = finder.find(film)
        used = to_model_input(film, lungs)
        assert trained.pixels[number].tobytes() == used.pixels.tobytes() == cached.pixels[number].tobytes()
        inside = lungs_in_crop(lungs, used.crop)
        assert trained.lungs[number].tobytes() == inside.tobytes() == cached.lungs[number].tobytes()
