"""Is the same film the same picture, however a DICOM file stores it and whatever it says of its greys?"""

import numpy as np
import pytest
from PIL import Image
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset

from model_store.film.load import load_radiograph
from model_store.film.radiograph import FilmIdentity
from model_store.film.refusals import UnreadableImage
from tests.doubles.films.dicom_files import (
    COMPRESSED,
    CR,
    DX,
    EXPLICIT,
    FILM,
    LOSSY,
    NATIVE,
    SC,
    dataset_of,
    file_of,
    written,
)

DEEP = FILM.astype(np.uint16) * 16 + (np.arange(FILM.size) % 16).reshape(FILM.shape).astype(np.uint16)
SYNTAXES = {**NATIVE, **COMPRESSED}
# JPEG baseline has 8 bits, and JPEG knows no sign: what is lossy tears the picture where values change theirs.
DEEP_SYNTAXES = [
    (name, signed)
    for name in SYNTAXES
    for signed in (False, True)
    if name != "JPEG baseline" and (name, signed) != ("JPEG extended", True)
]
WHOLE = {"WindowCenter": 2048, "WindowWidth": 4096}
"""The whole range of 12 bits as a window, so that all films here are seen alike."""


def seen(data, **options):
    return load_radiograph(data, **options).pixels


def far(one, other):
    """The greatest and the mean distance of two films, in grey levels of 255."""
    scale = 1 if one.dtype == np.uint8 else 257
    distance = np.abs(one.astype(np.float64) - other) / scale
    return distance.max(), distance.mean()


class TestEverySyntax:
    @pytest.mark.parametrize("name", [name for name in SYNTAXES if name != "JPEG extended"])
    def test_8_bits(self, name):
        film = load_radiograph(written(FILM, SYNTAXES[name]))
        assert film.source_format == "DICOM"
        assert film.pixels.dtype == np.uint8
        if name in LOSSY:
            assert 0 < far(film.pixels, FILM)[1] < 1.5
        else:
            np.testing.assert_array_equal(film.pixels, FILM)

    @pytest.mark.parametrize(("name", "signed"), DEEP_SYNTAXES)
    def test_12_bits(self, name, signed):
        pixels = DEEP.astype(np.int16) - 2048 if signed else DEEP
        window = {"WindowCenter": 0, "WindowWidth": 4096} if signed else WHOLE
        film = load_radiograph(written(pixels, SYNTAXES[name], bits=12, **window))
        expected = np.rint(DEEP / 4095 * 65535)
        assert film.pixels.dtype == np.uint16
        if name in LOSSY:
            assert 0 < far(film.pixels, expected)[1] < 1.5
        else:
            np.testing.assert_array_equal(film.pixels, expected)

    @pytest.mark.parametrize("bits", [10, 14, 15, 16])
    @pytest.mark.parametrize("name", ["explicit", "RLE", "JPEG lossless, selection value 1", "JPEG 2000 lossless"])
    def test_other_depths(self, name, bits):
        pixels = DEEP >> (12 - bits) if bits < 12 else DEEP << (bits - 12)
        window = {"WindowCenter": 2 ** (bits - 1), "WindowWidth": 2**bits}
        film = seen(written(pixels, SYNTAXES[name], bits=bits, **window))
        np.testing.assert_array_equal(film, np.rint(pixels / (2**bits - 1) * 65535))

    def test_the_name_of_the_syntax(self):
        assert load_radiograph(written(FILM)).transfer_syntax == "Explicit VR Little Endian"
        assert load_radiograph(written(FILM, COMPRESSED["RLE"])).transfer_syntax == "RLE Lossless"

    def test_the_film_is_read_only_and_has_the_hash_of_the_file(self):
        import hashlib

        data = written(FILM)
        film = load_radiograph(data)
        assert film.sha256 == hashlib.sha256(data).hexdigest()
        assert not film.pixels.flags.writeable


