"""Does a file become the radiograph it holds, pixel by pixel?"""

import hashlib
import io
from dataclasses import FrozenInstanceError

import cv2
import numpy as np
import pytest
from PIL import Image

from model_store.film.load import load_radiograph
from model_store.film.radiograph import FILM_SIDE, Radiograph
from model_store.film.refusals import MIN_SIDE
from model_store.reading.lungs.fields import LungFields
from model_store.reading.preparation import to_model_input
from tests.doubles.films import phantom
from tests.doubles.films.dicom_files import written
from tests.doubles.films.picture_files import FILM, SMALL, encoded


def quarters(*colours):
    """Draw four quarters, 40 x 48 pixels each, of four greys or colours."""
    top, bottom = np.array(colours[:2], np.uint8), np.array(colours[2:], np.uint8)
    return np.stack([top, bottom]).repeat(40, 0).repeat(48, 1)


def greys_of(pixels):
    return [int(pixels[y, x]) for y in (20, 60) for x in (24, 72)]


class TestWhatIsRead:
    def test_a_grey_png_is_read_pixel_by_pixel(self):
        data = phantom.png(SMALL)
        read = load_radiograph(data)
        assert read.pixels.dtype == np.uint8
        np.testing.assert_array_equal(read.pixels, FILM)
        assert read.source_format == "PNG"
        assert read.sha256 == hashlib.sha256(data).hexdigest()

    def test_a_jpeg_is_read_nearly_so(self):
        read = load_radiograph(phantom.jpeg(SMALL))
        assert read.source_format == "JPEG"
        assert np.abs(read.pixels.astype(int) - FILM).mean() < 3

    def test_a_progressive_jpeg_too(self):
        read = load_radiograph(encoded(FILM, "JPEG", progressive=True, quality=92))
        assert np.abs(read.pixels.astype(int) - FILM).mean() < 3

    def test_sixteen_bits_stay_sixteen_bits(self):
        deep = FILM.astype(np.uint16) * 257
        read = load_radiograph(encoded(deep))
        assert read.pixels.dtype == np.uint16
        np.testing.assert_array_equal(read.pixels, deep)

    def test_an_image_of_two_greys(self):
        picture = Image.fromarray(quarters(0, 255, 255, 0)).convert("1")
        assert greys_of(load_radiograph(encoded(picture)).pixels) == [0, 255, 255, 0]

    def test_colour_becomes_luminance(self):
        """ITU-R BT.601: 0.299 red, 0.587 green, 0.114 blue."""
        data = encoded(quarters((200, 0, 0), (0, 200, 0), (0, 0, 200), (90, 90, 90)))
        assert greys_of(load_radiograph(data).pixels) == [60, 117, 23, 90]

    def test_transparent_parts_lie_on_black(self):
        data = encoded(quarters((200, 200, 200, 255), (200, 200, 200, 51), (200, 200, 200, 0), (30, 30, 30, 255)))
        assert greys_of(load_radiograph(data).pixels) == [200, 40, 0, 30]

    def test_grey_with_alpha_lies_on_black(self):
        data = encoded(Image.fromarray(quarters((200, 255), (200, 51), (200, 0), (30, 255)), "LA"))
        assert Image.open(io.BytesIO(data), formats=("PNG",)).mode == "LA"
        assert greys_of(load_radiograph(data).pixels) == [200, 40, 0, 30]

    def test_a_palette_gives_its_colours(self):
        picture = Image.fromarray(quarters(0, 1, 2, 3), "P")
        picture.putpalette([10, 10, 10, 250, 250, 250, 0, 200, 0, 90, 90, 90])
        assert greys_of(load_radiograph(encoded(picture)).pixels) == [10, 250, 117, 90]

    def test_two_files_that_differ_in_the_palette_alone(self):
        picture = Image.fromarray(quarters(0, 1, 2, 3), "P")
        picture.putpalette([10, 10, 10, 250, 250, 250, 0, 0, 0, 90, 90, 90])
        first = load_radiograph(encoded(picture))
        picture.putpalette([250, 250, 250, 10, 10, 10, 0, 0, 0, 90, 90, 90])
        second = load_radiograph(encoded(picture))
        assert first.sha256 != second.sha256
        assert greys_of(first.pixels)[:2] == greys_of(second.pixels)[1::-1] == [10, 250]

    def test_a_palette_with_transparent_colours_lies_on_black(self):
        picture = Image.fromarray(quarters(0, 1, 2, 3), "P")
        picture.putpalette([10, 10, 10, 250, 250, 250, 200, 200, 200, 90, 90, 90])
        data = encoded(picture, transparency=bytes([255, 0, 51, 255]))
        assert greys_of(load_radiograph(data).pixels) == [10, 0, 40, 90]

    def test_a_transparent_colour_without_an_alpha_channel_lies_on_black(self):
        data = encoded(quarters((250, 250, 250), (90, 90, 90), (5, 5, 5), (30, 30, 30)), transparency=(250, 250, 250))
        assert greys_of(load_radiograph(data).pixels) == [0, 90, 5, 30]

    def test_a_transparent_grey_lies_on_black(self):
        assert greys_of(load_radiograph(encoded(quarters(250, 90, 5, 30), transparency=250)).pixels) == [0, 90, 5, 30]

    def test_a_cmyk_jpeg(self):
        inks = quarters((0, 0, 0, 0), (0, 0, 0, 155), (255, 255, 255, 0), (0, 0, 0, 55))
        read = load_radiograph(encoded(Image.fromarray(inks, "CMYK"), "JPEG", quality=98))
        np.testing.assert_allclose(greys_of(read.pixels), [255, 100, 0, 200], atol=3)

    def test_a_file_named_otherwise_is_read_by_its_content(self):
        assert load_radiograph(phantom.jpeg(SMALL)).source_format == "JPEG"  # No name is passed in at all.

    @pytest.mark.parametrize("data", [phantom.jpeg(SMALL), written(FILM)], ids=["JPEG", "DICOM"])
    def test_the_hash_is_that_of_the_bytes_unless_another_is_given(self, data):
        assert load_radiograph(data).sha256 == hashlib.sha256(data).hexdigest()
        assert load_radiograph(data, sha256="").sha256 == ""

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "16-bit PNG"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_the_exif_orientation_is_applied(self, orientation, kind):
        upright = FILM.astype(np.uint16) * 257 if kind == "16-bit PNG" else FILM
        stored = {
            1: upright,
            2: upright[:, ::-1],
            3: upright[::-1, ::-1],
            4: upright[::-1],
            5: upright.T,
            6: np.rot90(upright, 1),
            7: upright[::-1, ::-1].T,
            8: np.rot90(upright, -1),
        }[orientation]
        exif = Image.Exif()
        exif[0x0112] = orientation
        options = {"exif": exif} | ({"quality": 98} if kind == "JPEG" else {})
        read = load_radiograph(encoded(np.ascontiguousarray(stored), kind.split()[-1], **options))
        assert read.pixels.shape == upright.shape
        assert read.pixels.dtype == upright.dtype
        if kind == "JPEG":
            assert np.abs(read.pixels.astype(int) - FILM).mean() < 2
        else:
            np.testing.assert_array_equal(read.pixels, upright)

    def test_the_smallest_size(self):
        cut = np.ascontiguousarray(FILM[80 : 80 + MIN_SIDE, 80 : 80 + MIN_SIDE])
        assert load_radiograph(encoded(cut)).pixels.shape == (MIN_SIDE, MIN_SIDE)

    def test_a_dim_film_is_no_blank_one(self):
        """Twelve bits in a 16-bit file use one sixteenth of the range."""
        read = load_radiograph(phantom.png_16_bit(SMALL))
        assert read.pixels.max() < 4096


