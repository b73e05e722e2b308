"""Is a compressed film what was compressed, or refused where its header and its stream do not go together?"""

import io
import struct

import numpy as np
import pytest
from PIL import Image
from pydicom.encaps import encapsulate

from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from tests.doubles.films.dicom_files import COMPRESSED, FILM, LOSSY, SC, dataset_of, encoded, file_of, written

DEEP = FILM.astype(np.uint16) * 16
SIGNED = DEEP.astype(np.int16) - 2048
WHOLE, AROUND_0 = ({"WindowCenter": centre, "WindowWidth": 4096} for centre in (2048, 0))
EXPECTED = np.rint(DEEP / 4095 * 65535)
NOT_READ = "This DICOM file stores its pixels in a way that is not read here"


def seen(data):
    return load_radiograph(data).pixels


def holding(stream, syntax, pixels, *, is_packed=False, **attributes):
    """Write a film whose stream was made elsewhere, and perhaps divided into items already."""
    dataset = dataset_of(pixels, **attributes)
    dataset.PixelData = stream if is_packed else encapsulate([stream])
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    return file_of(dataset, COMPRESSED[syntax])


def by_pillow(pixels, kind, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


class TestSigns:
    """A stream that knows no sign holds -1 beside the greatest value and not beside 0, so loss makes black of white."""

    @pytest.mark.parametrize(
        ("name", "pixels", "bits"),
        [
            ("JPEG baseline", FILM.view(np.int8), 8),
            ("JPEG extended", SIGNED, 12),
            ("JPEG-LS near lossless", FILM.view(np.int8), 8),
            ("JPEG-LS near lossless", SIGNED << 4, 16),
        ],
    )
    def test_one_that_may_be_lost_is_refused(self, name, pixels, bits):
        with pytest.raises(UnreadableImage, match=NOT_READ):
            seen(written(pixels, COMPRESSED[name], bits=bits))

    @pytest.mark.parametrize("mask", [0xFFFF, 0x0FFF], ids=["as 16 bits", "as 12 bits"])
    def test_values_that_were_compressed_as_if_they_had_none(self, mask):
        stream = by_pillow(SIGNED.view(np.uint16) & mask, "JPEG2000", no_jp2=True)
        data = holding(stream, "JPEG 2000 lossless", SIGNED, bits=12, **AROUND_0)
        np.testing.assert_array_equal(seen(data), EXPECTED)
        with pytest.raises(UnreadableImage, match=NOT_READ):
            seen(holding(stream, "JPEG 2000", SIGNED, bits=12, **AROUND_0))


class TestOffsets:
    """One frame needs no table of where frames begin, so a wrong one costs no film."""

    @pytest.mark.parametrize("name", ["RLE", "JPEG lossless, selection value 1", "JPEG-LS lossless", "JPEG 2000"])
    @pytest.mark.parametrize("table", [(), (0,), (999,), (0, 50)])
    def test_that_are_wrong(self, name, table):
        dataset = dataset_of(FILM)
        frame = encoded(dataset, COMPRESSED[name])
        items = [struct.pack(f"<{len(table)}I", *table), frame + bytes(len(frame) % 2)]
        stored = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items)
        assert np.abs(seen(holding(stored, name, FILM, is_packed=True)).astype(int) - FILM).mean() < 1.5

    def test_that_are_those_of_each_fragment(self):
        frame = encoded(dataset_of(FILM), COMPRESSED["JPEG-LS lossless"])
        parts = [frame[at : at + 1000] for at in range(0, len(frame), 1000)]
        offsets = [1008 * place for place in range(len(parts))]
        items = [struct.pack(f"<{len(parts)}I", *offsets), *(part + bytes(len(part) % 2) for part in parts)]
        stored = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items)
        np.testing.assert_array_equal(seen(holding(stored, "JPEG-LS lossless", FILM, is_packed=True)), FILM)

    def test_that_are_wrong_and_long(self):
        frame = encoded(dataset_of(FILM), COMPRESSED["JPEG-LS lossless"])
        tables = {"ExtendedOffsetTable": struct.pack("<Q", 5), "ExtendedOffsetTableLengths": struct.pack("<Q", 3)}
        np.testing.assert_array_equal(seen(holding(frame, "JPEG-LS lossless", FILM, **tables)), FILM)


