"""Is a picture that Pillow has completed told from a whole one?"""

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from model_store.film.load import load_radiograph
from model_store.film.picture.missing_pixels import is_incomplete
from model_store.film.refusals import UnreadableImage
from tests.doubles.films import phantom
from tests.doubles.films.picture_files import DAMAGED, FILM, SIGNATURE, chunk, encoded, png_of_size

ROWS = b"".join(b"\0" + row.tobytes() for row in FILM)
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
JPEG_KINDS = ({}, {"progressive": True}, {"quality": 30}, {"restart_marker_rows": 4})
BLACK = FILM.copy()
BLACK[-3:] = 0


def loaded(data):
    image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    image.load()
    return image


def interlaced(film, rows_kept=None):
    height, width = film.shape
    rows = [b"\0" + row.tobytes() for x, y, across, down in ADAM7 for row in film[y::down, x::across]]
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1))
    return SIGNATURE + header + chunk(b"IDAT", zlib.compress(b"".join(rows[:rows_kept]))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1"])
def test_a_whole_png_whose_last_rows_are_black(mode):
    data = encoded(Image.fromarray(BLACK).convert(mode))
    assert not is_incomplete(loaded(data), data)
    load_radiograph(data)


def test_a_whole_16_bit_png_whose_last_rows_are_black():
    data = encoded(BLACK.astype(np.uint16) * 16)
    assert not is_incomplete(loaded(data), data)


@pytest.mark.parametrize("count", [1, 100, 255])
def test_rows_that_are_missing_from_a_png(count):
    with pytest.raises(UnreadableImage, match=DAMAGED):
        load_radiograph(png_of_size(320, 256, rows=ROWS[: 321 * count]))


@pytest.mark.parametrize("film", [FILM, BLACK, BLACK[:-1, :-3]], ids=["film", "black below", "odd sides"])
def test_an_interlaced_png(film):
    whole = interlaced(film)
    assert np.array_equal(load_radiograph(whole).pixels, film)
    for missing in (1, 20, 300):
        with pytest.raises(UnreadableImage, match=DAMAGED):
            load_radiograph(interlaced(film, -missing))


def test_bytes_beyond_the_last_row_are_not_looked_at():
    rows = b"".join(b"\0" + row.tobytes() for row in BLACK)
    data = png_of_size(320, 256, rows=rows + bytes(200_000_000))
    started = time.perf_counter()
    assert not is_incomplete(loaded(data), data)
    assert time.perf_counter() - started < 0.05


@pytest.mark.parametrize("options", JPEG_KINDS, ids=str)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_whose_scan_ends_early(mode, options):
    data = encoded(Image.fromarray(FILM).convert(mode), "JPEG", **options)
    load_radiograph(data)
    start = data.index(b"\xff\xda")
    for share in (0.2, 0.5, 0.9, 0.99):
        cut = data[: start + int((len(data) - start) * share)].rstrip(b"\xff")
        with pytest.raises(UnreadableImage, match=DAMAGED):
            load_radiograph(cut + b"\xff\xd9")


@pytest.mark.parametrize("options", JPEG_KINDS, ids=str)
def test_a_whole_jpeg_with_a_grey_corner(options):
    grey = FILM.copy()
    grey[-20:, -20:] = 128
    data = encoded(grey, "JPEG", **options)
    assert (loaded(data).getpixel((319, 255))) == 128
    assert not is_incomplete(loaded(data), data)


def test_an_end_mark_within_the_header_is_none():
    """As that of a small preview."""
    data = phantom.jpeg_rotated(phantom.Chest(width=320, height=256))
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"\xff\xd9\xff\xda"
    data = data[:2] + comment + data[2:]
    load_radiograph(data)
    with pytest.raises(UnreadableImage, match=DAMAGED):
        load_radiograph(data[: len(data) // 2].rstrip(b"\xff") + b"\xff\xd9")
