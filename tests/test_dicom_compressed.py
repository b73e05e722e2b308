"""Is a compressed film what was compressed, or refused where its header and its stream do not go together?"""

import io

import numpy as np
import pytest
from dicom_files import COMPRESSED, FILM, LOSSY, SC, dataset_of, file_of, written
from PIL import Image
from pydicom.encaps import encapsulate

from model_store.radiograph import UnreadableImage, load_radiograph

DEEP = FILM.astype(np.uint16) * 16
SIGNED = DEEP.astype(np.int16) - 2048
WHOLE, AROUND_0 = ({"WindowCenter": centre, "WindowWidth": 4096} for centre in (2048, 0))
EXPECTED = np.rint(DEEP / 4095 * 65535)
NOT_READ = "This DICOM file stores its pixels in a way that is not read here"


def seen(data):
    return load_radiograph(data).pixels


def holding(stream, syntax, pixels, **attributes):
    """Write a film whose stream was made elsewhere."""
    dataset = dataset_of(pixels, **attributes)
    dataset.PixelData = encapsulate([stream])
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


class TestBits:
    @pytest.mark.parametrize("name", [name for name in COMPRESSED if name not in ("JPEG baseline", "JPEG extended")])
    def test_values_at_the_upper_end_are_refused(self, name):
        with pytest.raises(UnreadableImage, match=NOT_READ):
            seen(written(DEEP << 4, COMPRESSED[name], bits=12, HighBit=15))

    @pytest.mark.parametrize("name", [name for name in COMPRESSED if name not in LOSSY])
    def test_bits_that_are_not_in_use_hold_anything(self, name):
        np.testing.assert_array_equal(seen(written(DEEP | 0x8000, COMPRESSED[name], bits=12, **WHOLE)), EXPECTED)

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
