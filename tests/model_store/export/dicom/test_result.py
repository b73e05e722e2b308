"""Which facts does a DICOM object name, and how long may they be?"""

from dataclasses import replace

import pytest

from model_store.export.dicom.deidentify import origin_of
from model_store.export.wording.sentences import overruled_refusal
from model_store.export.wording.words import AGE_LEFT_OUT, without_age
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import QualityReport
from tests.doubles.films.dicom_sources import film, result_of


@pytest.mark.parametrize(
    ("version", "expected"), [("kermany-3", "kermany-3"), ("v" * 80, "v" * 64), ("two\\parts", "two parts")]
)
def test_a_versions_name_fits_its_attribute(version, expected):
    result = result_of()
    assert replace(result, reading=replace(result.reading, version=version)).model_name == expected


@pytest.mark.parametrize(
    ("source", "keep_patient", "is_named"), [(None, False, True), (film(), False, False), (film(), True, True)]
)
def test_the_files_hash_is_named_where_it_leads_to_no_patient_or_to_his_own_archive(source, keep_patient, is_named):
    result, origin = result_of(source), origin_of(source, keep_patient=keep_patient)
    assert (result.reading.sha256 in result.derivation(origin)) is is_named


def test_the_window_is_told():
    result = result_of(film())
    windowed = replace(result, reading=replace(result.reading, window="Lung (level 100, width 80)"))
    said = windowed.derivation(origin_of(film()))
    assert said.endswith(" Read from a DICOM file in the window: Lung (level 100, width 80).")


@pytest.mark.parametrize("age", [reasons.age(13.5), reasons.age_unclear("13"), reasons.age(34)])
def test_no_age_is_told_where_the_patient_is_left_out(age):
    reading = replace(result_of().reading, quality=QualityReport((age, reasons.BLURRED)), overruled="it is no adult")
    told = without_age(reading)
    assert [each.sentence for each in told.quality.reasons] == [AGE_LEFT_OUT, reasons.BLURRED.sentence]
    assert not any(said in str(told.quality) + overruled_refusal(told) for said in ("13", "34", "of an adult"))


def test_all_points_are_named():
    assert "operating point 0.437, calibration" in result_of().derivation(origin_of(None))
    said = result_of(points=OperatingPoints(0.1, 0.437, 0.8)).derivation(origin_of(None))
    assert "operating point 0.437, rule-out point 0.100, rule-in point 0.800, calibration" in said
