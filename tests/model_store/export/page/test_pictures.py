"""Does the page show the film as it is read, and a map only where pneumonia is suspected?"""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from model_store.export.page import wording
from model_store.export.page.pictures import Shown, pictures_of
from model_store.export.picture import View, to_display
from model_store.export.wording.map_sentences import EMPTY_MAP
from model_store.film.load import load_radiograph
from model_store.reading.results import Prediction
from tests.doubles.batch_doubles import PNG, FakeClassifier
from tests.doubles.fakes import sample_explanation

FILM = load_radiograph(PNG)


@pytest.fixture
def drawn(card):
    """Draw the pictures of a film with this probability, whose operating point is 0.4."""

    def draw(probability, explanation, view=None, film=FILM):
        reading = replace(FakeClassifier(card).read(film), prediction=Prediction(0.0, probability, 0.4))
        view = view or View(layout="original")
        return pictures_of(Shown(film, reading, explanation, view))

    return draw


def test_from_the_operating_point_on_there_is_a_map(drawn):
    below, at = (drawn(probability, sample_explanation()) for probability in (0.399, 0.4))
    assert (below.ramp, at.ramp.shape[2]) == (None, 3)
    assert np.array_equal(below.beside, below.film), "no colour"
    assert (np.ptp(at.beside.astype(int), axis=2) > 20).any()
    assert below.caption == wording.folded("the stored operating point of 40.0 %")
    assert at.title == f"{wording.HIGHLIGHTED}; {wording.WITH_OUTLINES}"
    assert below.title.lower() == wording.WITH_OUTLINES


def test_the_lungs_are_outlined_and_what_a_map_highlights_in_a_line_that_a_grey_printer_prints(drawn):
    below, at = (drawn(probability, sample_explanation(), View(layout="heatmap")) for probability in (0.1, 0.9))
    assert [outline.is_broken for outline in below.outlines] == [False, False]
    assert [outline.is_broken for outline in at.outlines][:3] == [False, False, True]
    lungs = sample_explanation().lungs
    rows, columns = np.nonzero(lungs.mask)
    points = np.concatenate([outline.points for outline in below.outlines])
    assert points.min(axis=0) == pytest.approx([columns.min() / 224, rows.min() / 224], abs=0.02)
    assert points.max(axis=0) == pytest.approx([columns.max() / 224, rows.max() / 224], abs=0.02)
    explanation = sample_explanation()
    place = np.unravel_index(explanation.heatmap.argmax(), explanation.heatmap.shape)
    left, top, right, bottom = explanation.crop
    hottest = [
        start + index / (count - 1) * (end - start)
        for start, end, index, count in zip(
            (left, top), (right, bottom), place[::-1], explanation.heatmap.shape[::-1], strict=True
        )
    ]
    inside = [cv2.pointPolygonTest(each.points, hottest, measureDist=False) for each in at.outlines if each.is_broken]
    assert max(inside) >= 0, "the hottest place of the map lies within a broken line"


def test_the_frame_of_the_crop_is_drawn_where_it_is_asked_for(drawn):
    (frame,) = drawn(0.1, replace(sample_explanation(), lungs=None), View(crop=True)).outlines
    left, top, right, bottom = sample_explanation().crop
    assert frame.points.min(axis=0) == pytest.approx([left, top])
    assert frame.points.max(axis=0) == pytest.approx([right, bottom])


def test_the_film_is_as_its_reader_has_it(drawn):
    assert np.array_equal(drawn(0.9, sample_explanation()).film, to_display(FILM.pixels))
    view = View(window=(60.0, 120.0), invert=True)
    assert np.array_equal(
        drawn(0.9, sample_explanation(), view).film, to_display(FILM.pixels, window=(60, 120), invert=True)
    )


def test_an_empty_map_and_no_lungs_are_said(drawn):
    empty = drawn(0.9, sample_explanation(empty=True))
    assert (empty.ramp, empty.caption) == (None, EMPTY_MAP)
    without = drawn(0.1, replace(sample_explanation(), lungs=None))
    assert without.title.lower() == wording.NO_LUNGS
    assert (without.outlines, without.letters) == ((), [])


def test_a_corrected_film_says_so(drawn):
    turned = FILM.corrected(1, True, False)
    assert drawn(0.1, sample_explanation(), film=turned).film_title == "Film, turned 90 degrees clockwise, inverted"


def test_what_speaks_against_has_its_end_of_the_ramp(drawn):
    explanation = sample_explanation(against=True)
    assert drawn(0.9, explanation).ends == ("none", "most")
    assert drawn(0.9, explanation, View(against=True)).ends == ("against", "for")
