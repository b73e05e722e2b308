"""Is what is hostile, damaged or another kind refused with its own sentence, before anything of it is decoded?"""

import struct
import time
import tracemalloc

import numpy as np
import pytest
from pydicom.encaps import encapsulate

from model_store.film.dicom import pixels
from model_store.film.kind.formats import is_dicom
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from tests.doubles.films.dicom_files import (
    COMPRESSED,
    DEFLATED,
    EXPLICIT,
    FILM,
    IMPLICIT,
    dataset_of,
    deflated,
    encoded,
    file_of,
    meta_of,
    written,
)

DAMAGED = "DICOM file is damaged or incomplete; please export"
MISMATCH = "size that this DICOM file declares does not match its pixels; please export"
STORAGE = "stores its pixels in a way that is not read here, such as video or HTJ2K; please export"


def refused(data, match, name):
    with pytest.raises(UnreadableImage, match=match) as refusal:
        load_radiograph(data)
    assert refusal.value.name == name


def nested(depth, *, defined):
    """A film's file with sequences within sequences, of defined or undefined lengths."""
    body = b""
    for _ in range(depth):
        item = struct.pack("<HHI", 0xFFFE, 0xE000, len(body) if defined else 0xFFFFFFFF) + body
        item += b"" if defined else struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
        body = struct.pack("<HH2sHI", 0x0040, 0x0275, b"SQ", 0, len(item) if defined else 0xFFFFFFFF) + item
        body += b"" if defined else struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    data = file_of(dataset_of(FILM))
    at = data.index(struct.pack("<HH2s", 0x7FE0, 0x0010, b"OB"))
    return data[:at] + body + data[at:]


@pytest.mark.parametrize("defined", [True, False])
def test_lists_within_lists(defined):
    load_radiograph(nested(5, defined=defined))
    for depth in (30, 300, 3000):
        refused(nested(depth, defined=defined), "lists within lists without end; please export", "damaged")


def test_too_many_elements():
    extra = b"".join(struct.pack("<HH2sH", 0x0071, i % 65536, b"LO", 0) for i in range(30_000))
    data = written(FILM)
    at = data.index(struct.pack("<HH2s", 0x7FE0, 0x0010, b"OB"))
    refused(data[:at] + extra + data[at:], DAMAGED, "damaged")


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, COMPRESSED["JPEG-LS lossless"]])
@pytest.mark.parametrize("filled", [b"\0", b"\xff", b"<end>"])
def test_what_follows_the_pixels_does_not_matter(syntax, filled):
    np.testing.assert_array_equal(load_radiograph(written(FILM, syntax) + filled * 200_000).pixels, FILM)


def test_a_deflated_bomb_costs_nothing():
    data = deflated(meta_of(DEFLATED), bytes(150_000_000))
    assert len(data) < 200_000
    tracemalloc.start()
    started = time.perf_counter()
    refused(data, "grows to more than 100 MB when it is unpacked; please export", "too large")
    assert time.perf_counter() - started < 5
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("end", [3, 40, 2000])
def test_a_deflated_file_that_is_cut(end):
    refused(written(FILM, DEFLATED)[:-end], DAMAGED, "damaged")


def test_a_deflated_file_that_is_garbled():
    head = meta_of(DEFLATED)
    refused(head + b"\xff" * 500, DAMAGED, "damaged")


