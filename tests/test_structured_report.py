"""Can a program read from the report what the screen says, and which image it was said of?"""

import pytest
from highdicom.sr import EnhancedSR
from pydicom.sr.codedict import codes

from model_store.deidentify import origin_of
from model_store.overlay import MAP_CAPTION, RESEARCH_USE
from model_store.secondary_capture import build_secondary_capture
from model_store.structured_report import DECISION, EVIDENCE, OPERATING_POINT, PNEUMONIA, build_structured_report
from tests.dicom_sources import PATIENT, PICTURE, UIDS, film, result_of
from tests.fakes import WEIGHTS


def report_of(source=None, *, keep_patient=False, **more):
    """The report, read back as highdicom reads it, and the picture beside it."""
    origin, result = origin_of(source, keep_patient=keep_patient), result_of(source, **more)
    capture = build_secondary_capture(PICTURE, result, origin)
    return EnhancedSR.from_dataset(build_structured_report(result, origin, capture)), capture


def group_of(report):
    (group,) = report.content.get_image_measurement_groups()
    return group


def items_of(report):
    return group_of(report)[0].ContentSequence


def texts(report):
    return [item.TextValue for item in items_of(report) if item.ValueType == "TEXT"]


@pytest.mark.parametrize(("probability", "meaning"), [(0.8412, "Suspected"), (0.43, "Not suspected")])
def test_the_figures_and_the_decision(probability, meaning):
    group = group_of(report_of(probability=probability)[0])
    assert group.finding_type == PNEUMONIA
    figures = {measurement.name: measurement for measurement in group.get_measurements()}
    assert figures[codes.DCM.Probability].value == pytest.approx(probability, abs=1e-9)
    assert figures[OPERATING_POINT].value == pytest.approx(0.437, abs=1e-9)
    assert {measurement.unit.value for measurement in figures.values()} == {"1"}
    (decision,) = [item for item in group.get_qualitative_evaluations() if item.name == DECISION]
    assert decision.value.meaning == meaning


def test_who_said_it_of_what():
    report, _ = report_of()
    (device,) = report.content.get_observer_contexts(observer_type=codes.DCM.Device)
    observer = device.observer_identifying_attributes
    assert (observer.name, observer.manufacturer_name) == ("X-Ray Reader", "X-Ray Reader")
    assert (observer.model_name, observer.serial_number) == ("kermany-1", WEIGHTS)
    root = report.content[0]
    assert root.name == codes.DCM.ImagingMeasurementReport
    procedures = [item for item in root.ContentSequence if item.name == codes.DCM.ProcedureReported]
    assert [item.value.value for item in procedures] == ["399208008"]


def test_all_that_the_result_came_from():
    said = texts(report_of()[0])
    for fact in ("kermany-1", f"weights SHA-256 {WEIGHTS}", "operating point 0.437000", "temperature 1.310000"):
        assert fact in said


def test_what_has_to_be_read_with_it():
    report, _ = report_of(statements=["Warning: blurred.", "Overruled: Größe 肺."])
    comments = texts(report)[-5:]
    assert comments[:3] == [RESEARCH_USE, "Warning: blurred.", "Overruled: Größe 肺."]
    assert comments[3].startswith(MAP_CAPTION)
    assert comments[4] == f"Read from a PNG file with SHA-256 {result_of().reading.sha256}."
    assert report.VerificationFlag == "UNVERIFIED"
    assert report.ContentQualification == "RESEARCH"
    assert "not a medical device" in report.SeriesDescription


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        (("right upper",), [("right", "Upper zone of lung")]),
        (("left middle", "left lower"), [("left", "Middle zone of lung"), ("left", "Lower zone of lung")]),
        ((), []),
    ],
)
def test_where_the_network_looked_is_not_called_the_site_of_the_finding(zones, expected):
    group = group_of(report_of(zones=zones)[0])
    assert [(site.value.meaning, site.laterality) for site in group.finding_sites] == [("Lung", None)]
    found = {code: side for side, code in EVIDENCE.items()}
    evaluations = [item for item in group.get_qualitative_evaluations() if item.name in found]
    assert [(found[item.name], item.value.meaning) for item in evaluations] == expected
    assert all("evidence of the heatmap" in item.name.meaning for item in evaluations)


@pytest.mark.parametrize("keep_patient", [True, False])
def test_it_refers_to_the_film_and_lies_in_its_study(keep_patient):
    report, capture = report_of(film(PATIENT), keep_patient=keep_patient)
    (source,) = group_of(report).source_images
    assert source.referenced_sop_instance_uid == capture.SourceImageSequence[0].ReferencedSOPInstanceUID
    assert (source.referenced_sop_instance_uid == UIDS["SOPInstanceUID"]) is keep_patient
    assert report.StudyInstanceUID == capture.StudyInstanceUID
    evidence = report.get_evidence(current_procedure_only=True)
    assert {image for _, _, image, _ in evidence} == {source.referenced_sop_instance_uid, capture.SOPInstanceUID}
    assert {study for study, *_ in evidence} == {capture.StudyInstanceUID}


def test_without_a_film_it_refers_to_the_picture():
    report, capture = report_of()
    (source,) = group_of(report).source_images
    assert source.referenced_sop_instance_uid == capture.SOPInstanceUID
    assert [image for _, _, image, _ in report.get_evidence()] == [capture.SOPInstanceUID]


def test_it_points_to_the_picture_with_the_heatmap():
    report, capture = report_of(film(PATIENT))
    (item,) = [item for item in items_of(report) if item.name == codes.DCM.IllustrationOfROI]
    assert item.referenced_sop_instance_uid == capture.SOPInstanceUID


@pytest.mark.parametrize("keep_patient", [True, False])
def test_it_is_of_the_same_patient_as_the_picture(keep_patient):
    report, capture = report_of(film(PATIENT), keep_patient=keep_patient)
    for keyword in ("PatientID", "PatientName", "StudyDate", "AccessionNumber"):
        assert report[keyword].value == capture[keyword].value
    assert (report.PatientID == PATIENT["PatientID"]) is keep_patient
