"""Does a file become the radiograph it holds, and anything else a sentence? Nothing may crash, hang or fill memory."""

import hashlib
import io
import json
import struct
import subprocess
import sys
import time
import warnings
import zlib
from dataclasses import FrozenInstanceError

import cv2
import numpy as np
import phantom
import pytest
from PIL import Image

from model_store import radiograph
from model_store.lungs import LungFields
from model_store.preprocessing import to_model_input
from model_store.radiograph import FILM_SIDE, MAX_PIXELS, MIN_SIDE, Radiograph, UnreadableImage, load_radiograph

SMALL = phantom.Chest(width=320, height=256)
FILM = phantom.chest_film(SMALL)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
DAMAGED = "damaged or incomplete; please export the radiograph again"


def encoded(image, kind="PNG", **options):
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, kind, **options)
    return file.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of_size(width, height, *, before=b"", after=b"", rows=b"\0"):
    """Write a grey PNG file by hand; whatever is said in the header, it holds only `rows`."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return SIGNATURE + header + before + chunk(b"IDAT", zlib.compress(rows)) + after + chunk(b"IEND", b"")


def png_of_film(**extra):
    return png_of_size(FILM.shape[1], FILM.shape[0], rows=b"".join(b"\0" + row.tobytes() for row in FILM), **extra)


def chunks_of(data):
    """Yield (offset, name, length) of each chunk of a PNG file."""
    offset = len(SIGNATURE)
    while offset < len(data):
        (length,) = struct.unpack(">I", data[offset : offset + 4])
        yield offset, data[offset + 4 : offset + 8], length
        offset += 12 + length


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
        lungs = LungFields(((x - 70) / 35) ** 2 + ((y - 110) / 70) ** 2 < 1)
        inputs = [
            to_model_input(load_radiograph(encoded(film)).reduced, lungs).pixels.astype(int)
            for film in (FILM, FILM.astype(np.uint16) * factor)
        ]
        difference = np.abs(inputs[0] - inputs[1])
        assert difference.max() <= 3
        assert difference.mean() < 1


OTHER_KINDS = {
    "a GIF": encoded(FILM, "GIF"),
    "a TIFF": encoded(FILM, "TIFF"),
    "a TIFF of the other byte order": b"MM\x00*" + bytes(100),
    "a BMP": encoded(FILM, "BMP"),
    "a WebP": encoded(FILM, "WEBP"),
    "a PDF": encoded(FILM, "PDF"),
    "a PostScript": encoded(FILM, "EPS"),
    "a Photoshop": b"8BPS\x00\x01" + bytes(200),
    "a ZIP or Office": b"PK\x03\x04" + bytes(200),
}


class TestWhatIsRefused:
    @pytest.mark.parametrize("kind", OTHER_KINDS)
    def test_another_kind_of_picture_under_whatever_name(self, kind):
        name = kind.removesuffix(" of the other byte order")
        with pytest.raises(
            UnreadableImage, match=f"^This is {name}.* file; please export the radiograph as PNG or JPEG"
        ):
            load_radiograph(OTHER_KINDS[kind])

    @pytest.mark.parametrize("data", [b"\0", b"hello", b"<html>", bytes(5000), b"P5 64 64 255 " + bytes(64 * 64)])
    def test_what_is_no_picture(self, data):
        with pytest.raises(UnreadableImage, match="is not a picture; please choose a radiograph in PNG or JPEG"):
            load_radiograph(data)

    def test_an_empty_file(self):
        with pytest.raises(UnreadableImage, match="is empty; please choose"):
            load_radiograph(b"")

    def test_a_dicom_file(self):
        with pytest.raises(
            UnreadableImage, match="is a DICOM file, which this version does not read yet; please export"
        ):
            load_radiograph(bytes(128) + b"DICM" + bytes(100))

    def test_a_file_that_is_too_large(self, monkeypatch):
        data = phantom.png(SMALL)
        monkeypatch.setattr(radiograph, "MAX_BYTES", len(data))
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

    @pytest.mark.parametrize(
        "surplus",
        [
            7,
            pytest.param(
                0,
                marks=pytest.mark.xfail(strict=True, reason="Pillow takes rows that are missing whole for black ones"),
            ),
        ],
    )
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


BOMBS = """
import json, resource, sys, time, warnings
from model_store.radiograph import UnreadableImage, load_radiograph
warnings.simplefilter("ignore")
result = []
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    try:
        load_radiograph(data)
        refused = False
    except UnreadableImage:
        refused = True
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    result.append({"refused": refused, "seconds": time.perf_counter() - started, "kilobytes": grown})
print(json.dumps(result))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted in kilobytes on Linux only")
def test_bombs_cost_nothing(tmp_path, request):
    """In a process of its own, where no earlier peak hides a new one."""
    files = {
        "12000": png_of_size(12_000, 12_000),
        "30000": png_of_size(30_000, 30_000),
        "rows": png_of_size(100, 100, rows=bytes(300_000_000)),
        "text": png_of_film(before=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(300_000_000), 9))),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", BOMBS, *(tmp_path / name for name in files)],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        check=True,
    )
    results = dict(zip(files, json.loads(done.stdout), strict=True))
    for name, result in results.items():
        assert result["refused"], name
        assert result["seconds"] < 1, name
        assert result["kilobytes"] < 50_000, name


