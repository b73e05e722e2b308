"""Do the outlines of a result lie on the film where its map is brightest?"""

import cv2
import numpy as np
import pytest

from model_store.export.dicom.regions import HIGHLIGHTED, WHOLE_FILM, in_pixels, regions_of, top_left
from tests.doubles.fakes import sample_explanation
from tests.doubles.films.dicom_sources import film, result_of


def regions(probability=0.84, **changes):
    return regions_of(result_of(film(), probability=probability).reading, sample_explanation(**changes))


def test_a_suspected_film_has_the_part_that_the_map_highlights():
    (name, line), *_ = regions()
    assert name == HIGHLIGHTED
    left, top, width, height = cv2.boundingRect((line * 1000).astype(np.int32))
    # The hottest of 7 x 7 cells is row 4, column 5 of a crop from .125 to .875.
    column, row = 1000 * (0.125 + 0.75 * 5.5 / 7), 1000 * (0.125 + 0.75 * 4.5 / 7)
    assert left <= column <= left + width
    assert top <= row <= top + height
    assert np.array_equal(line[0], line[-1]), "it is closed"


@pytest.mark.parametrize("case", [{"probability": 0.2}, {"empty": True}])
def test_any_other_has_the_whole_film(case):
    ((name, line),) = regions(**case)
    assert name == WHOLE_FILM
    assert {tuple(point) for point in line.tolist()} == {(0, 0), (1, 0), (1, 1), (0, 1)}


def test_no_highlighted_part_has_so_few_points_that_a_viewer_takes_it_for_a_box():
    explanations = [sample_explanation()]
    for row in range(1, 6):
        cells = np.zeros((7, 7), np.float32)
        cells[row, 5] = 1
        explanations.append(type(explanations[0])(cells, explanations[0].crop, lungs=explanations[0].lungs))
    reading = result_of(film()).reading
    lines = [line for each in explanations for name, line in regions_of(reading, each) if name == HIGHLIGHTED]
    assert len(lines) >= 6
    assert min(map(len, lines)) > 5


@pytest.mark.parametrize(("turn", "corner"), [(0, (0, 0)), (1, (0, 100)), (2, (200, 100)), (3, (200, 0))])
def test_a_turn_is_taken_back(turn, corner):
    """The top left of the film as it was read, in the pixels of a file of 100 rows and 200 columns."""
    line = in_pixels(np.array([[0.0, 0.0]], np.float32), (100, 200), turn)
    assert tuple(line[0]) == corner
    assert top_left([line, line + 7]) == corner
