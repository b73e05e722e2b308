"""Does a row stand for one film and one result, are rows in the order of urgency, and is the CSV safe to open?"""

import csv
import io
from dataclasses import replace

import pytest

from model_store.export.table import COLUMNS, by_urgency, cells, row_of, to_csv
from model_store.film.load import load_radiograph
from model_store.reading.film_check.verdict import QualityReport, Reason
from tests.doubles.batch_doubles import BRIGHT, JPEG, NO_LUNGS, PNG, FakeClassifier
from tests.doubles.films.dicom_sources import drawn_film

BLURRED = Reason("blurred", "warn", "The film is blurred.")
CUT_OFF = Reason("cut off", "warn", "The lungs are cut off.")


@pytest.fixture
def row(card):
    film = load_radiograph(PNG)
    return row_of(film.sha256, film, FakeClassifier(card).read(film), card)


def parsed(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_is_made_of_one_result(card, row):
    film = load_radiograph(PNG)
    reading = FakeClassifier(card).read(film)
    assert (row.sha256, row.probability) == (film.sha256, reading.prediction.probability)
    assert row.verdict == reading.prediction.answer
    assert (row.version, row.weights_sha256, row.operating_point) == (card.version, card.weights_sha256, 0.4)
    assert (row.view, row.age_years, row.film, row.refusals) == ("", None, "", ())


def test_what_is_of_another_film_or_version_makes_no_row(card):
    film, other = load_radiograph(PNG), load_radiograph(JPEG)
    reading = FakeClassifier(card).read(film)
    for sha256, radiograph, result in [
        (other.sha256, film, reading),
        (film.sha256, other, reading),
        (other.sha256, other, reading),
        (other.sha256, None, reading),
    ]:
        with pytest.raises(ValueError, match="another film"):
            row_of(sha256, radiograph, result, card)
    with pytest.raises(ValueError, match="another version"):
        row_of(film.sha256, film, reading, replace(card, version="other"))


def test_view_and_age_come_from_the_header_and_corrections_from_the_film(card):
    data = drawn_film({"ViewPosition": "PA", "PatientAge": "003Y"})
    film = load_radiograph(data).corrected(1, True, False)
    made = row_of(film.sha256, film, NO_LUNGS, card)
    assert (made.view, made.age_years, made.verdict) == ("PA", 3.0, "refused")
    assert made.film == "turned 90 degrees clockwise, inverted"
    assert made.refusals == NO_LUNGS.refusals
    assert made.probability is None


def test_the_likeliest_first_and_refused_and_unsure_apart(row):
    def of(verdict, probability, sha256):
        return replace(row, verdict=verdict, probability=probability, sha256=sha256)

    rows = [
        of("not suspected", 0.05, "a"),
        of("refused", None, "b"),
        None,
        of("not sure", 0.45, "c"),
        of("suspected", 0.81, "d"),
        # Of a version whose points lie elsewhere: a verdict comes before a number.
        of("not suspected", 0.55, "e"),
        of("suspected", 0.97, "f"),
        of("refused", None, "g"),
    ]
    order = [each.sha256 if each else "waiting" for each in by_urgency(rows, lambda each: each)]
    assert order == ["f", "d", "c", "e", "a", "b", "g", "waiting"]


def test_numbers_are_numbers_and_are_not_rounded(row):
    (read,) = parsed(to_csv([cells("film.png", row)]))
    assert tuple(read) == COLUMNS
    assert float(read["probability"]) == row.probability
    assert float(read["operating_point"]) == 0.4
    assert (read["rule_out"], read["age_years"], read["name"]) == ("", "", "film.png")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("=1+1.png", "'=1+1.png"),
        ("+1.png", "'+1.png"),
        ("-1.png", "'-1.png"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\ufffd=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=1", "a=1"),
        ('two "words", one', 'two "words", one'),
        ("two\r\nlines", "two\ufffd\ufffdlines"),
        ("\u202egnp", "\ufffdgnp"),
        ("Röntgen 肺", "Röntgen 肺"),
    ],
)
def test_no_text_is_a_formula_and_one_film_is_one_line(row, name, said):
    data = to_csv([cells(name, row)])
    assert parsed(data)[0]["name"] == said
    assert data.count(b"\r\n") == 2


def test_half_of_a_character_can_be_written(row):
    to_csv([cells("film \ud800", row)])


def test_warnings_stand_in_full_and_say_what_was_taken_note_of(row):
    made = cells("a", replace(row, warnings=(BLURRED, CUT_OFF)), taken_note_of=frozenset({"blurred"}))
    assert made["warnings"] == "Overruled by the reader: The film is blurred. The lungs are cut off."


def test_a_refusal_stands_with_all_its_reasons(card):
    film = load_radiograph(BRIGHT)
    report = QualityReport((*NO_LUNGS.reasons, Reason("adult", "refuse", "An adult.", "overrule"), BLURRED))
    made = cells("a", row_of(film.sha256, film, report, card))
    assert made["refused_because"] == "No two lungs were found. An adult."
    assert made["warnings"] == "The film is blurred."
