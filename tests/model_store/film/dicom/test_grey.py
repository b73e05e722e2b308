"""Are modality and windows applied as the standard says? By hand, and against pydicom's own functions."""

import numpy as np
import pytest
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi, apply_windowing
from pydicom.uid import ExplicitVRLittleEndian

from model_store.film.dicom.grey import shown, windows_of
from tests.doubles.films.dicom_files import dataset_of

VALUES = np.arange(4096, dtype=np.uint16).reshape(64, 64)


def dataset(**attributes):
    made = dataset_of(VALUES, bits=12, **attributes)
    made.file_meta = Dataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.set_original_encoding(is_implicit_vr=False, is_little_endian=True)
    return made


def table(entries, first=0, bits=16):
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [len(entries), first, bits], [int(each) for each in entries]
    item["LUTDescriptor"].VR = item["LUTData"].VR = "US"
    return item


def grey(made, index=0):
    return shown(VALUES, made, windows_of(made)[index])


class TestByHand:
    def test_linear(self):
        """PS3.3 C.11.2.1.2: black up to c - 0.5 - (w - 1) / 2, white above c - 0.5 + (w - 1) / 2."""
        (window,) = windows_of(dataset(WindowCenter=10, WindowWidth=5))
        np.testing.assert_allclose(window.shares(np.array([7.0, 7.5, 8.5, 9.5, 11.5, 20])), [0, 0, 0.25, 0.5, 1, 1])

    def test_linear_exact(self):
        (window,) = windows_of(dataset(WindowCenter=10, WindowWidth=4, VOILUTFunction="LINEAR_EXACT"))
        np.testing.assert_allclose(window.shares(np.array([7.0, 8, 9, 10, 12, 20])), [0, 0, 0.25, 0.5, 1, 1])

    def test_sigmoid(self):
        (window,) = windows_of(dataset(WindowCenter=10, WindowWidth=4, VOILUTFunction="SIGMOID"))
        expected = [0, 1 / (1 + np.e), 0.5, np.e / (1 + np.e), 1]
        np.testing.assert_allclose(window.shares(np.array([-1e9, 9.0, 10, 11, 1e9])), expected, atol=1e-9)

    def test_a_width_of_one_is_a_step(self):
        (window,) = windows_of(dataset(WindowCenter=10, WindowWidth=1))
        np.testing.assert_array_equal(window.shares(np.array([9.0, 9.4, 9.6, 10])), [0, 0, 1, 1])

    def test_rescaled_values_are_windowed(self):
        made = dataset(RescaleSlope=2, RescaleIntercept=-100, WindowCenter=100, WindowWidth=201)
        film = grey(made).ravel()
        assert film[49] == 0
        assert film[100] == round((100 - 99.5 + 100) / 200 * 65535)
        assert film[150] == 65535

    @disable_value_validation()
    @pytest.mark.parametrize(("slope", "intercept"), [("NaN", 0), ("inf", 0), (0, 0), ("", ""), (1, "NaN")])
    def test_what_is_no_rescaling_changes_nothing(self, slope, intercept):
        made = dataset(RescaleSlope=slope, RescaleIntercept=intercept, WindowCenter=2048, WindowWidth=4096)
        np.testing.assert_array_equal(grey(made).ravel(), np.rint(np.arange(4096) / 4095 * 65535))

    @pytest.mark.parametrize("changed", [{"RescaleSlope": 1, "RescaleIntercept": 0}, {"ModalityLUTSequence": []}])
    def test_8_bits_that_are_rescaled_to_themselves_stay(self, changed):
        made = dataset(BitsStored=8, HighBit=7, **changed)
        pixels = np.arange(40, 200, dtype=np.uint8).reshape(10, 16)
        np.testing.assert_array_equal(shown(pixels, made, None), pixels)

    def test_negative_padding_without_its_sign(self):
        made = dataset(PixelRepresentation=1, WindowCenter=0, WindowWidth=4096, PixelPaddingValue=2**16 - 1)
        film = grey(made).ravel()
        assert film[4095] == 0
        assert film[0] == round(2048 / 4095 * 65535)

    def test_a_table_of_16_bits_that_uses_12(self):
        made = dataset(VOILUTSequence=[table(np.arange(4096))])
        np.testing.assert_array_equal(grey(made).ravel(), np.rint(np.arange(4096) / 4095 * 65535))


