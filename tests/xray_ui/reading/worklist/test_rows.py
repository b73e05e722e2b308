"""Does each row show the result of its film as its page does, and are rows found, counted and said as they are?"""

from dataclasses import replace

import pytest
import streamlit as st

from model_store.export.table import COLUMNS, row_of
from model_store.film.load import load_radiograph
from model_store.film.radiograph import FilmIdentity
from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason
from model_store.sources.studies import Place
from model_store.versions.registry import Version
from tests.doubles.app_driver import FIRST, SECOND, THIRD
from tests.doubles.fakes import FakeClassifier, sample_card, sample_version
from tests.doubles.films.study_files import film as dicom_film
from xray_ui.readers import in_use
from xray_ui.reading.case import outcomes, overruling
from xray_ui.reading.case.case import case_of
from xray_ui.reading.film import corrections
from xray_ui.reading.uploads.chosen import Film
from xray_ui.reading.worklist import rows, wording
from xray_ui.reading.worklist.read_all import ReadAll
from xray_ui.reading.worklist.rows import WITH, WITHOUT, Row

BLURRED = Reason("blurred", "warn", "The film is blurred.")


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, and no version that was activated against its gate."""
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(in_use, "against_gate", lambda version: "")
    return state


@pytest.fixture
def fake():
    return FakeClassifier()


@pytest.fixture
def version():
    return sample_version()


def other_version() -> Version:
    return sample_version(sample_card() | {"version": "kermany-2", "weights_sha256": "cd34" * 16})


def of(name: str, data: bytes, **place) -> Film:
    return Film(name, name, lambda: data, place=Place(**place))


def read(reading: ReadAll, film: Film, fake: FakeClassifier, version: Version, corrected=None) -> FilmIdentity:
    """Read a film as the background, or the page, does."""
    image = load_radiograph(film.read_bytes())
    if corrected:
        image = image.corrected(*corrected)
    outcomes.read(image, version, fake.of(version), outcomes.memory())
    reading.hashes[film.key] = image.sha256
    return image.identity


def new() -> ReadAll:
    return ReadAll(outcomes.memory(), corrections.corrected_films())


def test_each_row_has_the_result_that_its_page_has(fake, version):
    reading, films = new(), [of("a", FIRST), of("b", SECOND), of("c", THIRD)]
    identities = {film.key: read(reading, film, fake, version) for film in films}
    made = rows.rows_of(films, reading, version)
    assert [row.found.probability for row in made] == sorted((r.found.probability for r in made), reverse=True)
    for row in made:
        result = outcomes.outcome(case_of(identities[row.film.key], version))
        assert row.found.probability == result.prediction.probability
        assert row.found.sha256 == result.sha256 == load_radiograph(row.film.read_bytes()).sha256
        assert row.thumbnail.startswith(b"\xff\xd8")
        assert len(row.thumbnail) < 6000


def test_a_film_that_was_not_read_waits(fake, version):
    (row,) = rows.rows_of([of("a", FIRST)], new(), version)
    assert (row.found, row.version) == (None, None)
    assert row.cells()["verdict"] == wording.WAITING_VERDICT
    assert tuple(row.cells()) == COLUMNS


def test_a_corrected_film_has_the_row_of_its_correction(fake, version):
    reading, film = new(), of("a", FIRST)
    fake.probabilities = [0.2, 0.9]
    read(reading, film, fake, version)
    (before,) = rows.rows_of([film], reading, version)
    turned = load_radiograph(FIRST).corrected(1)
    corrections.corrected_films()[turned.sha256] = turned.identity
    (between,) = rows.rows_of([film], reading, version)
    read(reading, film, fake, version, corrected=(1,))
    (after,) = rows.rows_of([film], reading, version)
    assert (before.found.probability, between.found, after.found.probability) == (0.2, None, 0.9)
    assert after.found.film == "turned 90 degrees clockwise"
    assert before.thumbnail != after.thumbnail


def test_a_result_stays_with_the_version_that_read_it_until_it_is_read_again(fake, version):
    reading, film, other = new(), of("a", FIRST), other_version()
    fake.probabilities = [0.2, 0.9]
    identity = read(reading, film, fake, version)
    (row,) = rows.rows_of([film], reading, other)
    assert (row.found.version, row.is_of_another) == ("kermany-1", True)
    assert rows.drawn(row, str)["marks"] == ["read by kermany-1"]
    outcomes.keep_version(identity, other)
    (row,) = rows.rows_of([film], reading, other)
    assert row.found is None
    read(reading, film, fake, other)
    (row,) = rows.rows_of([film], reading, other)
    assert (row.found.version, row.found.probability, row.is_of_another) == ("kermany-2", 0.9, False)


def test_a_refusal_is_asked_again_of_another_version(fake, version):
    reading, film = new(), of("a", FIRST)
    fake.check = lambda radiograph: QualityReport((Reason("no lungs", "refuse", "No lungs.", "overrule"),))
    read(reading, film, fake, version)
    (row,) = rows.rows_of([film], reading, version)
    assert (row.found.verdict, row.found.probability) == ("refused", None)
    assert rows.drawn(row, str)["why"] == ["No lungs."]
    (row,) = rows.rows_of([film], reading, other_version())
    assert row.found is None


def test_what_was_overruled_stands_in_the_row(fake, version):
    reading, film = new(), of("a", FIRST)
    fake.check = lambda radiograph: QualityReport((Reason("no lungs", "refuse", "No lungs.", "overrule"),))
    identity = read(reading, film, fake, version)
    overruling.give_reason(case_of(identity, version), "I see two lungs")
    (row,) = rows.rows_of([film], reading, version)
    assert row.found is None, "it is read anew"
    read(reading, film, fake, version)
    (row,) = rows.rows_of([film], reading, version)
    assert row.found.overruled == "I see two lungs"
    assert rows.drawn(row, str)["marks"] == [wording.AGAINST_THE_CHECK]


def test_a_warning_of_which_note_was_taken_is_none_any_more_but_stands_in_the_table(fake, version):
    reading, film = new(), of("a", FIRST)
    fake.check = lambda radiograph: QualityReport((BLURRED,))
    identity = read(reading, film, fake, version)
    (row,) = rows.rows_of([film], reading, version)
    assert [each["name"] for each in rows.drawn(row, str)["warnings"]] == ["blurred"]
    overruling.overrule(case_of(identity, version), "blurred")
    (row,) = rows.rows_of([film], reading, version)
    assert rows.drawn(row, str)["warnings"] == []
    assert row.cells()["warnings"] == "Overruled by the reader: The film is blurred."


def test_a_version_that_was_activated_against_its_gate_says_so(fake, version, monkeypatch):
    reading, film = new(), of("a", FIRST)
    read(reading, film, fake, version)
    monkeypatch.setattr(in_use, "against_gate", lambda version: "It did not pass.")
    (row,) = rows.rows_of([film], reading, version)
    assert row.cells()["against_gate"] == "It did not pass."
    assert rows.drawn(row, str)["marks"] == [wording.AGAINST_THE_GATE]


def test_a_file_that_is_no_film_is_a_row_until_it_can_be_read(fake, version):
    reading, film = new(), of("a", FIRST)
    sha256 = load_radiograph(FIRST).sha256
    report = QualityReport((Reason("too slow", "refuse", "It took too long."),))
    reading.unreadable["a"] = row_of(sha256, None, report, version.card)
    (row,) = rows.rows_of([film], reading, version)
    assert (row.found.verdict, row.cells()["refused_because"]) == ("refused", "It took too long.")
    read(reading, film, fake, version)
    (row,) = rows.rows_of([film], reading, version)
    assert row.found.probability is not None


def test_a_row_never_holds_what_is_of_another_film(fake, version, session):
    reading, one, two = new(), of("a", FIRST), of("b", SECOND)
    first, second = read(reading, one, fake, version), read(reading, two, fake, version)
    records = session["records_of_films"]
    keys = {key[0].film: key for key in records}
    records[keys[first]] = records[keys[second]]
    found = {row.film.key: row.found for row in rows.rows_of([one, two], reading, version)}
    assert found["a"] is None
    assert found["b"].sha256 == second.sha256


class TestFilters:
    @pytest.fixture
    def made(self, fake, version):
        points = sample_card() | {"operating_points": {"rule_out": 0.1, "balanced": 0.437, "rule_in": 0.8}}
        version = sample_version(points)
        reading = new()
        films = [of("high.png", FIRST), of("low.png", SECOND), of("between", dicom_film("AP", PatientAge="018M"))]
        fake.probabilities = [0.9, 0.05, 0.5]
        fake.check = lambda image: QualityReport((BLURRED,) if image.header else ())
        for film in films:
            read(reading, film, fake, version)
        return rows.rows_of([*films, of("waits", THIRD)], reading, version)

    @pytest.mark.parametrize(
        ("verdicts", "warnings", "search", "names"),
        [
            ([], None, "", ["high.png", "between", "low.png", "waits"]),
            (["suspected"], None, "", ["high.png"]),
            (["not sure", "not suspected"], None, "", ["between", "low.png"]),
            (["refused"], None, "", []),
            ([], WITH, "", ["between"]),
            ([], WITHOUT, "", ["high.png", "low.png"]),
            ([], None, "PNG", ["high.png", "low.png"]),
            ([], None, "png low", ["low.png"]),
            ([], None, "blurred ap", ["between"]),
            ([], None, "18 months", ["between"]),
            (["suspected"], None, "low", []),
            ([], None, "ab12ab12", []),
            ([], None, "0.437", []),
        ],
    )
    def test_what_is_asked_for_is_shown_in_its_order(self, made, verdicts, warnings, search, names):
        shown = rows.filtered(made, verdicts=verdicts, warnings=warnings, search=search)
        assert [row.film.name for row in shown] == names

    def test_what_there_is_is_counted(self, made):
        counted = rows.counts(made)
        assert counted == {"suspected": 1, "not sure": 1, "not suspected": 1, wording.WAITING_VERDICT: 1}
        assert wording.summary(counted) == "1 suspected, 1 not sure, 1 not suspected, 1 not read yet"

    def test_view_and_age_are_the_headers(self, made):
        drawn = rows.drawn(made[1], str)
        assert (drawn["view"], drawn["age"], drawn["probability"]) == ("AP", "18 months", "50 %")
        assert made[1].cells()["age_years"] == pytest.approx(1.5)


def test_an_image_of_a_study_says_which_it_is(fake, version):
    reading, film = new(), of("a", FIRST, study=1, image=2, of=3)
    read(reading, film, fake, version)
    (row,) = rows.rows_of([film], reading, version)
    assert rows.drawn(row, str)["notes"] == "image 2 of 3 of its study"


def test_thousands_of_films_take_some_kilobytes_each(fake, version, session):
    """Whole results of the last few hundred alone, a small record of each."""
    image = load_radiograph(FIRST)
    for number in range(600):
        outcomes.read(replace(image, sha256=f"{number:064x}"), version, fake.of(version), outcomes.memory())
    assert len(session["outcomes"]) == 256
    records = session["records_of_films"]
    assert len(records) == 600
    assert all(len(each.thumbnail) < 6000 for each in records.values())
    assert {id(each.version) for each in records.values()} == {id(version)}
    # What was forgotten is read again by the version that read it, and says the same.
    film = FilmIdentity(f"{0:064x}")
    assert outcomes.outcome(case_of(film, version)) is None
    assert outcomes.version_for(film, other_version()).card.version == "kermany-1"


def test_a_failure_is_a_refusal_with_its_number(fake, version):
    reading, film = new(), of("a", FIRST)
    fake.failure = RuntimeError("whatever")
    read(reading, film, fake, version)
    (row,) = rows.rows_of([film], reading, version)
    assert row.found.verdict == "refused"
    assert "error" in row.cells()["refused_because"]
    assert "whatever" not in str(row.cells())
    assert isinstance(row, Row)
    assert not isinstance(fake.failure, FilmRefused)
