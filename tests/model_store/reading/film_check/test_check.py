"""Is a film examined before it is read, prepared as the network sees it, and refused for each reason by itself?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.film.header.header import Header
from model_store.film.header.sides import UNSTATED, USUAL
from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from model_store.reading.film_check import reasons
from model_store.reading.film_check.presentation import Presentation
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from model_store.reading.lungs.fields import LungFields
from model_store.reading.preparation import to_model_input
from model_store.versions.bundled import BUNDLED_FOLDER, lungs_file
from model_store.versions.loading import load_film_check
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import (
    LEFT,
    RIGHT,
    UPRIGHT,
    DrawnFinder,
    box,
    gate_with,
    lungs_of_boxes,
    lungs_of_the_phantom,
)

DARK = Radiograph(np.tile(np.arange(8, dtype=np.uint8), (80, 10)), "0" * 64, "PNG")


@pytest.fixture(scope="module")
def film():
    return load_radiograph(phantom.png(phantom.Chest(320, 256)))


def radiograph_of(pixels, **more):
    return Radiograph(np.asarray(pixels, np.uint8), "0" * 64, "PNG", **more)


def presented(turn=0, *, inverted=0.0, kinds=(1.0, 0.0, 0.0)):
    turns = [0.1] * 4
    turns[turn] = 0.7
    return Presentation(tuple(turns), inverted, kinds)


def test_a_film_with_lungs_is_prepared_by_them(film):
    lungs = lungs_of_the_phantom()
    examined = gate_with(finder=DrawnFinder(lungs)).examine(film)
    expected = to_model_input(film.reduced, lungs)
    assert examined.lungs.right is lungs.right
    assert examined.lungs.left is lungs.left
    assert examined.report == QualityReport()
    assert examined.seen.crop == expected.crop
    np.testing.assert_array_equal(examined.seen.pixels, expected.pixels)


@pytest.mark.parametrize(
    ("orientation", "sides"), [(("L", "F"), USUAL), (("R", "F"), UNSTATED), ((), UNSTATED), (None, UNSTATED)]
)
def test_whose_lungs_they_are_is_what_the_header_says(film, orientation, sides):
    """The finder's own sides count for nothing; where heart and arch, here usual ones, contradict it, nobody says."""
    told = replace(film, header=None if orientation is None else Header(orientation=orientation))
    assert gate_with().examine(told).lungs.sides == sides


@pytest.mark.parametrize(("rows", "columns"), [("F", "R"), ("H", "L"), ("R", "H"), ("L", "H")])
def test_a_header_that_lays_an_upright_film_on_its_side_says_nothing_of_its_sides(film, rows, columns):
    told = replace(film, header=Header(orientation=(rows, columns)))
    examined = gate_with().examine(told)
    assert examined.report.warnings == (reasons.ORIENTATION_CONTRADICTED,)
    assert examined.lungs.sides == UNSTATED


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_film_that_lies_as_its_header_says_is_turned_and_no_more_is_said(film, turn):
    lying = {1: ("F", "R"), 2: ("R", "H"), 3: ("H", "L")}[turn]  # That many quarter turns clockwise lead to L\\F.
    told = replace(film, header=Header(orientation=lying))
    with pytest.raises(FilmRefused) as refused:
        gate_with(presentation=presented(turn)).examine(told)
    assert [reason.offer for reason in refused.value.report.reasons] == ["turn"]
    assert told.corrected(turn).orientation == ("L", "F")


def test_a_film_without_lungs_is_refused_and_can_be_overruled():
    with pytest.raises(FilmRefused, match="No two lungs were found on this picture") as refused:
        gate_with().examine(DARK)
    assert refused.value.report.reasons == (reasons.NO_LUNGS,)


def test_an_overruled_film_is_read_whole_with_the_reason_beside_it():
    examined = gate_with().examine(DARK, overrule=True)
    assert examined.lungs is None
    assert examined.seen.crop == (0, 0, 1, 1)
    np.testing.assert_array_equal(examined.seen.pixels, to_model_input(DARK.reduced, None).pixels)
    assert examined.report.reasons == (reasons.NO_LUNGS,)


