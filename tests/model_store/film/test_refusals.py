"""Does anything that is no radiograph become a sentence that says what to do?"""

import time
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from model_store.film.kind import formats
from model_store.film.load import load_radiograph
from model_store.film.refusals import MAX_PIXELS, MIN_SIDE, UnreadableImage
from tests.doubles.films import phantom
from tests.doubles.films.dicom_files import written
from tests.doubles.films.picture_files import DAMAGED, FILM, SMALL, chunk, chunks_of, encoded, png_of_film, png_of_size

OTHER_KINDS = {
    "a GIF": encoded(FILM, "GIF"),
    "a TIFF": encoded(FILM, "TIFF"),
    "a TIFF of the other byte order": b"MM\x00*" + bytes(100),
    "a BMP": encoded(FILM, "BMP"),
    "a WebP": encoded(FILM, "WEBP"),
    "a PDF": encoded(FILM, "PDF"),
    "a PostScript": encoded(FILM, "EPS"),
    "a JPEG 2000": encoded(FILM, "JPEG2000"),
    "a HEIC, AVIF or video": b"\0\0\0\x18ftypheic" + bytes(200),
    "a Photoshop": b"8BPS\x00\x01" + bytes(200),
    "a ZIP or Office": b"PK\x03\x04" + bytes(200),
}