class TestTheRadiograph:
    def test_nobody_can_write_into_it(self):
        for data in (phantom.png(SMALL), phantom.png_16_bit(SMALL), phantom.png_colour(SMALL), phantom.jpeg(SMALL)):
            read = load_radiograph(data)
            with pytest.raises(ValueError, match="read-only"):
                read.pixels[0, 0] = 1
            with pytest.raises(ValueError, match="read-only"):
                read.reduced[0, 0] = 1

    def test_it_is_frozen(self):
        with pytest.raises(FrozenInstanceError):
            load_radiograph(phantom.png(SMALL)).pixels = FILM

    def test_the_reduced_film_by_hand(self):
        """At twice the size every reduced pixel is the mean of four."""
        pixels = np.random.default_rng(1).integers(0, 256, (2 * FILM_SIDE, 2 * FILM_SIDE)).astype(np.uint8)
        reduced = Radiograph(pixels, "", "PNG").reduced
        assert reduced.shape == (FILM_SIDE, FILM_SIDE)
        assert reduced.dtype == np.float32
        means = pixels.reshape(FILM_SIDE, 2, FILM_SIDE, 2).mean((1, 3))
        np.testing.assert_allclose(reduced, means, atol=0.51)

    def test_a_film_of_that_size_is_its_own_reduction(self):
        pixels = phantom.chest_film(phantom.Chest(width=FILM_SIDE, height=FILM_SIDE))
        np.testing.assert_array_equal(Radiograph(pixels, "", "PNG").reduced, pixels)

    @pytest.mark.parametrize("shape", [(448, 1120), (90, 400), (100, 70), (2000, 100)])
    def test_the_whole_film_is_squashed(self, shape):
        height, width = shape
        pixels = np.zeros(shape, np.uint8)
        pixels[: height // 2, : width // 2] = 100
        pixels[height // 2 :, width // 2 :] = 200
        reduced = Radiograph(pixels, "", "PNG").reduced
        corners = reduced[10, 10], reduced[10, -10], reduced[-10, 10], reduced[-10, -10]
        assert corners == (100, 0, 0, 200)
        assert reduced.mean() == pytest.approx(75, abs=2)

    def test_a_16_bit_film_has_the_greys_of_its_8_bit_copy(self):
        deep, plain = (load_radiograph(encoded(film)) for film in (FILM.astype(np.uint16) * 257, FILM))
        np.testing.assert_allclose(deep.reduced, plain.reduced, atol=0.51)

    @pytest.mark.parametrize("factor", [257, 16, 31])
    def test_a_16_bit_film_gives_the_model_nearly_what_its_8_bit_copy_gives(self, factor):
        """The exposure is evened, so it does not matter how much of the range a detector uses."""
        y, x = np.mgrid[:FILM_SIDE, :FILM_SIDE]
        right, left = (((x - centre) / 35) ** 2 + ((y - 110) / 70) ** 2 < 1 for centre in (70, 155))
        lungs = LungFields(right=right, left=left)
        inputs = [
            to_model_input(load_radiograph(encoded(film)).reduced, lungs).pixels.astype(int)
            for film in (FILM, FILM.astype(np.uint16) * factor)
        ]
        difference = np.abs(inputs[0] - inputs[1])
        assert difference.max() <= 3
        assert difference.mean() < 1


def test_opencv_and_pillow_agree_on_what_is_up():
    """Row 0 is the top of the film in what is drawn, stored and reduced."""
    reduced = load_radiograph(phantom.png(SMALL)).reduced
    expected = cv2.resize(FILM, (FILM_SIDE, FILM_SIDE), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(reduced, expected)