def test_overruling_what_is_no_refusal_changes_nothing(film):
    plain, overruled = (gate_with().examine(film, overrule=each) for each in (False, True))
    assert overruled.report == plain.report
    assert overruled.seen.crop == plain.seen.crop


def test_lungs_are_looked_for_once(film):
    finder = DrawnFinder()
    gate_with(finder=finder).examine(film)
    assert finder.calls == 1


def test_a_damaged_lung_network_is_refused(tmp_path):
    data = bytearray(lungs_file(BUNDLED_FOLDER).read_bytes())
    data[-1] ^= 1
    lungs_file(tmp_path).write_bytes(data)
    with pytest.raises(ModelCorrupted, match=r"lungs\.safetensors is not the one"):
        load_film_check(tmp_path)


class TestPresented:
    """How the film lies and what it shows, as the presentation network says."""

    @pytest.mark.parametrize("turn", [1, 2, 3])
    def test_a_turned_film_is_refused_with_the_turn_that_puts_it_upright(self, film, turn):
        finder = DrawnFinder()
        lungs, report = gate_with(presented(turn), finder).assess(film)
        assert report == QualityReport((reasons.turned(turn),), turn=turn)
        assert report.offers("turn")
        assert (lungs, finder.calls) == (None, 0), "a film that lies on its side is not outlined"

    def test_an_inverted_film(self, film):
        finder = DrawnFinder()
        lungs, report = gate_with(presented(inverted=0.51), finder).assess(film)
        assert report == QualityReport((reasons.INVERTED,))
        assert report.offers("invert")
        assert (lungs, finder.calls) == (None, 0)

    def test_a_film_that_is_turned_and_inverted_has_both_reasons(self, film):
        _, report = gate_with(presented(2, inverted=0.9)).assess(film)
        assert report.refusals == (reasons.turned(2), reasons.INVERTED)
        assert report.turn == 2

    def test_several_films(self, film):
        _, report = gate_with(presented(kinds=(0.4, 0.6, 0))).assess(film)
        assert report == QualityReport((reasons.SEVERAL_FILMS,))

    def test_no_chest_is_outlined_all_the_same_since_it_can_be_overruled(self, film):
        lungs, report = gate_with(presented(kinds=(0.4, 0, 0.6))).assess(film)
        assert report == QualityReport((reasons.NOT_A_CHEST,))
        assert report.offers("overrule")
        assert lungs is not None

    @pytest.mark.parametrize("kinds", [(0, 0, 1), (0, 1, 0)])
    def test_what_is_no_single_chest_lies_in_no_direction(self, film, kinds):
        _, report = gate_with(presented(1, inverted=1.0, kinds=kinds)).assess(film)
        assert len(report.reasons) == 1
        assert report.turn == 0

    @pytest.mark.parametrize("kinds", [(0.5, 0.5, 0), (0.5, 0, 0.5), (0.4, 0.3, 0.3)])
    def test_what_is_likelier_than_not_counts(self, film, kinds):
        assert gate_with(presented(inverted=0.5, kinds=kinds)).assess(film)[1] == QualityReport()


class TestPicture:
    @pytest.mark.parametrize(("colour", "refused"), [(5.0, False), (5.1, True)])
    def test_a_picture_in_colour(self, film, colour, refused):
        finder = DrawnFinder()
        _, report = gate_with(finder=finder).assess(radiograph_of(film.pixels, colour=colour))
        assert report == QualityReport((reasons.NOT_A_RADIOGRAPH,) * refused)
        assert finder.calls == (not refused)

    @pytest.mark.parametrize(("rows", "refused"), [(100, False), (102, True)])
    def test_a_page_is_mostly_of_one_light_grey(self, film, rows, refused):
        """224 * 0.45 is 100.8 rows; the drawn film itself is that light nowhere."""
        page = np.minimum(film.reduced, 170)
        page[:rows] = 245
        _, report = gate_with().assess(radiograph_of(page))
        assert (reasons.DOCUMENT in report.reasons) is refused

    def test_a_photograph_of_no_chest_has_both_reasons_and_cannot_be_overruled(self, film):
        gate = gate_with(presented(kinds=(0, 0, 1)))
        photograph = radiograph_of(film.pixels, colour=20)
        with pytest.raises(FilmRefused, match="picture in colour") as refused:
            gate.examine(photograph, overrule=True)
        assert refused.value.report.refusals == (reasons.NOT_A_RADIOGRAPH, reasons.NOT_A_CHEST)


