"""Does the reader without a screen answer for every film of a ZIP, and pick the frontal image where it is asked to?"""

import json

import pytest

from model_store.batch import answer_all, frontal_films
from model_store.export.written import Output
from tests.doubles.batch_doubles import PNG, FakeClassifier, films_folder, read_command  # noqa: F401
from tests.doubles.films.study_files import DOSE_REPORT, film, other, packed


@pytest.fixture
def archive(films):
    members = {"IM1": film("LL"), "deep/IM2": film("PA"), "IM3": other(DOSE_REPORT), "notes.txt": b"text"}
    (films / "disc.zip").write_bytes(packed(members))
    return films / "disc.zip"


def test_every_file_of_a_zip_is_answered_for(archive, films, card):
    (films / "z.png").write_bytes(PNG)
    given = list(answer_all([films], FakeClassifier(card), Output()))
    assert [each.path.removeprefix(f"{films}/") for each in given] == [
        *("disc.zip/IM1", "disc.zip/deep/IM2", "disc.zip/IM3", "disc.zip/notes.txt"),
        "z.png",
    ]
    assert [each.status for each in given[1:]] == ["read", "refused", "refused", "read"]
    assert {each.choice for each in given} == {None}


def test_a_zip_that_cannot_be_opened_is_one_answer(archive, films, card):
    archive.write_bytes(archive.read_bytes()[:-30])
    (given,) = answer_all([films], FakeClassifier(card), Output())
    assert (given.path, given.status, given.sha256) == (str(archive), "refused", None)
    assert "is damaged" in given.reason
    assert [each["name"] for each in given.reasons] == ["unusable ZIP"]


def test_the_frontal_image_of_each_study_and_what_stands_alone(archive, films):
    (films / "other.dcm").write_bytes(film("AP", study="1.9"))
    (films / "z.png").write_bytes(PNG)
    chosen, left_out = frontal_films([films])
    names = [each.name.removeprefix(f"{films}/") for each, _ in chosen]
    assert (names, left_out) == (["disc.zip/deep/IM2", "other.dcm", "z.png"], 1)
    assert [sentence for _, sentence in chosen] == [
        "Image 2 of 3 of this study was chosen: view PA; image 1 is lateral, image 3 is a structured report.",
        *("", ""),
    ]


def test_the_command_says_which_image_and_why(command, archive):
    status, output, errors = command("--study", archive)
    (line,) = output.splitlines()
    assert status == 0
    assert line.startswith(f"{archive}/deep/IM2: pneumonia ")
    assert "Image 2 of 3 of this study was chosen: view PA;" in line
    assert "1 file was left out" in errors
    status, output, _ = command("--study", "--json", archive)
    assert json.loads(output)["choice"].startswith("Image 2 of 3 of this study was chosen")


def test_a_refused_choice_says_why_it_was_picked_too(command, films):
    (films / "a").write_bytes(other(DOSE_REPORT))
    (films / "b").write_bytes(other(DOSE_REPORT))
    _, output, _ = command("--study", films)
    assert "/a: refused: " in output
    assert "None of the 2 images of this study is a frontal radiograph of the chest" in output
