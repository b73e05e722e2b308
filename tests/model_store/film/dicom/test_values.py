"""Is every number of a header found that can be, and none that cannot?"""

import numpy as np
import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from model_store.film.dicom.file import silent
from model_store.film.dicom.grey import windows_of
from model_store.film.dicom.values import numbers

NO = float("nan")


def dataset(**said):
    made = Dataset()
    for keyword, value in said.items():
        tag = Tag(keyword)
        made[tag] = RawDataElement(tag, "DS", len(value), value, 0, False, True)
    return made


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"", []),
        (b" 40 ", [40]),
        (b"40\\80", [40, 80]),
        (b"40\\", [40, NO]),
        (b"\\40", [NO, 40]),
        (b"40\\many", [40, NO]),
        (b"0,143\\0,5", [0.143, 0.5]),
        (b"2048,5", [2048.5]),
        (b"4,096", [NO]),
        (b"1,024,000", [NO]),
        (b"NaN", [NO]),
        (b"4 0", [NO]),
    ],
)
def test_each_in_its_place(said, expected):
    with silent():
        np.testing.assert_array_equal(numbers(dataset(WindowCenter=said), "WindowCenter"), expected)


@pytest.mark.parametrize(
    ("centres", "widths", "names"),
    [
        (b"40\\", b"80\\", ["Window 1 (level 40, width 80)"]),
        (b"many\\40", b"80\\90", ["Window 2 (level 40, width 90)"]),
        (b"40,5", b"80,0", ["Window 1 (level 40.5, width 80)"]),
        (b"40", b"NaN", []),
    ],
)
def test_a_window_that_is_none_costs_no_other(centres, widths, names):
    with silent():
        found = windows_of(dataset(WindowCenter=centres, WindowWidth=widths))
    assert [window.name for window in found] == names
