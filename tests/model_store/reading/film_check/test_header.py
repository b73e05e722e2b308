"""Does a header speak where it should, and is it said where it contradicts the picture?"""

import numpy as np
import pytest

from model_store.film.header.header import ANIMAL, TEST_OBJECT, Header
from model_store.film.radiograph import Radiograph
from model_store.reading.film_check import reasons
from model_store.reading.film_check.header import against_header, header_reasons
from model_store.reading.film_check.presentation import Presentation
from tests.doubles.films.drawn_lungs import gate_with

FRONTAL = Header(modality="CR", body_part="CHEST", view="PA", age_years=3.0)
PIXELS = np.tile(np.arange(8, dtype=np.uint8), (80, 10))


def film(header, **more):
    return Radiograph(PIXELS, "0" * 64, "DICOM", header=header, **more)


def names(header, **options):
    return [reason.name for reason in header_reasons(header, looks_like_a_chest=False, **options)]


@pytest.mark.parametrize(
    "header",
    [
        None,
        FRONTAL,
        Header(),
        Header(view="AP", orientation=("L", "F")),
        Header(modality="OT", secondary=True, body_part="OTHER"),
    ],
)
def test_nothing_speaks_against_a_childs_chest_or_where_nothing_is_said(header):
    assert names(header) == []


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (Header(view="LL"), "lateral view"),
        (Header(view="LATERAL"), "lateral view"),
        (Header(view="OBLIQUE"), "oblique view"),
        (Header(view="RPO"), "oblique view"),
        (Header(view="PA", orientation=("A", "F")), "view contradicted"),
        (Header(view="FRONTAL", orientation=("F", "P")), "view contradicted"),
        (Header(view="LATERAL", orientation=("A", "F")), "lateral view"),
        (Header(body_part="ABDOMEN"), "other body part"),
        (Header(described_part="ABDOMEN"), "other body part"),
        (Header(body_part="CHEST", described_part="ABDOMEN"), "body part contradicted"),
        (Header(subject=ANIMAL), "no person"),
        (Header(subject=TEST_OBJECT), "no person"),
        (Header(is_without_bones=True), "without bones"),
        (Header(modality="CT", secondary=True), "other modality"),
        (Header(for_processing=True), "unprocessed"),
        (Header(age_years=0.99), "age"),
        (Header(age_years=6.0), "age"),
        (Header(age_years=15.99), "age"),
        (Header(age_years=16.0), "adult"),
        (Header(age_stated="45J"), "age unclear"),
        (Header(age_stated="62", age_years=3.0), "age unclear"),
    ],
)
def test_what_does(header, name):
    assert names(header) == [name]


def test_windows_that_do_not_fit_are_named():
    (reason,) = header_reasons(Header(unfit_windows=("Window 1 (level 5, width 9): white",)), looks_like_a_chest=True)
    assert reason.verdict == "warn"
    assert "Window 1 (level 5, width 9): white" in reason.sentence


@pytest.mark.parametrize("years", [1.0, 5.99])
def test_ages_that_the_model_knows(years):
    assert names(Header(age_years=years)) == []


def test_the_age_is_said_in_a_warning():
    (reason,) = header_reasons(Header(age_years=15.9), looks_like_a_chest=True)
    assert (reason.verdict, reason.offer) == ("warn", "")
    assert "an age of 15 years, and the model knows films of children of 1 to 5 years" in reason.sentence


def test_an_adult_is_refused_and_can_be_overruled():
    (reason,) = header_reasons(Header(age_years=64.5), looks_like_a_chest=True)
    assert (reason.verdict, reason.offer) == ("refuse", "overrule")
    assert "an age of 64 years, and the model knows films of children of 1 to 5 years alone, so it" in reason.sentence


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("62", '"62", which has no unit and counts as outside the films of children of 1 to 5 years'),
        ("006", '"006", which has no unit and counts as outside'),
        ("5", '"5", which is unclear, while the model knows films of children of 1 to 5 years alone'),
        ("45J", '"45J", which is unclear'),
        ("a text", '"a text", which is unclear'),
    ],
)
def test_an_age_that_nobody_understands_is_quoted_in_a_warning(stated, said):
    (reason,) = header_reasons(Header(age_stated=stated), looks_like_a_chest=True)
    assert (reason.verdict, reason.name) == ("warn", "age unclear")
    assert said in reason.sentence
    assert reason.sentence.endswith("please check the age before you use the result.")


class TestContradictions:
    @pytest.mark.parametrize("reason", [reasons.INVERTED, reasons.NOT_A_CHEST, reasons.NO_LUNGS])
    def test_are_said_with_the_same_name_and_offer(self, reason):
        said = against_header(reason, film(FRONTAL))
        assert (said.name, said.verdict, said.offer) == (reason.name, reason.verdict, reason.offer)
        assert "header" in said.sentence
        assert "header" not in reason.sentence

    @pytest.mark.parametrize("reason", [reasons.NOT_A_CHEST, reasons.NO_LUNGS, reasons.turned(1)])
    @pytest.mark.parametrize("header", [None, Header()])
    def test_are_none_where_the_header_says_nothing(self, reason, header):
        assert against_header(reason, film(header)) is reason

    def test_a_film_that_the_reader_inverted_is_no_fault_of_the_header(self):
        assert against_header(reasons.INVERTED, film(FRONTAL, is_inverted=True)) is reasons.INVERTED

    def test_another_part_of_the_body_that_looks_like_a_chest(self):
        (reason,) = header_reasons(Header(body_part="HAND"), looks_like_a_chest=True)
        assert reason.sentence.startswith(
            "The header of this file names another part of the body, but the picture looks"
        )
        assert (reason.name, reason.offer) == ("other body part", "overrule")


class TestInTheGate:
    def test_a_lateral_view_is_refused_and_can_be_overruled(self):
        _, report = gate_with().assess(film(Header(view="LL")))
        assert [reason.name for reason in report.refusals] == ["lateral view", "no lungs"]
        assert report.offers("overrule")

    def test_a_warning_of_the_header_keeps_nobody_from_looking_for_lungs(self):
        _, report = gate_with().assess(film(Header(age_years=14)))
        assert [reason.name for reason in report.reasons] == ["no lungs", "age"]

    def test_a_turned_film_whose_header_says_frontal(self):
        lying = Presentation((0.1, 0.7, 0.1, 0.1), 0.0, (1.0, 0.0, 0.0))
        _, report = gate_with(lying).assess(film(FRONTAL))
        assert report.refusals[0].sentence == reasons.turned(1).sentence, "a frontal view may lie on its side"
        assert report.offers("turn")
