"""Does the picture in the archive hold the pixels it was given, and say what it is and what it came from?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.export.dicom.deidentify import origin_of
from model_store.export.dicom.secondary_capture import build_secondary_capture
from model_store.export.wording.sentences import RESEARCH_USE
from tests.doubles.fakes import WEIGHTS
from tests.doubles.films.dicom_sources import COMPUTED_RADIOGRAPHY, PATIENT, PICTURE, UIDS, film, result_of


def capture_of(source=None, *, keep_patient=False, **more):
    origin = origin_of(source, keep_patient=keep_patient)
    return build_secondary_capture(PICTURE, result_of(source, **more), origin), origin


def test_pixels_come_back_as_they_went_in():
    capture, _ = capture_of()
    assert np.array_equal(capture.pixel_array, PICTURE)
    assert (capture.PhotometricInterpretation, capture.BitsStored) == ("RGB", 8)


def test_it_says_what_it_is():
    capture, _ = capture_of(statements=["Warning: blurred."])
    assert (capture.Modality, capture.ConversionType) == ("OT", "WSD")
    assert "RecognizableVisualFeatures" not in capture, "the program does not look for any"
    assert capture.ContentQualification == "RESEARCH"
    assert capture.ImageComments == f"{RESEARCH_USE} Warning: blurred."
    assert "not a medical device" in capture.SeriesDescription
    assert (capture.Manufacturer, capture.ManufacturerModelName) == ("X-Ray Reader", "kermany-1")
    assert capture.SoftwareVersions == WEIGHTS


def test_it_names_all_that_the_result_came_from():
    capture, _ = capture_of()
    said = capture.DerivationDescription
    for fact in (
        "Grad-CAM",
        "kermany-1",
        WEIGHTS,
        "operating point 0.437",
        "calibration 0.763 x logit",
        "pneumonia 0.8412",
    ):
        assert fact in said
    sha256 = result_of().reading.sha256
    assert said.endswith(f"Read from a PNG file with SHA-256 {sha256}.")


def test_the_hash_of_a_dicom_file_stays_with_its_patient():
    source = film(PATIENT)
    assert capture_of(source)[0].DerivationDescription.endswith("Read from a DICOM file.")
    kept, _ = capture_of(source, keep_patient=True)
    assert kept.DerivationDescription.endswith(
        f"Read from a DICOM file with SHA-256 {result_of(source).reading.sha256}."
    )


@pytest.mark.parametrize("keep_patient", [True, False])
def test_it_refers_to_the_film(keep_patient):
    capture, origin = capture_of(film(PATIENT), keep_patient=keep_patient)
    (item,) = capture.SourceImageSequence
    assert item.ReferencedSOPClassUID == COMPUTED_RADIOGRAPHY
    assert item.ReferencedSOPInstanceUID == origin.image.sop_uid
    assert (item.ReferencedSOPInstanceUID == UIDS["SOPInstanceUID"]) is keep_patient
    assert (capture.StudyInstanceUID == UIDS["StudyInstanceUID"]) is keep_patient
    assert capture.SeriesInstanceUID not in (origin.image.series_uid, UIDS["SeriesInstanceUID"])


def test_without_a_film_it_refers_to_none():
    assert "SourceImageSequence" not in capture_of()[0]


@pytest.mark.parametrize("said", ["YES", "NO", None])
def test_writing_in_the_picture_is_what_the_film_says(said):
    assert capture_of(film(BurnedInAnnotation=said))[0].get("BurnedInAnnotation") == said


@pytest.mark.parametrize(("said", "expected"), [("YES", "YES"), ("NO", None), (None, None)])
def test_a_typed_reason_may_name_anybody(said, expected):
    source = film(BurnedInAnnotation=said)
    result = result_of(source)
    typed = replace(result, reading=replace(result.reading, overruled="I know the child"))
    capture = build_secondary_capture(PICTURE, typed, origin_of(source))
    assert capture.get("BurnedInAnnotation") == expected


@pytest.mark.parametrize(
    ("source", "source_format", "expected"),
    [
        (None, "PNG", None),
        (b"jpeg", "JPEG", "01"),
        (film(), "DICOM", None),
        (film(LossyImageCompression="01"), "DICOM", "01"),
    ],
)
def test_what_was_lost_before_stays_lost(source, source_format, expected):
    assert capture_of(source, source_format=source_format)[0].get("LossyImageCompression") == expected


def test_words_without_end_are_cut_to_what_an_attribute_holds():
    capture, _ = capture_of(statements=["W" * 20_000])
    assert len(capture.ImageComments) == 10_240
    assert capture.ImageComments.startswith(RESEARCH_USE)
