"""Is it told from a header that no person was filmed, another part of the body, or a picture that a program changed?"""

import pytest
from pydicom.dataset import Dataset

from model_store.film.dicom.header.subject import is_without_bones, other_part_of, subject_of
from model_store.film.header.header import ANIMAL, TEST_OBJECT
from model_store.film.load import load_radiograph
from tests.doubles.films.dicom_files import FILM, written


def said(**elements):
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def code(value):
    return [said(CodeValue=value, CodingSchemeDesignator="SCT", CodeMeaning="")]


@pytest.mark.parametrize(
    "elements",
    [
        {"PatientSpeciesDescription": "Canine"},
        {"PatientSpeciesDescription": "Felis catus", "PatientBreedDescription": "Maine Coon"},
        {"PatientSpeciesCodeSequence": code("448771007")},
        {"PatientBreedDescription": "Beagle"},
    ],
)
def test_an_animal(elements):
    assert subject_of(said(**elements)) == ANIMAL


@pytest.mark.parametrize(
    "elements",
    [
        {"QualityControlSubject": "YES"},
        {"QualityControlImage": "YES"},
        {"PatientName": "CHEST_PHANTOM^LUNGMAN"},
        {"SeriesDescription": "Fantom thorax"},
        {"PatientID": "QC-PHANTOM-1"},
    ],
)
def test_a_test_object(elements):
    assert subject_of(said(**elements)) == TEST_OBJECT


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"PatientSpeciesDescription": "Homo sapiens"},
        {"PatientSpeciesDescription": "Human", "PatientBreedDescription": "NONE"},
        {"PatientSpeciesCodeSequence": code("337915000")},
        {"PatientSpeciesDescription": "UNKNOWN", "PatientBreedDescription": ""},
        {"QualityControlImage": "NO", "PatientName": "Phantomas^Erika", "SeriesDescription": "Thorax pa"},
    ],
)
def test_a_person_or_nothing_said(elements):
    assert subject_of(said(**elements)) == ""


@pytest.mark.parametrize(
    ("elements", "part"),
    [
        ({"SeriesDescription": "ABDOMEN AP"}, "ABDOMEN"),
        ({"SeriesDescription": "", "ProtocolName": "Handgelenk_links"}, "ARM"),
        ({"SeriesDescription": "Chest and abdomen, babygram"}, ""),
        ({"SeriesDescription": "Portable AP"}, ""),
        ({"SeriesDescription": "PA de pie"}, ""),
        ({"SeriesDescription": "AP arms up, 6 feet"}, ""),
        ({"ProtocolName": "Main room 2"}, ""),
        ({"StudyDescription": "ABDOMEN"}, ""),
    ],
)
def test_the_part_that_a_description_of_the_picture_names(elements, part):
    assert other_part_of(said(**elements)) == part


@pytest.mark.parametrize(
    ("elements", "is_found"),
    [
        ({"SeriesDescription": "Chest PA bone suppressed"}, True),
        ({"SeriesDescription": "CXR_BONE_SUPPRESSION"}, True),
        ({"DerivationDescription": "Suppression of ribs"}, True),
        ({"SeriesDescription": "Soft tissue, dual energy"}, True),
        ({"SeriesDescription": "ClearRead Bone Suppression"}, True),
        ({"SeriesDescription": "Chest PA", "DerivationDescription": "Lossy compression 10:1"}, False),
        ({"SeriesDescription": "Bone age"}, False),
    ],
)
def test_a_picture_without_bones(elements, is_found):
    assert is_without_bones(said(**elements)) is is_found


def test_a_film_says_it_by_its_header_and_never_in_its_own_words():
    found = load_radiograph(
        written(
            FILM,
            PatientSpeciesDescription="Canine Mustermann",
            SeriesDescription="Abdomen of Mustermann, bone suppressed",
            BodyPartExamined="CHEST",
        )
    ).header
    assert (found.subject, found.described_part, found.is_without_bones) == (ANIMAL, "ABDOMEN", True)
    assert found.is_part_contradicted
    assert "MUSTER" not in repr(found).upper()


def test_where_no_part_is_named_the_description_tells():
    found = load_radiograph(written(FILM, SeriesDescription="KUB", BodyPartExamined="")).header
    assert found.is_chest is False
    assert not found.is_part_contradicted
    assert load_radiograph(written(FILM, SeriesDescription="Film 2", BodyPartExamined="")).header.is_chest is None
