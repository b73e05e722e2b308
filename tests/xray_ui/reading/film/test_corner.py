"""Does the corner hold what the header gives and nothing else, and is a millimetre one where the header says so?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.film.header.header import Header
from model_store.film.radiograph import Radiograph
from xray_ui.reading.film import corner

HEADER = Header(view="PA", age_years=3.4, sex="F", spacing=(0.2, 0.1), spacing_kind="imager pixel spacing")


def film(header: Header | None) -> Radiograph:
    return Radiograph(np.zeros((64, 96), np.uint8), sha256="a", source_format="DICOM", header=header)


def test_all_that_is_known():
    assert corner.lines("IM1", film(HEADER)) == ["IM1", "PA", "3 years", "0.1 mm a pixel at the detector"]


@pytest.mark.parametrize("header", [None, Header(), Header(age_stated="62", unclear=("age_years",))])
def test_what_is_not_known_is_not_there(header):
    assert corner.lines("IM1", film(header)) == ["IM1"]
    assert corner.spacing(film(header)) is None


@pytest.mark.parametrize(
    ("kind", "where"),
    [("imager pixel spacing", " at the detector"), ("scanned film", " on the scanned film"), ("pixel spacing", "")],
)
def test_it_is_said_where_the_spacing_holds(kind, where):
    assert corner.spacing(film(replace(HEADER, spacing_kind=kind))) == (0.2, 0.1, where)


def test_a_turned_film_has_its_spacing_turned():
    stored = film(HEADER)
    assert corner.spacing(stored.corrected(turn=1))[:2] == (0.1, 0.2)
    assert corner.spacing(stored.corrected(turn=2))[:2] == (0.2, 0.1)
