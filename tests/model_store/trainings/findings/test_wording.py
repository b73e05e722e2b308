"""Has each finding its sentence, word for word, and one of a newer program a plain one?"""

import re

import pytest

from model_store.trainings.findings.record import Code, Finding, naming, said
from model_store.trainings.findings.wording import UNKNOWN, in_words, sentence, sentences

FULL = {
    **{"label": "NORMAL", "name": "labels.csv", "names": ("a", "b"), "more": 1, "n": 1400, "of": 700, "limit": 30},
    **{"counts": {"masks": 2}, "said": "The disk is gone."},
}


@pytest.mark.parametrize("code", Code)
def test_each_code_has_a_sentence_of_its_own(code):
    made = sentence(Finding(code=code, **FULL))
    assert made != UNKNOWN and made.endswith(".")
    assert not re.search(r"[{}]|None|  ", made), made
    others = {sentence(Finding(code=other, **FULL)) for other in Code if other != code}
    assert made not in others


@pytest.mark.parametrize("code", Code)
def test_one_whose_figures_are_missing_is_said_without_a_crash(code):
    assert sentence(Finding(code=code)) != UNKNOWN


def test_a_code_of_a_newer_program_has_a_plain_sentence():
    assert sentences([Finding(code="of tomorrow", **FULL), said("Few {films}.")]) == [UNKNOWN, "Few {films}."]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a"], "Of t.csv the column 'a' is not used."),
        (["a", "b"], "Of t.csv the columns 'a' and 'b' are not used."),
        (list("abc"), "Of t.csv the columns 'a', 'b' and 1 more are not used."),
    ],
)
def test_a_few_names_are_listed_and_the_others_counted(names, words):
    assert sentence(naming(Code.UNUSED_COLUMNS, names, 2, name="t.csv")) == words


def test_figures_are_reckoned_from_what_was_found():
    disk = sentence(Finding(code=Code.DISK, n=1235, limit=200))
    assert disk.startswith("The training needs 1,235 MB of disk and 200 MB are free; please free at least 1,035 MB")
    assert "too few readable films: 8; add at least 2 more." in sentence(Finding(code=Code.TOO_FEW, n=8, limit=10))
    assert "There are 5.3 times as many" in sentence(Finding(code=Code.IMBALANCE, n=16, of=3, limit=5))
    known = sentence(Finding(code=Code.KNOWN_VALIDATION, n=3, of=20))
    assert known.startswith("The version to begin from has learned from 3 of the 20 films by which")


def test_kinds_that_are_left_out_have_their_order_and_those_of_a_newer_program_their_key():
    found = Finding(code=Code.LEFT_OUT, counts={"of tomorrow": 1, "hidden": 4, "masks": 2})
    assert (
        sentence(found) == "Left out are masks, which are never films: 2; hidden files and folders: 4; of tomorrow: 1."
    )


def test_a_result_for_a_person_has_sentences():
    found = {"images": 3, "problems": [{"code": "no films"}], "warnings": ["Of before."], "layout": []}
    said_so = in_words(found)
    assert said_so["images"] == 3
    assert said_so["problems"][0].startswith("No films were found;")
    assert (said_so["warnings"], said_so["layout"]) == (["Of before."], [])
    assert found["problems"] == [{"code": "no films"}]
