"""Does the screen say what matters of a header, in words?"""

from model_store.header import Header
from xray_ui import header_wording

FULL = Header(
    modality="DX", body_part="CHEST", view="PA", age_years=3.4, sex="F", spacing=(0.14, 0.14),
    spacing_kind="imager pixel spacing", windows=("Curve 1", "Curve 2"), photometric="MONOCHROME1", bits=12,
)  # fmt: skip


def test_a_full_header():
    assert header_wording.rows(FULL, "RLE Lossless") == [
        ("Modality", "digital radiography (DX)"),
        ("Body part", "chest"),
        ("View", "frontal, from behind (PA)"),
        ("Age", "3 years"),
        ("Sex", "female"),
        ("Pixel", "0.140 x 0.140 mm (imager pixel spacing)"),
        ("Windows", "Curve 1, Curve 2"),
        ("Greys", "MONOCHROME1, 12 bits"),
        ("Stored as", "RLE Lossless"),
    ]


def test_an_empty_header():
    rows = dict(header_wording.rows(Header(photometric="RGB", bits=8), "Implicit"))
    missing = {"Modality", "Body part", "View", "Age", "Sex", "Pixel", "Windows"}
    assert {name for name, value in rows.items() if value == header_wording.NOT_GIVEN} == missing


def test_a_copy():
    assert dict(header_wording.rows(Header(modality="OT", secondary=True), ""))["Modality"] == "copy, other (OT)"
    assert dict(header_wording.rows(Header(secondary=True), ""))["Modality"] == "copy"
