"""Does a result that leaves the screen hold what has to be read with it?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.export.colours import AGAINST_COLOUR
from model_store.export.picture import LUNG_COLOUR, View
from model_store.export.sheet import render_sheet
from model_store.export.wording.words import Words
from model_store.film.load import load_radiograph
from tests.doubles.fakes import sample_explanation
from tests.doubles.films import phantom

WORDS = Words(headline="Result", notices=[], findings=[], details="Version")
ALERT = (255, 138, 122)


def film(width=400, height=300):
    return load_radiograph(phantom.png(phantom.Chest(width=width, height=height)))


def rows_of(picture, colour):
    return np.flatnonzero((picture == colour).all(axis=2).any(axis=1))


def test_sheet_holds_the_pictures_and_words_of_any_width():
    portrait = render_sheet(film(300, 400), sample_explanation(), View(), WORDS)
    assert portrait.dtype == np.uint8
    assert portrait.shape[2] == 3
    assert portrait.shape[0] > 1000, "words below the pictures"
    single = render_sheet(film(), sample_explanation(), View(layout="original"), WORDS)
    assert single.shape[1] < portrait.shape[1]


def test_sheet_says_what_it_is_for():
    """The words are pixels; other words give other pixels, and the same words the same."""
    sheets = [
        render_sheet(film(), sample_explanation(), View(), replace(WORDS, headline=headline))
        for headline in ("A", "A", "B")
    ]
    assert np.array_equal(sheets[0], sheets[1])
    assert not np.array_equal(sheets[0], sheets[2])


@pytest.mark.parametrize("part", ["notices", "findings"])
def test_each_sentence_has_its_own_line(part):
    """A line of the same text more makes the sheet one line taller, whichever part it belongs to."""
    heights = [
        render_sheet(film(), sample_explanation(), View(), replace(WORDS, **{part: ["A sentence."] * lines})).shape[0]
        for lines in range(3)
    ]
    assert 0 < heights[1] - heights[0] == heights[2] - heights[1]


def test_notices_stand_out_below_the_result_and_above_the_rest():
    quiet = render_sheet(film(), sample_explanation(), View(), WORDS)
    loud = render_sheet(film(), sample_explanation(), View(), replace(WORDS, notices=["Warning: blurred."]))
    assert not rows_of(quiet, ALERT).size
    assert 750 < rows_of(loud, ALERT).min() < rows_of(loud, (255, 196, 87)).min()


def test_a_reason_without_spaces_stays_on_the_sheet():
    typed = render_sheet(film(), sample_explanation(), View(), replace(WORDS, notices=["M" * 200]))
    width = typed.shape[1]
    assert not (typed[:, width - 10 :][750:] == ALERT).all(axis=2).any(), "nothing runs off the side"
    assert np.ptp(rows_of(typed, ALERT)) > 40, "it goes on in further lines"


@pytest.mark.parametrize("letters", ["äö", "ßé", "łż", "ИЖ", "λμ", "אב", "عر", "肺炎", "はい", "폐렴"])
def test_a_reason_of_other_letters_can_be_read(letters):
    """Letters that a font has not are all the same box."""
    first, second = (render_sheet(film(), sample_explanation(), View(), replace(WORDS, notices=[e])) for e in letters)
    assert first.shape == second.shape
    assert (first != second).any()


def test_the_outlined_lungs_carry_their_sides():
    """The letters stand above and beside the outlines, where without them there is nothing of their colour."""
    lungs = sample_explanation().lungs
    drawn = render_sheet(film(), sample_explanation(), View(layout="original", lungs=True), WORDS)
    first = np.flatnonzero(lungs.mask.any(axis=1))[0] / 224 * 750
    assert rows_of(drawn, LUNG_COLOUR).min() < first - 5


def test_what_speaks_against_is_on_the_sheet_with_its_colours_and_its_sentence():
    """The cell at row 2 of 7, column 5, lies at 0.375 and 0.75 of the film; the bar ends in what is most against."""
    plain, shown = (
        render_sheet(film(), sample_explanation(against=True), View(against=on), WORDS) for on in (False, True)
    )
    height, width = 750, 1000
    bar = shown[height - 41, -90 + 5]
    assert tuple(int(value) for value in bar) == AGAINST_COLOUR
    assert tuple(int(value) for value in plain[height - 41, -90 + 5]) != AGAINST_COLOUR
    row, column = round(0.375 * height), width + 12 + round(0.75 * width)
    before, after = (int(each[row, column, 2]) - int(each[row, column, 0]) for each in (plain, shown))
    assert after > before + 30, "bluer"
    assert (shown[height:] != plain[height:]).any(), "one more sentence"
