"""Does a DICOM film in colour, or with pixels that are not square, become the grey film that it is?"""

import numpy as np
import pytest

from model_store.film.load import load_radiograph
from tests.doubles.films.dicom_files import COMPRESSED, FILM, NATIVE, SC, dataset_of, file_of, written


def seen(data):
    return load_radiograph(data).pixels


class TestColour:
    RGB = np.repeat(FILM[:, :, None], 3, axis=2)

    @pytest.mark.parametrize("name", [*NATIVE, "RLE", "JPEG lossless, selection value 1", "JPEG 2000 lossless"])
    def test_a_grey_copy_in_colour(self, name):
        film = load_radiograph(written(self.RGB, {**NATIVE, **COMPRESSED}[name], sop_class=SC))
        np.testing.assert_array_equal(film.pixels, FILM)
        assert film.colour == pytest.approx(0, abs=1e-9)
        assert film.header.secondary

    def test_planes(self):
        planes = np.ascontiguousarray(self.RGB.transpose(2, 0, 1))
        data = file_of(dataset_of(self.RGB, sop_class=SC, PlanarConfiguration=1, PixelData=planes.tobytes()))
        np.testing.assert_array_equal(seen(data), FILM)

    def test_luminance_and_colour_differences(self):
        ybr = np.stack([FILM, np.full_like(FILM, 128), np.full_like(FILM, 128)], axis=-1)
        data = written(ybr, sop_class=SC, PhotometricInterpretation="YBR_FULL")
        np.testing.assert_array_equal(seen(data), FILM)

    def test_16_bits_a_colour(self):
        film = load_radiograph(written(self.RGB.astype(np.uint16) * 257, sop_class=SC))
        np.testing.assert_array_equal(film.pixels, FILM)

    @pytest.mark.parametrize(("bits", "scale"), [(16, 257), (16, 1), (8, 1)])
    def test_a_palette(self, bits, scale):
        palette = {f"{name}PaletteColorLookupTableDescriptor": [256, 0, bits] for name in ("Red", "Green", "Blue")}
        table = (np.arange(256, dtype=np.uint16)[::-1] * scale).tobytes()
        palette |= {f"{name}PaletteColorLookupTableData": table for name in ("Red", "Green", "Blue")}
        data = written(255 - FILM, sop_class=SC, PhotometricInterpretation="PALETTE COLOR", **palette)
        np.testing.assert_array_equal(seen(data), FILM)

    def test_a_picture_in_colour_says_how_much(self):
        coloured = np.stack([FILM, np.roll(FILM, 60, 1), np.roll(FILM, 90, 0)], axis=-1)
        assert load_radiograph(written(coloured, sop_class=SC)).colour > 5


class TestPixelsThatAreNotSquare:
    @pytest.mark.parametrize(
        ("attributes", "shape"),
        [
            ({"PixelAspectRatio": [2, 1]}, (512, 320)),
            ({"PixelAspectRatio": [1, 2]}, (256, 640)),
            ({"PixelSpacing": [0.3, 0.2]}, (384, 320)),
            ({"ImagerPixelSpacing": [0.2, 0.2], "PixelAspectRatio": [2, 1]}, (256, 320)),
            ({"PixelSpacing": [0.2, 0.201]}, (256, 320)),
            ({"PixelAspectRatio": [100, 1]}, (256, 320)),
            ({"PixelAspectRatio": [0, 1]}, (256, 320)),
        ],
    )
    def test_become_square(self, attributes, shape):
        film = load_radiograph(written(FILM, **attributes))
        assert film.pixels.shape == shape
        assert np.abs(film.reduced - load_radiograph(written(FILM)).reduced).mean() < 1.5
