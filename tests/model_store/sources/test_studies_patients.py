"""Is a film ever named, or chosen, in the study of another patient? Not even where their files have one identifier."""

import io
from functools import partial

import pytest

from model_store.sources.films import Source, look_into
from model_store.sources.studies import places
from tests.doubles.films.study_files import film

ONE, TWO = {"PatientID": "1", "PatientName": "Doe^Jane"}, {"PatientID": "2", "PatientName": "Doe^Jane"}


def images(*films):
    """What is known of files that are handed over together."""
    found = look_into([Source(str(number), "IM", partial(io.BytesIO, data)) for number, data in enumerate(films)])
    return [contents.films[0].image for contents in found.values()]


def studies(*films):
    return [place.study for _, place in sorted(places(images(*films)).items())]


def test_two_patients_are_two_studies():
    found = places(images(film("LL", **ONE), film("PA", **TWO), film("AP", **ONE)))
    assert [(place.study, place.is_chosen) for place in found.values()] == [(1, False), (1, True), (2, True)]
    assert [place.sentence for place in found.values()][2] == "", "the film of the second patient stands alone"


def test_without_a_number_the_names_tell():
    names = ("Doe^Jane", "DOE^JANE", "Roe^Jane", None)
    assert studies(*(film("PA", PatientName=name) for name in names)) == [1, 1, 2, 3]


def test_images_of_one_patient_stay_together_however_the_name_is_written():
    assert studies(film("PA", **ONE), film("LL", **{**ONE, "PatientName": "DOE^J."})) == [1, 1]


@pytest.mark.parametrize("study", ["", None, " "])
def test_a_film_of_no_study_stands_alone_whoever_the_patient_is(study):
    assert studies(film("PA", StudyInstanceUID=study, **ONE), film("LL", StudyInstanceUID=study, **ONE)) == [0, 0]


def test_nothing_that_is_kept_names_the_patient():
    kept = repr(images(film("PA", PatientID="MARK-4711", PatientName="MARK^Mary")))
    assert "MARK" not in kept.upper()