@pytest.mark.parametrize("kind", ["PNG", "16-bit PNG", "palette PNG", "JPEG", "JPEG with EXIF"])
def test_damaged_files_are_read_or_refused(kind):
    """Two hundred damaged copies of each kind: bits flipped, parts cut out, repeated or overwritten."""
    chest = phantom.Chest(width=96, height=80)
    palette = Image.fromarray(phantom.chest_film(chest)).convert("P")
    original = {
        "PNG": phantom.png(chest),
        "16-bit PNG": phantom.png_16_bit(chest),
        "palette PNG": encoded(palette, transparency=3),
        "JPEG": phantom.jpeg(chest),
        "JPEG with EXIF": phantom.jpeg_rotated(chest),
    }[kind]
    rng = np.random.default_rng(sum(kind.encode()))
    outcomes = {"read": 0, "refused": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in the app, where Pillow's warnings stop nothing
        for _ in range(200):
            data = damaged(original, rng)
            started = time.perf_counter()
            try:
                read = load_radiograph(data)
            except UnreadableImage as refusal:
                assert str(refusal).endswith(".")
                outcomes["refused"] += 1
            else:
                assert read.sha256 == hashlib.sha256(data).hexdigest()
                assert read.pixels.ndim == 2
                assert read.pixels.dtype in (np.uint8, np.uint16)
                assert np.isfinite(read.reduced).all()
                outcomes["read"] += 1
            assert time.perf_counter() - started < 5
    assert outcomes["refused"] > 20, outcomes


def damaged(original, rng):
    """Return a copy with one to three damages; half of them lie in the first 200 bytes, where the structure is."""
    data = bytearray(original)
    for _ in range(rng.integers(1, 4)):
        end = len(data) if rng.random() < 0.5 else min(200, len(data))
        place = int(rng.integers(0, end))
        match rng.integers(0, 5):
            case 0:
                data[place] ^= 1 << int(rng.integers(0, 8))
            case 1:
                del data[place:]
            case 2:
                del data[place : place + int(rng.integers(1, 50))]
            case 3:
                data[place:place] = data[place : place + int(rng.integers(1, 200))]
            case 4:
                data[place : place + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
        if not data:
            break
    return bytes(data)


def test_a_damaged_png_is_never_read_as_other_pixels():
    """Behind the first chunks every byte of a PNG file is under a checksum."""
    data = phantom.png(SMALL)
    start = next(offset for offset, name, _ in chunks_of(data) if name == b"IDAT")
    rng = np.random.default_rng(8)
    for place in rng.integers(start, len(data) - 4, 150):
        flipped = bytearray(data)
        flipped[place] ^= 1 << int(rng.integers(0, 8))
        with pytest.raises(UnreadableImage, match=DAMAGED):
            load_radiograph(bytes(flipped))


def test_opencv_and_pillow_agree_on_what_is_up():
    """Row 0 is the top of the film in what is drawn, stored and reduced."""
    reduced = load_radiograph(phantom.png(SMALL)).reduced
    expected = cv2.resize(FILM, (FILM_SIDE, FILM_SIDE), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(reduced, expected)