class TestWhatIsRefused:
    @pytest.mark.parametrize("kind", OTHER_KINDS)
    def test_another_kind_of_picture_under_whatever_name(self, kind):
        name = kind.removesuffix(" of the other byte order")
        with pytest.raises(
            UnreadableImage, match=f"^This is {name}.* file; please export the radiograph as PNG, JPEG or DICOM"
        ):
            load_radiograph(OTHER_KINDS[kind])

    @pytest.mark.parametrize("data", [b"\0", b"hello", b"<html>", bytes(5000), b"P5 64 64 255 " + bytes(64 * 64)])
    def test_what_is_no_picture(self, data):
        with pytest.raises(UnreadableImage, match="is not a picture; please choose a radiograph in PNG, JPEG or DICOM"):
            load_radiograph(data)

    def test_an_empty_file(self):
        with pytest.raises(UnreadableImage, match="is empty; please choose"):
            load_radiograph(b"")

    def test_a_file_that_is_too_large(self, monkeypatch):
        data = phantom.png(SMALL)
        monkeypatch.setattr(formats, "MAX_BYTES", len(data))
        load_radiograph(data)
        with pytest.raises(UnreadableImage, match="larger than 0 MB; please export"):
            load_radiograph(data + b"\0")

    @pytest.mark.parametrize("colour", [0, 128, 255, (0, 80, 200)])
    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_a_blank_picture(self, kind, colour):
        blank = Image.new("L" if isinstance(colour, int) else "RGB", (300, 200), colour)
        with pytest.raises(UnreadableImage, match="is blank, all of one grey; please choose another export"):
            load_radiograph(encoded(blank, kind))

    def test_a_blank_16_bit_picture(self):
        with pytest.raises(UnreadableImage, match="is blank"):
            load_radiograph(encoded(np.full((200, 300), 20_000, np.uint16)))

    @pytest.mark.parametrize("size", [(1, 1), (MIN_SIDE - 1, 300), (300, MIN_SIDE - 1)])
    def test_too_few_pixels(self, size):
        picture = Image.fromarray(FILM).resize(size)
        with pytest.raises(
            UnreadableImage, match=f"has {size[0]} x {size[1]} pixels, too few to read; .* at least 64 x 64"
        ):
            load_radiograph(encoded(picture))

    @pytest.mark.parametrize("size", [(751, 300), (300, 751), (2000, 100)])
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "DICOM"])
    def test_a_strip(self, size, kind):
        picture = Image.fromarray(FILM).resize(size)
        data = written(np.asarray(picture)) if kind == "DICOM" else encoded(picture, kind)
        with pytest.raises(UnreadableImage, match=f"has {size[0]} x {size[1]} .* 2.5 times .*; please") as refused:
            load_radiograph(data)
        assert refused.value.name == "too unequal"

    def test_a_film_of_sides_as_unequal_as_may_be(self):
        load_radiograph(encoded(Image.fromarray(FILM).resize((750, 300))))

    def test_a_strip_whose_pixels_make_it_a_film(self):
        strip = np.asarray(Image.fromarray(FILM).resize((900, 300)))
        load_radiograph(written(strip, PixelAspectRatio=[2, 1]))

    @pytest.mark.parametrize("size", [(0, 0), (0, 500), (500, 0)])
    def test_no_pixels_at_all(self, size):
        with pytest.raises(UnreadableImage, match="has no pixels, 0 x 0; please export the radiograph again"):
            load_radiograph(png_of_size(*size))

    def test_an_animation(self):
        data = encoded(FILM, save_all=True, append_images=[Image.fromarray(255 - FILM)])
        with pytest.raises(UnreadableImage, match="holds an animation; please export the one frontal radiograph"):
            load_radiograph(data)

    def test_several_pictures_in_a_jpeg(self):
        data = encoded(FILM, "MPO", save_all=True, append_images=[Image.fromarray(255 - FILM)])
        with pytest.raises(UnreadableImage, match="holds several pages or pictures; please export the one frontal"):
            load_radiograph(data)

    @pytest.mark.parametrize("name", ["IHDR", "tEXt", "IDAT"])
    def test_a_wrong_checksum(self, name):
        data = bytearray(png_of_film(before=chunk(b"tEXt", b"Comment\0drawn")))
        load_radiograph(bytes(data))
        offset, length = next((at, length) for at, kind, length in chunks_of(bytes(data)) if kind == name.encode())
        data[offset + 8 + length] ^= 1
        with pytest.raises(UnreadableImage, match=DAMAGED):
            load_radiograph(bytes(data))

    @pytest.mark.parametrize("surplus", [7, 0])
    def test_pixel_data_that_end_too_early(self, surplus):
        rows = b"".join(b"\0" + row.tobytes() for row in FILM)
        with pytest.raises(UnreadableImage, match=DAMAGED):
            load_radiograph(png_of_size(320, 256, rows=rows[: 321 * 100 + surplus]))

    @pytest.mark.parametrize("kind", ["PNG", "16-bit PNG", "JPEG", "progressive JPEG"])
    def test_a_file_cut_anywhere(self, kind):
        data = {
            "PNG": phantom.png(SMALL),
            "16-bit PNG": phantom.png_16_bit(SMALL),
            "JPEG": phantom.jpeg(SMALL),
            "progressive JPEG": encoded(FILM, "JPEG", progressive=True),
        }[kind]
        # The last four bytes of a PNG file are the checksum of nothing, the end mark's empty content.
        last = len(data) - (5 if "PNG" in kind else 1)
        lengths = {10, 20, 30, 40, *np.linspace(50, last, 40).astype(int), *range(last - 20, last + 1)}
        for length in sorted(lengths):
            with pytest.raises(UnreadableImage, match=DAMAGED):
                load_radiograph(data[:length])

    @pytest.mark.parametrize("place", ["before", "after"])
    @pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
    def test_a_bomb_of_text(self, name, place):
        text = zlib.compress(bytes(100_000_000), 9)
        content = b"k\0\1\0\0\0" + text if name == b"iTXt" else b"k\0\0" + text
        data = png_of_film(**{place: chunk(name, content)})
        assert len(data) < 300_000
        started = time.perf_counter()
        with pytest.raises(UnreadableImage, match=DAMAGED):
            load_radiograph(data)
        assert time.perf_counter() - started < 2

    @pytest.mark.parametrize(
        "size", [(12_000, 12_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1), (MAX_PIXELS // 100 + 1, 100)]
    )
    @pytest.mark.parametrize("strict", [False, True])
    def test_a_header_of_too_many_pixels(self, size, strict):
        """With Pillow's own warning as a warning, as in the app, and as an error."""
        with warnings.catch_warnings():
            warnings.simplefilter("error" if strict else "ignore")
            with pytest.raises(UnreadableImage, match=r"more than 40 million pixels, .* at its normal size"):
                load_radiograph(png_of_size(*size))

    def test_the_largest_header_that_is_decoded(self):
        with pytest.raises(UnreadableImage, match=DAMAGED):  # not "more than": it holds one byte of its pixels
            load_radiograph(png_of_size(MAX_PIXELS // 100, 100))

    def test_every_sentence_is_one_sentence(self):
        """A clinician reads them: a capital, a full stop, what to do, and nothing of the machine."""
        files = [*OTHER_KINDS.values(), b"", b"text", png_of_size(1, 1), png_of_size(9**5, 9**5), encoded(FILM)[:900]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for data in files:
                with pytest.raises(UnreadableImage, match=r"^This [^\n]*[;,] [^\n]*please [^\n]*\.$") as refusal:
                    load_radiograph(data)
                assert "Error" not in str(refusal.value)

    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (b"", "empty"),
            (b"text", "not a picture"),
            (OTHER_KINDS["a GIF"], "other format"),
            (bytes(128) + b"DICM", "damaged"),
            (png_of_size(0, 0), "no pixels"),
            (png_of_size(30, 30), "too small"),
            (png_of_size(9**5, 9**5), "too large"),
            (encoded(FILM)[:900], "damaged"),
            (encoded(np.full((100, 100), 128, np.uint8)), "blank"),
            (encoded(FILM, save_all=True, append_images=[Image.fromarray(255 - FILM)]), "several pictures"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_programs_are_told_by_a_name(self, data, name):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pytest.raises(UnreadableImage, match="please") as refusal:
                load_radiograph(data)
        assert refusal.value.name == name

    def test_a_file_that_is_too_large_has_the_name_too(self, monkeypatch):
        monkeypatch.setattr(formats, "MAX_BYTES", 10)
        with pytest.raises(UnreadableImage, match="larger than") as refusal:
            load_radiograph(bytes(11))
        assert refusal.value.name == "too large"

    def test_the_name_of_what_has_none(self):
        assert UnreadableImage("This file cannot be read.").name == "unreadable"