@pytest.mark.parametrize(
    "syntax", [EXPLICIT, IMPLICIT, *COMPRESSED.values()], ids=lambda uid: uid.rpartition("1.2.")[2]
)
def test_a_file_cut_anywhere(syntax):
    bits = 12 if syntax == COMPRESSED["JPEG extended"] else 8
    data = written(FILM.astype(np.uint16) if bits == 12 else FILM, syntax, bits=bits)
    for length in (135, 200, 300, 500, 700, len(data) // 3, len(data) // 2, len(data) - 20, len(data) - 9):
        with pytest.raises(UnreadableImage, match=r"damaged|holds no picture|does not match"):
            load_radiograph(data[:length])


@pytest.mark.parametrize("name", [name for name in COMPRESSED if name != "RLE"])
def test_a_stream_cut_within_its_frame(name):
    bits = 12 if name == "JPEG extended" else 8
    data = dataset_of(FILM.astype(np.uint16) if bits == 12 else FILM, bits=bits)
    frame = encoded(data, COMPRESSED[name])
    data.PixelData = encapsulate([frame[: len(frame) // 2]])
    data["PixelData"].is_undefined_length = True
    refused(file_of(data, COMPRESSED[name]), DAMAGED, "damaged")


class TestSizes:
    @pytest.mark.parametrize(
        ("rows", "columns", "match", "name"),
        [
            (65535, 65535, "more than 40 million pixels", "too large"),
            (0, 320, "no pixels", "no pixels"),
            (32, 320, "has 320 x 32 pixels, too few", "too small"),
            (255, 320, MISMATCH, "damaged"),
            (256, 321, MISMATCH, "damaged"),
            (320, 257, MISMATCH, "damaged"),
        ],
    )
    def test_that_are_declared(self, rows, columns, match, name, monkeypatch):
        if name != "damaged":
            monkeypatch.setattr(pixels, "get_decoder", lambda syntax: pytest.fail("it was decoded"))
        refused(written(FILM, Rows=rows, Columns=columns), match, name)

    @pytest.mark.parametrize("name", [name for name in COMPRESSED if name not in ("RLE", "JPEG extended")])
    def test_of_a_compressed_stream(self, name):
        small = dataset_of(FILM)
        small.PixelData = encapsulate([encoded(small, COMPRESSED[name])])
        small["PixelData"].is_undefined_length = True
        small.Rows, small.Columns = 3000, 2500
        refused(file_of(small, COMPRESSED[name]), MISMATCH, "damaged")

    def test_of_run_lengths(self):
        small = dataset_of(FILM)
        small.PixelData = encapsulate([bytes(200_000)])
        small["PixelData"].is_undefined_length = True
        refused(file_of(small, COMPRESSED["RLE"]), DAMAGED, "damaged")

    @pytest.mark.parametrize("more", [1, 100, 254])
    def test_a_block_that_was_filled_up(self, more):
        data = dataset_of(FILM)
        data.PixelData += bytes(more)
        np.testing.assert_array_equal(load_radiograph(file_of(data)).pixels, FILM)
        data.PixelData += bytes(256 - more)
        refused(file_of(data), MISMATCH, "damaged")

    def test_that_are_missing(self):
        data = dataset_of(FILM)
        del data.Rows
        refused(file_of(data), DAMAGED, "damaged")


class TestStorage:
    @pytest.mark.parametrize("tail", ["4.201", "4.202", "4.203", "4.100", "4.102", "4.107", "4.92", "4.94"])
    def test_htj2k_video_and_others(self, tail):
        data = dataset_of(FILM)
        data.PixelData = encapsulate([b"\0" * 100])
        data["PixelData"].is_undefined_length = True
        refused(file_of(data, f"1.2.840.10008.1.2.{tail}"), STORAGE, "other storage")

    @pytest.mark.parametrize("uid", ["1.2.3.4.5.6", "1.2.840.10008.5.1.4.1.1.2"])
    def test_what_nobody_knows(self, uid):
        data = file_of(dataset_of(FILM)).replace(b"1.2.840.10008.1.2.1\0", uid.encode()[:20].ljust(20, b"\0"))
        refused(data, f"{STORAGE}|{DAMAGED}", "other storage")

    def test_other_numbers_of_bits(self):
        refused(written(FILM, BitsAllocated=32, BitsStored=32), STORAGE, "other storage")
        refused(written(FILM, BitsAllocated=1, BitsStored=1), STORAGE, "other storage")

    def test_floating_point_pixels(self):
        data = dataset_of(FILM, FloatPixelData=bytes(4 * FILM.size))
        del data.PixelData
        refused(file_of(data), STORAGE, "other storage")

    def test_no_pixels(self):
        data = dataset_of(FILM)
        del data.PixelData
        refused(file_of(data), "holds no picture, or was cut off before it; please choose", "no pixels")


@pytest.mark.parametrize(
    "begin", [b"\x02\0\0\0UL\4\0", b"\x08\0\5\0CS\x0a\0", b"\0\x08\0\5CS\0\x0a", b"\x08\0\5\0\x0a\0\0\0"]
)
def test_what_begins_like_dicom(begin):
    assert is_dicom(begin + bytes(200))
    assert not is_dicom(begin)


@pytest.mark.parametrize("begin", [bytes(8), b"\x89PNG\r\n\x1a\n", b"\x08\0\5\0\xff\xff\xff\0", b"hello wo"])
def test_what_does_not(begin):
    assert not is_dicom(begin + bytes(200))


class TestFrames:
    def test_several_frames(self):
        data = written(FILM, NumberOfFrames=12)
        refused(data, "holds a series of 12 pictures; please choose the one frontal", "several pictures")

    def test_a_number_of_frames_that_is_none_is_not_repeated(self):
        tag = struct.pack("<HH2sH", 0x0028, 0x0008, b"IS", 2)
        data = written(FILM, NumberOfFrames=12).replace(tag + b"12", tag + b"Er")
        refused(data, DAMAGED, "damaged")
