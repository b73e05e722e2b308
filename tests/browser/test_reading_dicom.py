"""A DICOM film in a real browser: without an extension, read in its other window, its result saved as DICOM."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.browser.pages import browser_page, choose, upload, violations
from tests.doubles.films import phantom
from tests.doubles.films.dicom_files import COMPRESSED, written
from tests.doubles.films.dicom_sources import PATIENT, UIDS
from tests.model_store.export.dicom.test_export import NEEDS_DCIODVFY, complaints
from xray_ui.reading.film import header
from xray_ui.reading.saving import panel as save_panel


def film(**values):
    pixels = phantom.chest_film(phantom.Chest(seed=1)).astype(np.uint16) * 16
    return written(
        4095 - pixels,
        COMPRESSED["JPEG 2000 lossless"],
        bits=12,
        PhotometricInterpretation="MONOCHROME1",
        WindowCenter=[2048, 1700],
        WindowWidth=[4096, 3400],
        BodyPartExamined="CHEST",
        ViewPosition="AP",
        **{"PatientAge": "012Y", **values},
    )


def test_a_film_without_an_extension_is_read_and_read_anew_in_its_other_window(address):
    with browser_page(address) as page:
        upload(page, "IM000001", film(), "")
        facts = page.locator(".st-key-facts")
        facts.get_by_text("Window 1 (level 2048").wait_for(state="attached")
        page.get_by_text("gives an age of 12 years").wait_for()
        page.get_by_text(header.TITLE).click()
        page.locator(".st-key-header").get_by_text("digital radiography").wait_for()
        assert page.get_by_text("Mustermann").count() == 0
        assert violations(page) == []
        assert page.locator(".xv-root").get_attribute("data-panes") == "2"
        page.get_by_role("button", name="Expand sidebar").click()
        page.locator('[data-testid="stSidebar"][data-collapsed="false"]').wait_for()
        page.wait_for_timeout(800)
        boxes = [page.locator(f".st-key-{key}").bounding_box() for key in ("layout", "result_column")]
        view, switch = (box["y"] + box["height"] / 2 for box in boxes)
        assert abs(view - switch) < 8, "all tools are in one line"
        picture = page.locator(".xv-film").first.get_attribute("src")
        choose(page, page.locator(".st-key-toolbar").get_by_role("combobox"), "Window 2")
        facts.get_by_text("Window 2 (level 1700").wait_for(state="attached")
        assert page.locator(".xv-film").first.get_attribute("src") != picture
        assert page.elsewhere == []


@pytest.fixture(scope="module")
def saved(address):
    """Both objects of a result, as downloaded from the screen: first without the patient, then with."""
    with browser_page(address) as page:
        upload(page, "IM000002", film(**UIDS, **PATIENT), "")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text(save_panel.NOT_KEPT).wait_for()
        without = downloaded(page)
        page.get_by_text(save_panel.KEEP_PATIENT).click()
        page.get_by_text(save_panel.KEPT_WARNING).wait_for()
        return without, downloaded(page)


def downloaded(page) -> list[bytes]:
    with page.expect_download() as download:
        page.get_by_role("button", name=save_panel.DICOM).click()
    assert "MARK" not in download.value.suggested_filename.upper()
    with zipfile.ZipFile(Path(download.value.path())) as packed:
        return [packed.read(name) for name in sorted(packed.namelist())]


def test_a_result_is_saved_as_two_objects_that_do_not_name_the_patient(saved):
    for data in saved[0]:
        assert b"MARK" not in data.upper()
        assert not [uid for uid in UIDS.values() if uid.startswith("1.2.999") and uid.encode() in data]
        assert PATIENT["PatientBirthDate"].encode() not in data
    capture, report = (pydicom.dcmread(io.BytesIO(data)) for data in saved[0])
    assert (capture.Modality, report.Modality) == ("OT", "SR")
    assert capture.PatientID == report.PatientID
    assert capture.pixel_array.shape[2] == 3, "the film with the heatmap over it"


def test_the_patient_is_kept_on_request(saved):
    for data in saved[1]:
        kept = pydicom.dcmread(io.BytesIO(data))
        assert (kept.PatientName, kept.PatientID) == (PATIENT["PatientName"], PATIENT["PatientID"])
        assert kept.StudyInstanceUID == UIDS["StudyInstanceUID"]


@NEEDS_DCIODVFY
def test_an_independent_check_finds_no_error_in_any_of_them(saved, tmp_path):
    for data in (*saved[0], *saved[1]):
        assert complaints(data, tmp_path) == (0, [])
