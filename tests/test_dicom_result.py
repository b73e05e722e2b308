"""Which facts does a DICOM object name, and how long may they be?"""

from dataclasses import replace

import pytest

from model_store import reasons
from model_store.deidentify import origin_of
from model_store.dicom_result import AGE_LEFT_OUT, without_age
from model_store.quality import QualityReport
from tests.dicom_sources import film, result_of


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


def test_no_age_is_told_where_the_patient_is_left_out():
    reading = replace(result_of().reading, quality=QualityReport((reasons.age(34), reasons.BLURRED)))
    told = without_age(reading).quality
    assert [each.sentence for each in told.warnings] == [AGE_LEFT_OUT, reasons.BLURRED.sentence]
    assert "34" not in str(told)
