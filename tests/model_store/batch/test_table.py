"""Does `python -m model_store read --csv` write the table of all films, the most urgent first, whole or not at all?"""

import csv
import io

import pytest

from model_store.batch import Answer, table_in
from model_store.export.table import COLUMNS
from model_store.export.written import Output
from tests.doubles.batch_doubles import (  # noqa: F401
    BRIGHT,
    JPEG,
    PNG,
    FakeClassifier,
    answer,
    films_folder,
    read_command,
)
from tests.doubles.faults import Killed, disk_full, each_failure
from tests.doubles.films.study_files import film


def parsed(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def some(films):
    for name, data in {"a": PNG, "b": BRIGHT, "c": JPEG, "d": b"", "=1": film("PA", PatientAge="003Y")}.items():
        (films / name).write_bytes(data)
    return films


def test_the_table_holds_each_answer_the_likeliest_first(some, command):
    path = some.parent / "table.csv"
    status, output, errors = command(some, "--csv", path)
    assert (status, errors, len(output.splitlines())) == (0, "", 5)
    rows = parsed(path.read_bytes())
    assert tuple(rows[0]) == COLUMNS
    said = [float(row["probability"]) for row in rows if row["probability"]]
    assert said == sorted(said, reverse=True)
    assert len(said) == 3
    assert [row["verdict"] for row in rows[3:]] == ["refused", "refused"]
    assert {row["name"] for row in rows} == {str(some / name) for name in ("a", "b", "c", "d", "=1")}
    (dicom,) = [row for row in rows if row["view"]]
    assert (dicom["view"], float(dicom["age_years"])) == ("PA", 3.0)


def test_the_table_says_what_the_lines_say(some, command, card):
    path = some.parent / "table.csv"
    command(some, "--csv", path)
    answers = {name: answer(some / name, FakeClassifier(card), Output()) for name in ("a", "b", "c", "d", "=1")}
    for row in parsed(path.read_bytes()):
        given = next(each for each in answers.values() if each.path == row["name"])
        assert (float(row["probability"]) if row["probability"] else None) == given.probability
        assert row["sha256"] == given.sha256
        assert (row["refused_because"] or None) == given.reason
        assert row["verdict"] == (given.answer or "refused")


def test_with_studies_each_has_one_row(some, command):
    (some / "lateral").write_bytes(film("LL"))
    path = some.parent / "table.csv"
    command(some, "--study", "--csv", path)
    assert sum(row["view"] != "" for row in parsed(path.read_bytes())) == 1


@pytest.mark.parametrize("error", [disk_full, Killed])
def test_no_half_table_is_ever_there(some, card, error):
    path = some.parent / "table.csv"
    given = [answer(some / name, FakeClassifier(card), Output()) for name in ("a", "b")]

    def write() -> None:
        with table_in(path) as kept:
            for each in given:
                kept(each)

    write()
    whole = path.read_bytes()
    path.write_bytes(b"before")
    failures = 0
    for _ in each_failure(write, error):
        failures += 1
        assert path.read_bytes() in (b"before", whole)
        path.write_bytes(b"before")
    assert failures > 3
    assert path.read_bytes() == whole


def test_what_was_stopped_leaves_the_old_table(some):
    path = some.parent / "table.csv"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), table_in(path):
        raise KeyboardInterrupt
    assert path.read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_found_before_anything_is_read(some, command):
    status, output, errors = command(some, "--csv", some / "none" / "table.csv")
    assert (status, output) == (2, "")
    assert "please make it first" in errors


def test_without_a_file_nothing_is_kept(some, card):
    with table_in(None) as kept:
        kept(answer(some / "a", FakeClassifier(card), Output()))
    assert isinstance(answer(some / "a", FakeClassifier(card), Output()), Answer)
