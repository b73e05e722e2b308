"""Can a result be saved as DICOM from the screen: of the film beside it, and with the patient only on request?"""

import io
import zipfile

import pydicom
import pytest
import streamlit as st

from model_store.export.dicom import filed
from model_store.export.dicom.deidentify import NOT_IN_THE_FILE
from model_store.export.wording.sentences import RESEARCH_USE
from model_store.reading.film_check.reasons import BLURRED, NOT_A_CHEST, NOT_A_RADIOGRAPH, age
from model_store.reading.film_check.verdict import QualityReport
from tests.doubles.app_driver import FIRST, SECOND, add, fake_classifier, fake_reads, plain, press, start, upload  # noqa: F401
from tests.doubles.films.dicom_sources import PATIENT, PICTURE, UIDS, drawn_film
from xray_ui.basics.errors import NotMade
from xray_ui.reading.case import shown
from xray_ui.reading.saving import panel as save_panel


@pytest.fixture
def offered(monkeypatch):
    """What the last run offers to download: the arguments of each button, by its label."""
    buttons = {}
    monkeypatch.setattr(st, "download_button", lambda label, **others: buttons.update({label: others}))
    return buttons


def unpacked(button):
    """Both objects of a file that is offered, made as Streamlit makes them: without the session."""
    with zipfile.ZipFile(io.BytesIO(button["data"]())) as packed:
        return [pydicom.dcmread(io.BytesIO(packed.read(name))) for name in sorted(packed.namelist())]


def test_the_files_hold_the_result_beside_the_film(classifier, offered):
    classifier.probabilities = [0.84, 0.12]
    app = upload(start(), ("Marker Mary.png", FIRST))
    capture, report = unpacked(offered["Save as DICOM"])
    assert "probability of pneumonia 0.8400" in capture.DerivationDescription
    assert shown.sha256_of(FIRST) in capture.DerivationDescription
    assert capture.ImageComments.startswith(RESEARCH_USE)
    assert report.PatientID == capture.PatientID
    assert "Marker" not in str(capture) + str(report)
    add(app, "second.png", SECOND)
    assert "probability of pneumonia 0.1200" in unpacked(offered["Save as DICOM"])[0].DerivationDescription


def test_nothing_is_made_before_it_is_asked_for(classifier, offered, monkeypatch):
    monkeypatch.setattr(save_panel, "file_result", lambda *_, **__: pytest.fail("made in a run of the screen"))
    upload(start(), ("child.png", FIRST))
    assert callable(offered["Save as DICOM"]["data"])


def test_warnings_and_what_was_overruled_go_along(classifier, offered):
    classifier.check = lambda film: QualityReport((BLURRED,))
    app = upload(start(), ("child.png", FIRST))
    assert f"Warning: {BLURRED.sentence}" in unpacked(offered["Save as DICOM"])[0].ImageComments
    press(app, "Overrule this warning")
    assert f"Overruled by the reader: {BLURRED.sentence}" in unpacked(offered["Save as DICOM"])[0].ImageComments


def test_a_typed_reason_goes_along_and_the_reader_is_told(classifier, offered):
    classifier.check = lambda film: QualityReport((NOT_A_CHEST,))
    app = upload(start(), ("child.png", FIRST))
    assert "Save as DICOM" not in offered
    assert save_panel.YOUR_REASON not in plain(app)
    app.text_area[0].set_value("I can see both lungs on it").run()
    app = press(app, "Read it all the same")
    assert save_panel.YOUR_REASON in plain(app)
    assert "The reader's reason: I can see both lungs on it." in unpacked(offered["Save as DICOM"])[0].ImageComments


def test_nothing_is_offered_for_a_film_that_was_refused(classifier, offered):
    classifier.check = lambda film: QualityReport((NOT_A_RADIOGRAPH,))
    app = upload(start(), ("child.png", FIRST), ("empty.png", b""))
    assert offered == {}
    assert save_panel.DICOM_HELP not in plain(app)