class TestTablesByHand:
    """Of 8 bits in 4096 values from 0: each entry is the grey of the value in its place."""

    ENTRIES = np.arange(256)

    @pytest.mark.parametrize(
        ("vr", "data"),
        [
            ("OW", ENTRIES.astype("u1").tobytes()),
            ("OW", ENTRIES.astype("<u2").tobytes()),
            ("US", ENTRIES.tolist()),
            ("US", ENTRIES.astype("u1").view("<u2").tolist()),
            ("SS", ENTRIES.astype("u1").view("<i2").tolist()),
        ],
        ids=["bytes", "words", "numbers", "two in a number", "two in a signed number"],
    )
    def test_every_way_to_store_them(self, vr, data):
        item = table([0] * 256, bits=8)
        item.add_new("LUTData", vr, data)
        film = grey(dataset(VOILUTSequence=[item])).ravel()
        np.testing.assert_array_equal(film[:256], np.rint(self.ENTRIES / 255 * 65535))

    @pytest.mark.parametrize("first", [-1024, 2**16 - 1024], ids=["signed", "unsigned"])
    @disable_value_validation()
    def test_a_first_value_below_0(self, first):
        item = table(np.arange(4096))
        item["LUTDescriptor"].VR, item.LUTDescriptor = "SS", [4096, first, 16]
        film = grey(dataset(RescaleSlope=1, RescaleIntercept=-1024, VOILUTSequence=[item])).ravel()
        np.testing.assert_array_equal(film, np.rint(np.arange(4096) / 4095 * 65535))


class TestAgainstPydicom:
    @pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
    @pytest.mark.parametrize(("centre", "width"), [(2048, 4096), (700, 300), (3000.5, 2000.5)])
    def test_windows(self, function, centre, width):
        made = dataset(WindowCenter=centre, WindowWidth=width, VOILUTFunction=function)
        expected = apply_windowing(VALUES, made) / 4095
        np.testing.assert_allclose(grey(made) / 65535, expected, atol=1e-5)

    @pytest.mark.parametrize("first", [0, 100, 3000])
    def test_tables(self, first):
        entries = np.linspace(0, 65535, 900).astype(np.uint16)
        made = dataset(VOILUTSequence=[table(entries, first)])
        np.testing.assert_array_equal(grey(made), apply_voi(VALUES, made))

    def test_modality_tables(self):
        entries = np.linspace(1000, 3000, 2000).astype(np.uint16)
        made = dataset(ModalityLUTSequence=[table(entries, 500)], WindowCenter=2000, WindowWidth=2001)
        values = apply_modality_lut(VALUES, made).astype(np.float64)
        expected = np.clip((values - 1999.5) / 2000 + 0.5, 0, 1)
        np.testing.assert_allclose(grey(made) / 65535, expected, atol=1e-5)


class TestNames:
    def test_tables_come_first(self):
        made = dataset(VOILUTSequence=[table([0, 9]), table([9, 0])], WindowCenter=[1, 2], WindowWidth=[30, 40])
        expected = ["Curve 1", "Curve 2", "Window 1 (level 1, width 30)", "Window 2 (level 2, width 40)"]
        assert [window.name for window in windows_of(made)] == expected

    def test_known_explanations_alone_are_taken_over(self):
        said = ["HARDER", "Mustermann"]
        made = dataset(WindowCenter=[1, 2], WindowWidth=[30, 40], WindowCenterWidthExplanation=said)
        names = [window.name for window in windows_of(made)]
        assert names == ["Harder (level 1, width 30)", "Window 2 (level 2, width 40)"]

    @pytest.mark.parametrize("width", [0, -5, 0.5])
    def test_windows_that_are_none_are_left_out(self, width):
        assert windows_of(dataset(WindowCenter=1, WindowWidth=width)) == []

    def test_a_table_without_entries_is_left_out(self):
        empty = Dataset()
        empty.LUTDescriptor = [256, 0, 8]
        assert windows_of(dataset(VOILUTSequence=[empty])) == []
        empty.LUTData = b""
        assert windows_of(dataset(VOILUTSequence=[empty])) == []
