"""Does a viewer of another house, before another's archive, show what is filed, with its outline on the film?"""

import io

import numpy as np
import pydicom
import pytest

from tests.doubles.films.dicom_sources import UIDS
from tests.viewers import ohif
from tests.viewers.objects import dice, film_and_result

pytestmark = pytest.mark.skipif(ohif.missing() is not None, reason=f"OHIF before Orthanc: {ohif.missing()}")


@pytest.fixture(scope="module")
def page_and_study(tmp_path_factory):
    """A page of the viewer, the archive's address, and the study in which the de-identified result lies."""
    film, kept = film_and_result(keep_patient=True)
    _, without = film_and_result(keep_patient=False)
    with ohif.archive(tmp_path_factory.mktemp("archive")) as address, ohif.viewer(address) as page:
        ohif.store(address, film, *kept.named().values(), *without.named().values())
        yield page, address, pydicom.dcmread(io.BytesIO(without.structured_report)).StudyInstanceUID


def listed(page, modality):
    """The entry of the series of this kind, once it is in the list."""
    entry = page.locator('[data-cy^="study-browser-thumbnail"]').filter(
        has=page.locator('[data-cy="series-modality-label"]', has_text=modality)
    )
    entry.first.wait_for()
    return entry.first


def assert_outline_lies_where_the_film_is_white(page):
    listed(page, "SR").dblclick()
    inside, picture = ohif.outlined_and_shown(page)
    assert picture.max() > 250 and 5 < picture.mean() < 200, "it is neither black nor white"
    assert dice(inside, picture > 200) > 0.95


def test_the_report_opens_on_the_film_with_its_outline(page_and_study):
    page, address, _ = page_and_study
    ohif.open_study(page, address, UIDS["StudyInstanceUID"])
    for modality in ("CR", "OT", "PR", "SR"):
        listed(page, modality)
    assert_outline_lies_where_the_film_is_white(page)
    page.locator(".svg-layer").get_by_text("Probability: 0.84").wait_for()


def test_without_the_patient_it_opens_on_the_film_in_the_picture(page_and_study):
    page, address, study = page_and_study
    ohif.open_study(page, address, study)
    assert np.mean(ohif.shown(page)) > 5, "the picture is not black"
    assert_outline_lies_where_the_film_is_white(page)
    assert page.elsewhere == []
