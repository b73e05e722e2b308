import io
import logging
import warnings
from dataclasses import replace

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from model_store.film.dicom import study as dicom_study
from model_store.film.header.header import StudyImage
from tests.doubles.films.study_files import CT, DIRECTORY, DOSE_REPORT, NAME, film, other, saved

PLAIN = {"Modality": "CR", "StudyInstanceUID": "1.2.3", "ViewPosition": "LL", "Rows": 30, "Columns": 20}
PLAIN |= {"BitsAllocated": 8, "BitsStored": 8}


def study_image(start, salt="salt"):
    return dicom_study.study_image(start, salt)


def test_what_decides_is_read():
    image = study_image(film("AP", InstanceNumber=7))
    assert (image.kind, image.is_other_part, image.size, image.number) == ("", False, 320 * 256, 7)
    assert (image.header.view, image.header.body_part, image.header.modality) == ("AP", "CHEST", "CR")


def test_films_of_one_study_have_something_in_common_and_others_have_not():
    one, two, other_study = (
        study_image(film(view, study=study)) for view, study in (("PA", "1.2"), ("LL", "1.2"), ("PA", "1.3"))
    )
    assert one.study == two.study != other_study.study
    assert study_image(film()).study != study_image(film(), salt="another").study
    assert study_image(film(study="")).study == study_image(film(StudyInstanceUID=None)).study == ""


def test_nothing_that_is_kept_names_the_patient_or_the_study():
    kept = repr(study_image(film(study="1.2.840.99")))
    assert "Doe" not in kept
    assert "1.2.840.99" not in kept


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
@pytest.mark.parametrize("preamble", [True, False])
def test_every_way_to_write_a_header(syntax, preamble):
    image = study_image(saved(PLAIN, syntax=syntax, preamble=preamble))
    assert (image.study, image.header.view, image.size) == (study_image(saved(PLAIN)).study, "LL", 600)


@pytest.mark.parametrize(
    ("sop_class", "modality", "kind"),
    [
        (CT, "CT", "a CT image"),
        (DOSE_REPORT, "SR", "a structured report"),
        (DIRECTORY, "", "a DICOMDIR, the table of contents of a disc"),
    ],
)
def test_what_is_no_radiograph_is_called_by_its_name(sop_class, modality, kind):
    assert study_image(other(sop_class, modality=modality)).kind == kind


@pytest.mark.parametrize(("frames", "kind"), [(2, "a series of pictures"), (1, ""), (0, ""), ("", "")])
def test_a_film_of_several_pictures_is_never_the_one_of_a_study(frames, kind):
    assert study_image(film(NumberOfFrames=frames)).kind == kind


def test_another_part_of_the_body():
    assert study_image(film(BodyPartExamined="HAND")).is_other_part
    assert not study_image(film(BodyPartExamined=None)).is_other_part


def test_raw_data_of_the_detector():
    assert study_image(film(PresentationIntentType="FOR PROCESSING")).header.for_processing
    assert not study_image(film(PresentationIntentType="FOR PRESENTATION")).header.for_processing


def test_the_beginning_of_a_film_is_enough():
    whole = film("AP", InstanceNumber=7)
    assert len(whole) > 80_000
    assert study_image(whole[:2000]) == study_image(whole)


def test_a_header_that_ends_too_early_is_read_as_far_as_it_goes():
    whole = film("AP", SoftwareVersions="9" * 60, WindowCenterWidthExplanation="x" * 60)
    cut = whole.index(b"x" * 60) + 10
    assert study_image(whole[:cut]).study == study_image(whole).study


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("-3", -3), ("", None), ("many", None), ("1e400", None), ("nan", None)]
)
def test_a_number_that_is_none_changes_nothing_else(text, number):
    whole = film(InstanceNumber=1234567890)
    assert whole.count(b"1234567890") == 1
    image = study_image(whole.replace(b"1234567890", text.ljust(10).encode()))
    assert image == replace(study_image(film()), number=number)


@pytest.mark.parametrize(
    "start", [b"", bytes(128) + b"DICM", bytes(128) + b"DICM" + b"\xff" * 400, b"\x08\0\x05\0CS" + bytes(200)]
)
def test_a_header_that_is_damaged_stands_alone(start):
    assert study_image(start) == StudyImage()


def test_what_inflates_without_end_is_cut_off():
    deflated = saved(
        PLAIN | {"ImageComments": "x" * 10_000, "PixelData": bytes(50_000_000)}, syntax=DeflatedExplicitVRLittleEndian
    )
    assert len(deflated) < 100_000
    assert study_image(deflated).header.view == "LL"


def test_nothing_is_said_of_what_is_in_a_header(caplog):
    with warnings.catch_warnings(record=True) as said, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        study_image(film().replace(NAME.encode(), b"\xff\xfe^\x00Jan"))
        study_image(io.BytesIO(film()).read(1500))
    assert not said
    assert "Jan" not in caplog.text