class TestBits:
    @pytest.mark.parametrize("name", [name for name in COMPRESSED if name not in ("JPEG baseline", "JPEG extended")])
    def test_values_at_the_upper_end_are_refused(self, name):
        with pytest.raises(UnreadableImage, match=NOT_READ):
            seen(written(DEEP << 4, COMPRESSED[name], bits=12, HighBit=15))

    @pytest.mark.parametrize("name", [name for name in COMPRESSED if name not in LOSSY])
    def test_bits_that_are_not_in_use_hold_anything(self, name):
        np.testing.assert_array_equal(seen(written(DEEP | 0x8000, COMPRESSED[name], bits=12, **WHOLE)), EXPECTED)

    @pytest.mark.parametrize("name", ["JPEG-LS near lossless", "JPEG 2000"])
    def test_values_that_have_more_than_the_header_says_are_refused(self, name):
        """They would be white alone."""
        stream = encoded(dataset_of(DEEP << 4), COMPRESSED[name])
        with pytest.raises(UnreadableImage, match="have more bits than its header says; please export"):
            seen(holding(stream, name, DEEP, bits=12))

    @pytest.mark.parametrize("name", ["JPEG baseline", "JPEG lossless, process 14", "JPEG lossless, selection value 1"])
    def test_fewer_than_8_bits_of_jpeg_are_refused(self, name):
        """They would end the process: gdcm gives up by abort()."""
        with pytest.raises(UnreadableImage, match=NOT_READ):
            seen(written(FILM >> 1, COMPRESSED[name], bits=7))


class TestJpeg:
    @pytest.mark.parametrize("inverted", [False, True])
    def test_extended_of_8_bits(self, inverted):
        pixels, photometric = (255 - FILM, "MONOCHROME1") if inverted else (FILM, "MONOCHROME2")
        stream = by_pillow(pixels, "JPEG", quality=97)
        data = holding(stream, "JPEG extended", pixels, PhotometricInterpretation=photometric)
        assert np.abs(seen(data).astype(int) - FILM).mean() < 1.5

    @pytest.mark.parametrize("name", ["JPEG baseline", "JPEG extended"])
    @pytest.mark.parametrize("photometric", ["YBR_FULL_422", "YBR_FULL", "RGB"])
    def test_colour(self, name, photometric):
        """What the stream says of its colours counts, since some headers say RGB of any picture in colour."""
        colours = np.stack([FILM, np.roll(FILM, 20, 1), 255 - FILM], axis=-1)
        stream = by_pillow(colours, "JPEG", quality=97, subsampling=0)
        data = holding(stream, name, colours, sop_class=SC, PhotometricInterpretation=photometric)
        assert np.abs(seen(data) - np.asarray(Image.fromarray(colours).convert("L"), int)).mean() < 1.5


class TestRle:
    """PS3.5 G.3 says how bytes are written and not by how few, so a lawful stream may be of any length."""

    @staticmethod
    def stream(planes, packed):
        segments = [packed(plane) for plane in planes]
        offsets = [64 + sum(map(len, segments[:place])) for place in range(len(segments))]
        return struct.pack("<16I", len(segments), *offsets, *(0,) * (15 - len(segments))) + b"".join(segments)

    @pytest.mark.parametrize(
        ("packed", "growth"),
        [
            (lambda plane: b"".join(bytes([1, *plane[at : at + 2]]) for at in range(0, len(plane), 2)), 1.5),
            (lambda plane: b"".join(bytes([0, byte]) for byte in plane), 2),
            (lambda plane: b"".join(bytes([0x80, 0x80, 0, byte]) for byte in plane), 4),
        ],
        ids=["two at a time", "each for itself", "with bytes that mean nothing"],
    )
    @pytest.mark.parametrize("deep", [False, True])
    def test_that_grew(self, packed, growth, deep):
        pixels = DEEP if deep else FILM
        planes = [(pixels >> 8).astype(np.uint8).tobytes(), (pixels & 255).astype(np.uint8).tobytes()][not deep :]
        stream = self.stream(planes, packed)
        assert len(stream) == growth * pixels.nbytes + 64
        data = holding(stream, "RLE", pixels, bits=12 if deep else 8, **(WHOLE if deep else {}))
        np.testing.assert_array_equal(seen(data), EXPECTED if deep else FILM)
