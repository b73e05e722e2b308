"""Does all that is known of a film travel, and nothing that is not a fact?"""

import json
from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from model_store.decoding.facts import facts_of, film_of, study_image_of, texts_of
from model_store.film.header.header import Header, StudyImage
from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from tests.doubles.films import phantom

HEADER = Header(
    modality="DX",
    body_part="CHEST",
    age_years=3.5,
    spacing=(0.1, 0.2),
    windows=("Window 1", "Window 2"),
    bits=12,
    orientation=("L", "F"),
)
IMAGE = StudyImage(study="1f", kind="a CT image", header=HEADER, is_other_part=True, size=6, number=None)
FILM = replace(load_radiograph(phantom.png()), colour=1.25)
DICOM = replace(FILM, source_format="DICOM", transfer_syntax="JPEG 2000 Image Compression", header=HEADER, window=1)


@pytest.mark.parametrize("film", [FILM, DICOM], ids=["PNG", "DICOM"])
def test_all_of_a_film_comes_back(film):
    there = json.loads(json.dumps(facts_of(film)))
    back = film_of(film.pixels, there, film.sha256)
    for field in fields(Radiograph):
        assert np.all(getattr(back, field.name) == getattr(film, field.name)), field.name


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("source_format", "EXE"),
        ("source_format", None),
        ("colour", "red"),
        ("colour", float("inf")),
        ("window", "1"),
        ("transfer_syntax", 3),
        ("header", 3),
    ],
)
def test_what_is_no_fact(fact, value):
    with pytest.raises((ValueError, TypeError)):
        film_of(FILM.pixels, facts_of(FILM) | {fact: value}, FILM.sha256)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("modality", 3),
        ("modality", None),
        ("age_years", "3"),
        ("age_years", float("nan")),
        ("spacing", ["a", "b"]),
        ("windows", [1]),
        ("unclear", [1]),
        ("windows", "Window 1"),
        ("orientation", ["L", "left"]),
        ("orientation", ["L"]),
        ("bits", "12"),
        ("secondary", 1),
        ("name", "a patient's"),
    ],
)
def test_what_is_no_header(name, value):
    facts = facts_of(DICOM)
    with pytest.raises((ValueError, TypeError)):
        film_of(FILM.pixels, facts | {"header": facts["header"] | {name: value}}, FILM.sha256)


def test_a_fact_that_is_missing():
    with pytest.raises(KeyError):
        film_of(FILM.pixels, {"source_format": "PNG"}, FILM.sha256)


@pytest.mark.parametrize("image", [IMAGE, StudyImage(), replace(IMAGE, number=7)])
def test_all_of_an_image_of_a_study_comes_back(image):
    assert study_image_of(json.loads(json.dumps(asdict(image)))) == image


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("study", 1),
        ("kind", None),
        ("header", None),
        ("header", {"modality": 3}),
        ("is_other_part", "no"),
        ("size", "6"),
        ("number", 1.5),
        ("name", "a patient's"),
    ],
)
def test_what_is_no_image_of_a_study(fact, value):
    with pytest.raises((KeyError, ValueError, TypeError)):
        study_image_of(asdict(IMAGE) | {fact: value})


def test_an_image_of_a_study_of_which_something_is_missing():
    facts = asdict(IMAGE)
    del facts["number"]
    with pytest.raises((KeyError, TypeError)):
        study_image_of(facts)


def test_texts():
    texts = {"PatientID": "1", "PatientName": None}
    assert texts_of(texts) == texts
    for no_texts in (None, [], "PatientID", {"PatientID": 1}, {"PatientID": ["1"]}):
        with pytest.raises(TypeError):
            texts_of(no_texts)
