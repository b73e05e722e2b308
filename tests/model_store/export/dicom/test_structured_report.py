"""Can a program read from the report what the screen says, and which image it was said of?"""

import pytest
from highdicom.sr import EnhancedSR
from pydicom.sr.codedict import codes

from model_store.export.dicom.deidentify import origin_of
from model_store.export.dicom.secondary_capture import build_secondary_capture
from model_store.export.dicom.structured_report import (
    ANSWER,
    DECISION,
    EVIDENCE,
    OPERATING_POINT,
    PNEUMONIA,
    RULE_IN_POINT,
    RULE_OUT_POINT,
    build_structured_report,
)
from model_store.export.wording.map_sentences import MAP_CAPTION
from model_store.export.wording.sentences import RESEARCH_USE
from model_store.film.header.sides import UNSTATED, USUAL
from model_store.reading.decision.operating_points import OperatingPoints
from tests.doubles.fakes import WEIGHTS
from tests.doubles.films.dicom_sources import PATIENT, PICTURE, UIDS, film, result_of


def report_of(source=None, *, keep_patient=False, **more):
    """The report, read back as highdicom reads it, and the picture beside it."""
    origin, result = origin_of(source, keep_patient=keep_patient), result_of(source, **more)
    capture = build_secondary_capture(PICTURE, result, origin)
    return EnhancedSR.from_dataset(build_structured_report(result, origin, capture)), capture


def group_of(report):
    group, *_ = report.content.get_planar_roi_measurement_groups()
    return group


def region_of(report):
    return group_of(report).roi


def source_of(report):
    return region_of(report).ContentSequence[0].ReferencedSOPSequence[0]


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


@pytest.mark.parametrize(
    ("probability", "meaning"),
    [(0.05, "Not suspected"), (0.3, "Indeterminate"), (0.5, "Indeterminate"), (0.9, "Suspected")],
)
def test_with_three_points_there_is_one_verdict_of_three(probability, meaning):
    points = OperatingPoints(0.1, 0.437, 0.8)
    report, _ = report_of(probability=probability, points=points)
    group = group_of(report)
    verdicts = [item for item in group.get_qualitative_evaluations() if item.name in (ANSWER, DECISION)]
    assert [(item.name, item.value.meaning) for item in verdicts] == [(ANSWER, meaning)]
    figures = {measurement.name: measurement.value for measurement in group.get_measurements()}
    named = {OPERATING_POINT: 0.437, RULE_OUT_POINT: 0.1, RULE_IN_POINT: 0.8}
    assert {name: figures[name] for name in named} == pytest.approx(named, abs=1e-9)
    assert {"rule-out point 0.100000", "rule-in point 0.800000"} <= set(texts(report))


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
    for fact in ("kermany-1", f"weights SHA-256 {WEIGHTS}", "operating point 0.437000", "calibration 0.763 x logit"):
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
    ("zones", "sides", "expected"),
    [
        (("right upper",), USUAL, [("right", "Upper zone of lung")]),
        (("left middle", "left lower"), USUAL, [("left", "Middle zone of lung"), ("left", "Lower zone of lung")]),
        (("picture left upper",), UNSTATED, [("picture left", "Upper zone of lung")]),
        ((), USUAL, []),
    ],
)
def test_where_the_network_looked_is_not_called_the_site_of_the_finding(zones, sides, expected):
    group = group_of(report_of(zones=zones, sides=sides)[0])
    assert [(site.value.meaning, site.laterality) for site in group.finding_sites] == [("Lung", None)]
    found = {code: side for side, code in EVIDENCE.items()}
    evaluations = [item for item in group.get_qualitative_evaluations() if item.name in found]
    assert [(found[item.name], item.value.meaning) for item in evaluations] == expected
    assert all("evidence of the heatmap" in item.name.meaning for item in evaluations)


@pytest.mark.parametrize(("side", "other"), [("picture left", "left"), ("picture right", "right")])
def test_a_side_that_is_not_stated_has_no_laterality(side, other):
    code = EVIDENCE[side]
    assert code not in (EVIDENCE["left"], EVIDENCE["right"])
    assert code.meaning.endswith("side not stated")
    assert f"{other} lung" not in code.meaning
    assert len(code.value) <= 16, "PS3.5: a short string"
    assert len(code.meaning) <= 64, "a long string"


@pytest.mark.parametrize("keep_patient", [True, False])
def test_it_is_about_the_film_where_that_can_be_found(keep_patient):
    """Where its UIDs are replaced no archive has the film, and a viewer would look for it in vain."""
    report, capture = report_of(film(PATIENT), keep_patient=keep_patient)
    image = UIDS["SOPInstanceUID"] if keep_patient else capture.SOPInstanceUID
    assert source_of(report).ReferencedSOPInstanceUID == image
    assert report.StudyInstanceUID == capture.StudyInstanceUID
    evidence = report.get_evidence(current_procedure_only=True)
    assert {image for _, _, image, _ in evidence} == {image, capture.SOPInstanceUID}
    assert {study for study, *_ in evidence} == {capture.StudyInstanceUID}


def test_without_a_film_it_refers_to_the_picture():
    report, capture = report_of()
    assert source_of(report).ReferencedSOPInstanceUID == capture.SOPInstanceUID
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


WHOLE = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]


@pytest.mark.parametrize(
    "more", [{"probability": 0.4}, {"probability": 0.3, "points": OperatingPoints(0.1, 0.437, 0.8)}]
)
def test_a_film_that_is_not_suspected_is_framed(more):
    on_film, on_picture = (region_of(report_of(film(PATIENT), keep_patient=keep, **more)[0]) for keep in (True, False))
    assert on_film.value.tolist() == [[320 * x, 256 * y] for x, y in WHOLE]
    assert on_picture.value.tolist() == [[80 * x, 60 * y] for x, y in WHOLE]


def test_what_the_map_highlights_is_outlined_on_a_suspected_film():
    """Its one hot cell is the fifth of seven rows and the sixth of seven columns, of the crop from 1/8 to 7/8."""
    report, _ = report_of(film(PATIENT), keep_patient=True)
    groups = report.content.get_planar_roi_measurement_groups()
    line = groups[0].roi.value
    assert line[0].tolist() == line[-1].tolist()
    middle = (line.min(axis=0) + line.max(axis=0)) / 2
    assert middle == pytest.approx([320 * (0.125 + 0.75 * 5 / 6), 256 * (0.125 + 0.75 * 4 / 6)], abs=8)
    assert groups[0].tracking_identifier == "What the heatmap highlights"
    assert [len(group.get_measurements()) > 0 for group in groups] == [True] + [False] * (len(groups) - 1)
