"""Does what a result says of a mirrored film lie right on the film as it is stored, and is it shown as it was read?"""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pydicom
import pytest
from highdicom.sr import EnhancedSR

from model_store.export.dicom.export import export_dicom
from model_store.export.dicom.regions import in_pixels
from model_store.film.radiograph import Radiograph
from tests.doubles.films.dicom_sources import PATIENT, PICTURE, film, result_of

CORNER = np.array([[0, 0], [0.25, 0], [0.25, 0.5], [0, 0.5], [0, 0]], np.float32)
"""A quarter of the width and half of the height, at the top left of the film as it was read."""


@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize("turn", range(4))
def test_an_outline_is_taken_back_to_the_stored_pixels(turn, is_mirrored):
    """Stored 8 x 4 pixels, each its own number: the box holds the same ones in both films."""
    stored = Radiograph(np.arange(32, dtype=np.uint8).reshape(8, 4), "0" * 64, "DICOM")
    read = stored.corrected(turn, mirror=is_mirrored).pixels
    height, width = read.shape
    found = in_pixels(CORNER, stored.pixels.shape, turn, is_mirrored=is_mirrored)
    (left, top), (right, bottom) = found.min(axis=0).astype(int), found.max(axis=0).astype(int)
    expected = read[: height // 2, : width // 4]
    assert sorted(stored.pixels[top:bottom, left:right].ravel()) == sorted(expected.ravel())


def exported(turn, *, is_mirrored):
    source = film(PATIENT)
    result = result_of(source)
    result = replace(result, reading=replace(result.reading, turn=turn, is_mirrored=is_mirrored))
    return export_dicom(PICTURE, result, source, keep_patient=True)


@pytest.mark.parametrize(("turn", "flip"), [(0, "Y"), (3, "Y"), (3, "N"), (0, None)])
def test_a_viewer_turns_and_flips_the_film_as_it_was_read(turn, flip):
    files = exported(turn, is_mirrored=flip == "Y").named().values()
    (state,) = [each for each in map(_parsed, files) if each.Modality == "PR"]
    assert state.get("ImageRotation") == (None if flip is None else 90 * turn)
    assert state.get("ImageHorizontalFlip") == flip


def test_the_region_of_the_report_is_mirrored_back_onto_the_film():
    plain, mirrored = (_region(exported(0, is_mirrored=flip)) for flip in (False, True))
    np.testing.assert_allclose(mirrored[:, 0], 320 - plain[:, 0], atol=1e-3)
    np.testing.assert_allclose(mirrored[:, 1], plain[:, 1], atol=1e-3)


def _parsed(data):
    return pydicom.dcmread(BytesIO(data))


def _region(files):
    (report,) = [each for each in map(_parsed, files.named().values()) if each.Modality == "SR"]
    groups = EnhancedSR.from_dataset(report).content.get_planar_roi_measurement_groups()
    return np.concatenate([group.roi.value for group in groups])
