"""Does a report say the most serious of its reasons, and what the clinician can do about it?"""

from dataclasses import FrozenInstanceError

import pytest

from model_store.reading.film_check.verdict import FilmRefused, QualityReport, Reason

BLURRED = Reason("blurred", "warn", "The film is blurred.")
DARK = Reason("dark", "warn", "The film is dark.")
TURNED = Reason("rotated", "refuse", "The film is turned.", "turn")
UPSIDE_DOWN = Reason("upside down", "refuse", "The film is upside down.", "turn")
NO_LUNGS = Reason("no lungs", "refuse", "No two lungs were found.", "overrule")
CUT_OFF = Reason("cut off", "refuse", "The lungs are cut off.")


@pytest.mark.parametrize(
    ("reasons", "verdict"),
    [((), "read"), ((BLURRED,), "warn"), ((TURNED,), "refuse"), ((BLURRED, TURNED, DARK), "refuse")],
)
def test_the_verdict_is_the_most_serious(reasons, verdict):
    assert QualityReport(reasons).verdict == verdict


def test_refusals_and_warnings_apart():
    report = QualityReport((BLURRED, TURNED, DARK))
    assert report.refusals == (TURNED,)
    assert report.warnings == (BLURRED, DARK)


@pytest.mark.parametrize(
    ("reasons", "offer", "offered"),
    [
        ((), "turn", False),
        ((TURNED,), "turn", True),
        ((TURNED, UPSIDE_DOWN), "turn", True),
        ((TURNED,), "invert", False),
        ((TURNED, NO_LUNGS), "turn", False),
        ((TURNED, CUT_OFF), "turn", False),
        ((NO_LUNGS, BLURRED), "overrule", True),
        ((BLURRED,), "overrule", False),
    ],
)
def test_an_offer_has_to_answer_every_refusal(reasons, offer, offered):
    assert QualityReport(reasons).offers(offer) is offered


def test_what_is_added_stands_after_what_is_as_serious():
    report = QualityReport((TURNED, BLURRED), turn=3)
    added = report.adding([DARK, CUT_OFF])
    assert added.reasons == (TURNED, CUT_OFF, BLURRED, DARK)
    assert added.turn == 3
    assert report.reasons == (TURNED, BLURRED), "the report itself stays"


def test_a_refusal_says_its_first_sentence_and_carries_the_report():
    report = QualityReport((BLURRED, TURNED, CUT_OFF))
    refused = FilmRefused(report)
    assert isinstance(refused, ValueError)
    assert str(refused) == "The film is turned."
    assert refused.report is report


def test_a_report_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        QualityReport().turn = 1