class TestWithoutAPreamble:
    @pytest.mark.parametrize("name", NATIVE)
    def test_with_file_meta_information(self, name):
        pixels = DEEP.astype(">u2") if name == "big endian" else DEEP
        data = file_of(dataset_of(pixels, bits=12, **WHOLE), NATIVE[name], preamble=False)
        np.testing.assert_array_equal(seen(data), np.rint(DEEP / 4095 * 65535))

    @pytest.mark.parametrize("name", ["implicit", "explicit", "big endian"])
    def test_without_any(self, name):
        pixels = DEEP.astype(">u2") if name == "big endian" else DEEP
        data = file_of(dataset_of(pixels, bits=12, **WHOLE), NATIVE[name], meta=False)
        assert b"DICM" not in data[:200]
        film = load_radiograph(data)
        np.testing.assert_array_equal(film.pixels, np.rint(DEEP / 4095 * 65535))
        assert film.transfer_syntax.lower().startswith(name.split()[0]) or name == "big endian"


class TestGreys:
    def test_monochrome1_is_inverted(self):
        data = written(4095 - DEEP, bits=12, PhotometricInterpretation="MONOCHROME1", **WHOLE)
        np.testing.assert_array_equal(seen(data), np.rint(DEEP / 4095 * 65535))

    @pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
    def test_the_inverse_shape_inverts_once(self, photometric):
        data = written(255 - FILM, PhotometricInterpretation=photometric, PresentationLUTShape="INVERSE")
        np.testing.assert_array_equal(seen(data), FILM)

    def test_a_film_without_a_window_has_its_whole_range(self):
        film = seen(written(DEEP, bits=16))
        low, high = int(DEEP.min()), int(DEEP.max())
        np.testing.assert_array_equal(film, np.rint((DEEP - float(low)) / (high - low) * 65535))

    @pytest.mark.parametrize("inverted", [False, True])
    def test_padding_is_black_and_does_not_count(self, inverted):
        framed = DEEP.copy()
        framed[:40] = 60_000
        data = written(
            framed,
            bits=16,
            PixelPaddingValue=59_000,
            PixelPaddingRangeLimit=61_000,
            PhotometricInterpretation="MONOCHROME1" if inverted else "MONOCHROME2",
        )
        film, rest = seen(data), DEEP[40:].astype(np.float64)
        shares = (rest - rest.min()) / (rest.max() - rest.min())
        assert not film[:40].any()
        np.testing.assert_array_equal(film[40:], np.rint((1 - shares if inverted else shares) * 65535))

    def test_bits_that_are_not_in_use_hold_anything(self):
        data = written(DEEP | 0x8000, bits=12, **WHOLE)
        np.testing.assert_array_equal(seen(data), np.rint(DEEP / 4095 * 65535))

    @pytest.mark.parametrize("signed", [False, True])
    @pytest.mark.parametrize("name", ["explicit", "RLE"])
    def test_values_of_more_bits_than_the_header_says_are_refused(self, name, signed):
        """What lies above the bits in use is as smooth as a film, and the film without it is torn."""
        pixels = DEEP.astype(np.int16) - 2048 if signed else DEEP
        for bits in (8, 10, 11):
            with pytest.raises(UnreadableImage, match="have more bits than its header says; please export"):
                seen(written(pixels, SYNTAXES[name], bits=bits))
        marked = pixels.copy()
        marked[96:100, 100:104] = 5000
        assert seen(written(marked, SYNTAXES[name], bits=12)).any()

    @pytest.mark.parametrize("columns", [5, 48])
    @pytest.mark.parametrize("name", ["explicit", "RLE"])
    def test_a_film_is_torn_where_a_small_part_has_more_bits(self, name, columns):
        """Of 320 columns the brightest 5 or 48, which is 1.6 or 15 %, would be black beside white."""
        brightness = np.linspace(4096 * columns / 320, 4095 + 4096 * columns / 320, 320).astype(np.uint16)
        ramp = np.repeat(brightness[None], 256, axis=0)
        assert np.mean(ramp > 4095) == pytest.approx(columns / 320, abs=0.002)
        with pytest.raises(UnreadableImage, match="have more bits than its header says; please export"):
            seen(written(ramp, SYNTAXES[name], bits=12))

    @pytest.mark.parametrize("signed", [False, True])
    def test_bits_above_those_in_use_may_be_an_overlay_or_the_sign(self, signed):
        drawn = np.zeros_like(DEEP)
        drawn[60:64] = drawn[:, 200:] = 0x1000
        # The upper bits of negative numbers are all set, up to the last one of 16.
        pixels = DEEP.astype(np.int16) - 2048 if signed else DEEP | drawn
        window = {"WindowCenter": 0, "WindowWidth": 4096} if signed else WHOLE
        np.testing.assert_array_equal(seen(written(pixels, bits=12, **window)), np.rint(DEEP / 4095 * 65535))

    def test_the_high_bit_says_where_the_value_lies(self):
        data = written(DEEP << 4, bits=12, HighBit=15, **WHOLE)
        np.testing.assert_array_equal(seen(data), np.rint(DEEP / 4095 * 65535))

    def test_each_window_is_offered_and_chosen(self):
        data = written(DEEP, bits=12, WindowCenter=[2048, 1024], WindowWidth=[4096, 2048])
        first, second = load_radiograph(data), load_radiograph(data, window=1)
        offered = ("Window 1 (level 2048, width 4096)", "Window 2 (level 1024, width 2048)", "Whole range")
        assert first.header.windows == offered
        np.testing.assert_array_equal(second.pixels, np.rint(np.clip(DEEP / 2047, 0, 1) * 65535))
        assert first.identity == FilmIdentity(first.sha256)
        assert second.identity == FilmIdentity(first.sha256, window=1)
        assert second.corrected(1).identity == FilmIdentity(first.sha256, turn=1, window=1)
        assert (first.window_name, second.window_name) == first.header.windows[:2]

    @pytest.mark.parametrize("window", [-1, 2, 7])
    def test_a_window_that_is_not_offered(self, window):
        with pytest.raises(ValueError, match=f"offers no window {window}"):
            load_radiograph(written(DEEP, bits=12, **WHOLE), window=window)

    def test_a_film_without_a_window_offers_no_choice(self):
        assert load_radiograph(written(DEEP, bits=12)).window_name == ""