IMPLAUSIBLE = {
    "too small": lungs_of_boxes((60, 60, 85, 180), (130, 60, 155, 180)),
    "too large": lungs_of_boxes((2, 2, 106, 222), (110, 2, 160, 222)),
    "one much smaller": lungs_of_boxes(RIGHT, (130, 40, 160, 170)),
    "not beside each other": lungs_of_boxes((30, 20, 90, 120), (130, 60, 190, 160)),
    "too close": lungs_of_boxes((60, 40, 110, 180), (112, 40, 162, 180)),
    "too far apart": lungs_of_boxes((0, 40, 60, 180), (164, 40, 224, 180)),
    "changed places": lungs_of_boxes(LEFT, RIGHT),
    "notched": LungFields(right=box(*RIGHT) & ~box(45, 40, 90, 140), left=box(*LEFT)),
    "too flat": lungs_of_boxes((30, 60, 95, 130), (130, 60, 195, 130)),
    "unsure": lungs_of_boxes(confidence=(0.84, 1.0)),
}


class TestLungs:
    @pytest.mark.parametrize("how", IMPLAUSIBLE)
    def test_outlines_that_can_be_no_lungs(self, film, how):
        lungs, report = gate_with(finder=DrawnFinder(IMPLAUSIBLE[how])).assess(film)
        assert report == QualityReport((reasons.IMPLAUSIBLE_LUNGS,)), "its exposure is not measured too"
        assert report.offers("overrule")
        assert lungs.right is IMPLAUSIBLE[how].right

    @pytest.mark.parametrize(
        ("right", "left", "cut"),
        [
            ((0, 40, 60, 180), (110, 40, 170, 170), True),
            ((0, 40, 60, 60), (110, 40, 170, 170), None),
            ((30, 0, 90, 180), LEFT, True),
            (RIGHT, (130, 40, 190, 224), True),
            (RIGHT, LEFT, False),
        ],
    )
    def test_lungs_that_reach_the_edge_are_cut_off(self, film, right, left, cut):
        lungs = lungs_of_boxes(right, left)
        if (
            cut is None
        ):  # A seventh of the height reaches the edge, which is more than films have whose lungs are whole.
            lungs = LungFields(right=box(*right) | box(10, 40, 70, 180), left=box(*left))
        _, report = gate_with(finder=DrawnFinder(lungs)).assess(film)
        assert (reasons.CUT_OFF in report.warnings) is (cut is not False)
        assert not report.refusals

    @pytest.mark.parametrize(("confidence", "unsure"), [(0.919, True), (0.92, False)])
    def test_an_outline_that_is_unsure(self, film, confidence, unsure):
        lungs = lungs_of_boxes(confidence=(0.99, confidence))
        _, report = gate_with(finder=DrawnFinder(lungs)).assess(film)
        assert (reasons.UNSURE_OUTLINE in report.reasons) is unsure
        assert not report.refusals


class TestOverruling:
    @pytest.mark.parametrize(
        ("presentation", "names"),
        [
            (presented(kinds=(0, 0, 1)), ["not a chest", "no lungs"]),
            (UPRIGHT, ["no lungs"]),
        ],
    )
    def test_every_overrulable_refusal_is_let_through_together(self, presentation, names):
        with pytest.raises(FilmRefused):
            gate_with(presentation).examine(DARK)
        examined = gate_with(presentation).examine(DARK, overrule=True)
        assert [reason.name for reason in examined.report.refusals] == names

    @pytest.mark.parametrize(
        "presentation",
        [presented(1), presented(2), presented(inverted=1.0), presented(kinds=(0, 1, 0))],
        ids=["rotated", "upside down", "inverted", "several films"],
    )
    def test_any_other_is_not(self, film, presentation):
        with pytest.raises(FilmRefused):
            gate_with(presentation).examine(film, overrule=True)