def test_a_picture_file_has_no_patient_to_keep(classifier, offered):
    app = upload(start(), ("child.png", FIRST))
    assert save_panel.NOT_KEPT in plain(app)
    assert [toggle for toggle in app.toggle if toggle.label == save_panel.KEEP_PATIENT] == []
    assert offered["Save as DICOM"]["file_name"] == "result-without-patient.zip"


def test_what_fails_is_a_number_without_detail(classifier, offered, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("Marker^Mary")

    monkeypatch.setattr(save_panel, "file_result", fail)
    upload(start(), ("child.png", FIRST))
    with pytest.raises(NotMade, match=r"^error [0-9A-F]{6}$"):
        offered["Save as DICOM"]["data"]()
    assert "Marker" not in caplog.text


def test_the_map_is_in_the_file_whatever_is_shown(classifier, offered):
    app = upload(start(), ("child.png", FIRST))
    side_by_side = unpacked(offered["Save as DICOM"])[0].pixel_array.shape
    app.segmented_control(key="layout").set_value("original").run()
    assert unpacked(offered["Save as DICOM"])[0].pixel_array.shape == side_by_side


class TestDicomFilm:
    """A film that was uploaded as DICOM, with a patient in its header."""

    @pytest.fixture
    def app(self, classifier, offered):
        return upload(start(), ("IM0001", drawn_film(PATIENT)))

    def switch(self, app):
        (toggle,) = [each for each in app.toggle if each.label == save_panel.KEEP_PATIENT]
        return toggle

    def test_the_patient_stays_out_unless_asked_for(self, app, offered):
        assert not self.switch(app).value
        assert save_panel.NOT_KEPT in plain(app)
        assert save_panel.KEPT_WARNING not in plain(app)
        for made in unpacked(offered["Save as DICOM"]):
            assert made.PatientID.startswith("XRR-")
            assert made.StudyInstanceUID != UIDS["StudyInstanceUID"]

    def test_the_switch_keeps_the_patient_and_warns(self, app, offered):
        app = self.switch(app).set_value(True).run()
        assert save_panel.KEPT_WARNING in plain(app)
        assert save_panel.NOT_KEPT not in plain(app)
        assert offered["Save as DICOM"]["file_name"] == "result-with-patient.zip"
        for made in unpacked(offered["Save as DICOM"]):
            assert made.PatientName == PATIENT["PatientName"]
            assert made.StudyInstanceUID == UIDS["StudyInstanceUID"]

    def test_the_switch_is_off_for_the_next_film(self, app, offered):
        app = self.switch(app).set_value(True).run()
        app = add(app, "IM0002", drawn_film(PATIENT, seed=2))
        assert not self.switch(app).value
        assert all(made.PatientID.startswith("XRR-") for made in unpacked(offered["Save as DICOM"]))

    def test_the_picture_names_the_files_hash_only_with_the_patient(self, app, offered, monkeypatch):
        details = []
        monkeypatch.setattr(filed, "render_sheet", lambda *given: details.append(given[-1].details) or PICTURE)
        app = app.run()
        offered["Save as DICOM"]["data"]()
        self.switch(app).set_value(True).run()
        offered["Save as DICOM"]["data"]()
        image = f"image {shown.sha256_of(drawn_film(PATIENT))[:12]}"
        assert [image in said for said in details] == [False, True]

    def test_a_film_without_a_place_in_the_archive_says_so(self, classifier, offered):
        app = upload(start(), ("IM0001", drawn_film({"StudyInstanceUID": None})))
        assert len(unpacked(offered.pop("Save as DICOM"))) == 2
        app = self.switch(app).set_value(True).run()
        assert NOT_IN_THE_FILE in plain(app)
        assert "Save as DICOM" not in offered

    def test_the_age_is_told_only_with_the_patient(self, app, classifier, offered):
        classifier.check = lambda film: QualityReport((age(12),))
        app = add(app, "IM0002", drawn_film(PATIENT, seed=2))
        assert "12 years" in plain(app)
        assert not [made for made in unpacked(offered["Save as DICOM"]) if "12 years" in str(made)]
        self.switch(app).set_value(True).run()
        (capture,) = (made for made in unpacked(offered["Save as DICOM"]) if "ImageComments" in made)
        assert "12 years" in capture.ImageComments
