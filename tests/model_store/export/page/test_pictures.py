"""Does the page show the film as it is read, and a map only where pneumonia is suspected?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.export.page import wording
from model_store.export.page.pictures import pictures_of
from model_store.export.picture import LUNG_COLOUR, View, to_display
from model_store.export.sentences import EMPTY_MAP
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
        return pictures_of(film, reading, explanation, view or View(layout="original"))

    return draw


def coloured(picture):
    return float((np.ptp(picture.astype(int), axis=2) > 20).mean())


def test_from_the_operating_point_on_there_is_a_map(drawn):
    below, at = (drawn(probability, sample_explanation()) for probability in (0.399, 0.4))
    assert (below.ramp, at.ramp.shape[2]) == (None, 3)
    assert 0 < coloured(below.beside) < coloured(at.beside) - 0.01
    assert below.caption == wording.folded("the stored operating point of 40.0 %")
    assert at.title == f"{wording.HEATMAP}; {wording.WITH_OUTLINES}"
    assert below.title == wording.WITH_OUTLINES.capitalize()


def test_the_outlines_are_there_whatever_the_screen_shows(drawn):
    for probability in (0.1, 0.9):
        beside = drawn(probability, sample_explanation(), View(layout="heatmap")).beside
        near = np.abs(beside.astype(int) - LUNG_COLOUR).max(axis=2) < 40
        assert near.any()


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
    assert without.title == wording.NO_LUNGS.capitalize()


def test_a_corrected_film_says_so(drawn):
    turned = FILM.corrected(1, True, False)
    assert drawn(0.1, sample_explanation(), film=turned).film_title == "Film, turned 90 degrees clockwise, inverted"


def test_what_speaks_against_has_its_end_of_the_ramp(drawn):
    explanation = sample_explanation(against=True)
    assert drawn(0.9, explanation).ends == ("none", "most")
    assert drawn(0.9, explanation, View(against=True)).ends == ("against", "for")
