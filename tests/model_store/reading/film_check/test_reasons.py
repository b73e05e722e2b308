"""Does every reason say in one sentence what was found and what to do, in a clinician's words?"""

import re

import pytest

from model_store.film.header.sides import MIRRORED, USUAL
from model_store.reading.film_check import reasons
from model_store.reading.film_check.header import sides_reasons
from model_store.reading.film_check.verdict import Reason

FIXED = {name: value for name, value in vars(reasons).items() if isinstance(value, Reason)}
ALL = [*FIXED.values(), *(reasons.turned(turn) for turn in reasons.TURNED), reasons.age(0.5), reasons.age(64.5)]
ALL += [
    *sides_reasons(USUAL, looks_mirrored=True, looks_usual=False),
    *sides_reasons(MIRRORED, looks_mirrored=False, looks_usual=True),
    *sides_reasons(MIRRORED, looks_mirrored=True, looks_usual=False),
]

JARGON = re.compile(
    r"\b(mahalanobis|distance|percentile|threshold|logit|softmax|dice|laplacian|feature|tensor|pixel value|"
    r"probability|confidence|grey level|greyscale|DICOM|MONOCHROME)\b",
    re.IGNORECASE,
)

TO_DO = re.compile(r"please (choose|use|export|turn|invert|check|look|make sure)\b")


@pytest.fixture(params=ALL, ids=lambda reason: reason.name)
def reason(request):
    return request.param


def test_there_are_reasons():
    assert len(FIXED) > 15


def test_it_is_one_sentence(reason):
    assert re.fullmatch(r"[A-Z][^.!?\n]*\.", reason.sentence)
    assert len(reason.sentence) < 220


def test_it_says_what_to_do_last(reason):
    found, _, last = reason.sentence.rpartition("please ")
    assert TO_DO.match("please " + last)
    assert found.endswith("; "), "what was found stands first"


def test_it_uses_no_jargon(reason):
    assert not JARGON.search(reason.sentence)


def test_the_names_are_those_of_one_reason_each():
    names = [reason.name for reason in FIXED.values()] + ["rotated", "upside down"]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z][a-z -]*", name) for name in names)
    sentences = [reason.sentence for reason in FIXED.values()]
    assert len(sentences) == len(set(sentences))


def test_only_what_may_be_a_childs_chest_after_all_can_be_overruled():
    overruled = {reason.name for reason in ALL if reason.offer == "overrule"}
    assert overruled == {
        *("not a chest", "no lungs", "implausible lungs", "unlike"),
        *("lateral view", "oblique view", "other body part", "other modality", "adult"),
    }


def test_only_a_refusal_offers_something_but_a_mirror(reason):
    assert reason.verdict in ("refuse", "warn")
    assert reason.verdict == "refuse" or reason.offer in ("", "mirror")


def test_a_refusal_says_that_the_film_was_not_read_or_what_to_choose():
    for reason in ALL:
        if reason.verdict == "refuse":
            assert re.search(r"not read|please choose|please export", reason.sentence), reason.name


@pytest.mark.parametrize(
    ("turn", "name", "words"),
    [(1, "rotated", "on its side"), (2, "upside down", "upside down"), (3, "rotated", "on its side")],
)
def test_how_a_film_lies(turn, name, words):
    reason = reasons.turned(turn)
    assert (reason.name, reason.verdict, reason.offer) == (name, "refuse", "turn")
    assert words in reason.sentence


def test_an_inverted_film_can_be_inverted_here():
    assert (reasons.INVERTED.verdict, reasons.INVERTED.offer) == ("refuse", "invert")