def test_what_is_blank_is_refused():
    with pytest.raises(UnreadableImage, match="is blank, all of one grey"):
        load_radiograph(written(np.full((200, 200), 700, np.uint16), bits=12))


@pytest.mark.parametrize("sop_class", [CR, DX, SC])
def test_the_kinds_of_radiographs(sop_class):
    assert load_radiograph(written(FILM, EXPLICIT, sop_class=sop_class)).header.secondary is (sop_class == SC)


def test_whatever_else_goes_wrong_is_a_damaged_file(monkeypatch):
    from model_store.film.dicom import read as dicom

    def fail(dataset):
        raise KeyError("Mustermann^Erika")

    monkeypatch.setattr(dicom, "stored_pixels", fail)
    with pytest.raises(UnreadableImage, match="DICOM file is damaged or incomplete") as refusal:
        load_radiograph(written(FILM))
    assert refusal.value.name == "damaged"
    assert "Mustermann" not in str(refusal.value)


def test_nothing_of_the_header_is_logged_or_warned_of(caplog, capfd, recwarn):
    dataset = dataset_of(FILM)
    with disable_value_validation():
        dataset.ImageComments = "Mustermann " * 4000
    data = file_of(dataset).replace(b"4711", b"\xff\xfe\xfd\xfc")
    data = data.replace(b"Mustermann^Erika", b"Muster\x1bm\xffnn\\Erik")
    with caplog.at_level("DEBUG"):
        load_radiograph(data)
    assert not caplog.records
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")


def test_a_table_in_a_sequence_of_the_other_byte_order():
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [4096, 0, 16], np.arange(4096, dtype=">u2").tobytes()
    item["LUTDescriptor"].VR, item["LUTData"].VR = "US", "OW"
    data = written(DEEP, NATIVE["big endian"], bits=12, VOILUTSequence=[item])
    np.testing.assert_array_equal(seen(data), np.rint(DEEP / 4095 * 65535))


def test_a_picture_file_and_a_dicom_file_of_the_same_film():
    import io

    file = io.BytesIO()
    Image.fromarray(DEEP << 4).save(file, "PNG")
    png = load_radiograph(file.getvalue())
    dicom = load_radiograph(written(DEEP << 4, WindowCenter=2**15, WindowWidth=2**16))
    np.testing.assert_array_equal(png.pixels, dicom.pixels)
