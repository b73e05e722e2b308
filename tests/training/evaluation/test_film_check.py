"""Is it counted rightly whom the gate refuses? By hand, with a classifier that answers as it is told."""

from types import SimpleNamespace

import numpy as np
import pytest

from model_store.reading.decision.proportions import wilson
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from tests.doubles.trainings.training_doubles import film, labelled, name_of, png
from training.evaluation.film_check import Verdicts, judge_gate, report_of

WARNED = QualityReport((reasons.BLURRED, reasons.SMALL))
REFUSED = QualityReport((reasons.NO_LUNGS, reasons.UNLIKE))


class Answering:
    """Says of each film what a function says of it, and refuses as a classifier refuses."""

    def __init__(self, answer):
        self.answer = answer

    def read(self, film):
        report = self.answer(film)
        if report.refusals:
            raise FilmRefused(report)
        return SimpleNamespace(quality=report)


def as_it_lies(film):
    """What a gate says that never errs."""
    if film.turn:
        back = -film.turn % 4
        return QualityReport((reasons.turned(back),), turn=back)
    if film.is_mirrored:
        return QualityReport((reasons.MIRRORED,))
    return QualityReport((reasons.INVERTED,)) if film.is_inverted else QualityReport()


@pytest.fixture
def films(tmp_path):
    paths = [tmp_path / name_of("NORMAL", person) for person in range(1, 5)]
    for person, path in enumerate(paths):
        path.write_bytes(png(film("NORMAL", person)))
    return [labelled(path) for path in paths]


class TestVerdicts:
    def test_shares_and_reasons_by_hand(self):
        verdicts = Verdicts()
        for name, report in (("a", QualityReport()), ("b", WARNED), ("c", REFUSED), ("d", REFUSED)):
            verdicts.add(name, report)
        assert verdicts.let_through == ["a", "b"]
        assert verdicts.as_json() == {
            "n": 4,
            "refused": 2 / 4,
            "refused_ci": list(wilson(2, 4)),
            "warned": 1 / 4,
            "warned_ci": list(wilson(1, 4)),
            "reasons": {"no lungs": 2, "unlike": 2, "blurred": 1, "small": 1},
        }

    def test_a_group_without_pictures_has_no_shares(self):
        empty = Verdicts().as_json()
        assert (empty["n"], empty["refused"], empty["warned"], empty["reasons"]) == (0, None, None, {})


class TestJudgeGate:
    def test_a_gate_that_never_errs(self, films):
        result = judge_gate(Answering(as_it_lies), films, None)
        assert result["upright"]["refused"] == 0
        names = {"turned by 90": "rotated", "turned by 180": "upside down", "turned by 270": "rotated"}
        for group, name in (*names.items(), ("inverted", "inverted")):
            assert (result[group]["n"], result[group]["refused"], result[group]["reasons"]) == (4, 1, {name: 4})
        mirrored = result["mirrored"]
        assert (mirrored["n"], mirrored["warned"], mirrored["reasons"]) == (4, 1, {"mirrored": 4})
        assert result["wrong turn"] == 0
        assert "others" not in result

    def test_a_turn_that_does_not_put_it_upright_is_counted(self, films):
        upside_down = QualityReport((reasons.turned(2),), turn=2)
        result = judge_gate(Answering(lambda film: upside_down if film.turn else QualityReport()), films, None)
        assert result["wrong turn"] == 2 * 4, "right of those that are upside down alone"

    def test_a_refusal_without_a_turn_offers_no_wrong_one(self, films):
        assert judge_gate(Answering(lambda film: REFUSED), films, None)["wrong turn"] == 0

    def test_other_pictures_are_those_of_all_folders(self, films, tmp_path):
        others = tmp_path / "others"
        for kind, content in (("hands", png(film("NORMAL", 1))), ("pages", png(np.full((100, 100), 250, np.uint8)))):
            (others / kind).mkdir(parents=True)
            (others / kind / "one.png").write_bytes(content)
        (others / "broken.JPG").write_bytes(b"\xff\xd8\xff")
        (others / "notes.txt").write_text("no picture")
        result = judge_gate(Answering(lambda film: WARNED), films, others)["others"]
        # The page is blank and the third file damaged, so both are refused before the gate.
        assert (result["n"], result["refused"], result["warned"]) == (3, 2 / 3, 1 / 3)
        assert result["reasons"] == {"unreadable": 2, "blurred": 1, "small": 1}

    def test_without_films_there_are_no_shares(self):
        assert judge_gate(Answering(as_it_lies), [], None)["upright"]["refused"] is None


def test_a_report_is_had_whether_the_film_is_read_or_not():
    for report in (QualityReport(), WARNED, REFUSED):
        assert report_of(Answering(lambda film, report=report: report), None) == report
