"""What is written with a result, and what of a version has to be read beside its map?"""

from dataclasses import replace

import pytest

from model_store.export.wording.map_sentences import location_sentence
from model_store.export.wording.words import AGE_LEFT_OUT, cautions, findings_of, is_named, words_of
from model_store.film.load import load_radiograph
from model_store.reading.film_check.verdict import QualityReport, Reason
from model_store.reading.results import GRAD_CAM, LAST_MAP
from tests.doubles.batch_doubles import PNG, FakeClassifier
from tests.doubles.films.dicom_sources import PATIENT, drawn_film

CONTROLS = {
    "file_size": {"sentence": "The size tells."},
    "exchange": {"sentence": "The chest counts."},
    "random_chests": {"sentence": "It does."},
}
MAPS = {"failed": ["It misses discs."]}


@pytest.fixture
def of_a_child(card):
    """A DICOM film and its reading, which warns of the age that the header gives."""
    film = load_radiograph(drawn_film(PATIENT))
    warnings = (Reason("age", "warn", "The header says 14 years."), Reason("blur", "warn", "It is blurred."))
    return film, replace(FakeClassifier(card).read(film), quality=QualityReport(warnings))


def test_without_the_patient_neither_age_nor_hash_is_named(of_a_child, card):
    film, reading = of_a_child
    words = words_of(film, reading, card, findings=["It lies there."])
    assert words.notices == [f"Warning: {AGE_LEFT_OUT}", "Warning: It is blurred."]
    assert film.sha256[:12] not in words.details
    assert reading.weights_sha256[:12] in words.details
    assert words.findings == ["It lies there."]


def test_with_the_patient_both_are(of_a_child, card):
    film, reading = of_a_child
    words = words_of(film, reading, card, findings=[], overruled=frozenset({"blur"}), keep_patient=True)
    assert words.notices == ["Warning: The header says 14 years.", "Overruled by the reader: It is blurred."]
    assert f"image {film.sha256[:12]}" in words.details


def test_the_hash_of_a_picture_leads_to_nobody():
    assert is_named(load_radiograph(PNG), keep_patient=False)
    assert not is_named(load_radiograph(drawn_film(PATIENT)), keep_patient=False)


def test_what_nobody_has_added_to_is_said_all_the_same(card):
    tested = replace(card, content={**card.content, "test": {"maps": MAPS}})
    reading = FakeClassifier(tested).read(load_radiograph(PNG))
    said = findings_of(reading, reading.explanation, tested)
    assert said[0].startswith("Trust it")
    assert said[-2] == location_sentence(reading.explanation)
    assert said[-1] == "It misses discs."


def test_of_a_map_that_is_folded_away_nothing_is_said_but_that(card):
    tested = replace(card, content={**card.content, "test": {"maps": MAPS | {"wanted": {"a": 1}}}})
    reading = FakeClassifier(tested).read(load_radiograph(PNG))
    shown, folded = (findings_of(reading, reading.explanation, tested, folded=each) for each in (False, True))
    assert shown[0].endswith("Take the heatmap as a rough guide.")
    assert "heatmap" not in folded[0]
    assert folded[-1] == location_sentence(reading.explanation, folded=True)


def test_what_the_answer_rests_on_is_said_with_and_without_a_map():
    card = {"test": {"controls": CONTROLS, "maps": MAPS}}
    assert cautions(card, GRAD_CAM) == ["The chest counts.", "It misses discs."]
    assert cautions(card, GRAD_CAM, shows_map=False) == ["The chest counts."]


def test_of_the_controls_one_sentence_is_enough_and_none_on_the_set_of_films():
    assert cautions({"test": {"controls": CONTROLS}}, GRAD_CAM) == ["The chest counts."]
    assert cautions({"test": {"controls": {"file_size": CONTROLS["file_size"]}}}, GRAD_CAM) == []
    assert cautions({"test": {"controls": {"lungs_blacked_out": {"sentence": "It."}}}}, GRAD_CAM) == []


def test_what_the_test_films_missed_comes_before_what_the_validation_films_did():
    other = {"failed": ["It lies on the border."]}
    assert cautions({"maps": MAPS}, GRAD_CAM) == ["It misses discs."]
    assert cautions({"maps": MAPS, "test": {"maps": other}}, GRAD_CAM) == ["It lies on the border."]
    assert cautions({"maps": MAPS, "test": {"maps": {"failed": []}}}, GRAD_CAM) == []


def test_where_the_test_films_could_not_be_used_the_others_count():
    unknown = {"films": 0, "sentences": ["No film is suspected."]}
    assert cautions({"maps": MAPS, "test": {"maps": unknown}}, GRAD_CAM) == ["It misses discs."]


@pytest.mark.parametrize(
    ("card", "method"),
    [
        ({"maps": MAPS}, LAST_MAP),
        ({"maps": {"best": "HiResCAM", "sentences": ["It tells better."]}}, GRAD_CAM),
        ({"maps": {"failed": "everything"}, "test": [1]}, GRAD_CAM),
        ({}, GRAD_CAM),
    ],
)
def test_of_another_method_of_older_versions_and_of_nonsense_nothing_is_said(card, method):
    assert cautions(card, method) == []
