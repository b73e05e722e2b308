"""Does the screen say what matters of a header, in words?"""

import pytest

from model_store.film.header.header import Header
from xray_ui.reading.film import header

FULL = Header(
    modality="DX", body_part="CHEST", view="PA", age_years=3.4, sex="F", spacing=(0.14, 0.14),
    spacing_kind="imager pixel spacing", windows=("Curve 1", "Curve 2"), photometric="MONOCHROME1", bits=12,
    orientation=("L", "F"),
)  # fmt: skip


def test_a_full_header():
    assert header.rows(FULL, "RLE Lossless") == [
        ("Modality", "digital radiography (DX)"),
        ("Body part", "chest"),
        ("View", "frontal, from behind (PA)"),
        ("Age", "3 years"),
        ("Sex", "female"),
        ("Orientation", "picture right is the patient's left, bottom is feet"),
        ("Pixel", "0.140 x 0.140 mm (imager pixel spacing)"),
        ("Windows", "Curve 1, Curve 2"),
        ("Greys", "MONOCHROME1, 12 bits"),
        ("Stored as", "RLE Lossless"),
    ]


def test_an_empty_header():
    rows = dict(header.rows(Header(photometric="RGB", bits=8), "Implicit"))
    missing = {"Modality", "Body part", "View", "Age", "Sex", "Orientation", "Pixel", "Windows"}
    assert {name for name, value in rows.items() if value == header.NOT_GIVEN} == missing


def test_what_is_given_is_never_called_not_given():
    attributes = ("modality", "body_part", "view", "age_years", "sex", "orientation", "spacing", "windows")
    rows = header.rows(Header(photometric="RGB", bits=8, unclear=attributes), "Implicit")
    assert [value for _, value in rows].count(header.UNCLEAR) == 8
    assert header.NOT_GIVEN not in dict(rows).values()


@pytest.mark.parametrize(
    ("years", "said"), [(None, 'unclear, "62"'), (3.0, '3 years by the dates, but stated as unclear, "62"')]
)
def test_an_age_that_nobody_understands_is_shown_as_it_stands(years, said):
    film = Header(age_years=years, age_stated="62", unclear=() if years else ("age_years",))
    assert dict(header.rows(film, ""))["Age"] == said


def test_a_copy():
    assert dict(header.rows(Header(modality="OT", secondary=True), ""))["Modality"] == "copy, other (OT)"
    assert dict(header.rows(Header(secondary=True), ""))["Modality"] == "copy"
