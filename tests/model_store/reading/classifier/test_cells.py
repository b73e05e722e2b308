"""Are a film's cells drawn on the version's scale, and is a film with too few of them in its lungs told apart?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.film.load import load_radiograph
from model_store.film.radiograph import FILM_SIDE, Radiograph
from model_store.reading.classifier import Classifier
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import QualityReport
from model_store.reading.maps.gradcam import DIMMED
from model_store.reading.network import SUSPICIOUS_SHARE
from model_store.reading.preparation import CELL, lung_cells, lungs_in_crop, to_model_input
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import DrawnFinder, drawn_check, gate_with, lungs_of_boxes
from tests.doubles.trainings.tiny_network import CELLS, tiny_network

SIDE = CELL * (CELLS - 1) + 1


@pytest.fixture(scope="module")
def films():
    chests = (phantom.Chest(320, 256), phantom.Chest(300, 400, seed=2, opacity=0.5))
    return [load_radiograph(phantom.png(chest)) for chest in chests]


@pytest.fixture
def gate_of_boxes():
    return drawn_check(DrawnFinder(lungs_of_boxes()))


def test_what_speaks_for_and_against_lies_on_one_scale(card, gate_of_boxes, films):
    for film in films:
        shown = reader(card, gate_of_boxes).read(film).explanation
        assert shown.full is None, "the card names none"
        assert shown.cells.min() < 0 < shown.cells.max()
        np.testing.assert_allclose(shown.heatmap, np.maximum(shown.cells, 0) / shown.cells.max(), atol=1e-6)
        np.testing.assert_allclose(shown.against, np.clip(-shown.cells / shown.cells.max(), 0, 1), atol=1e-6)


def reader(card, gate, **content):
    """The classifier of a network whose cells' logits are grey / 100 - 1, with more in its card."""
    network = tiny_network([(0.01, 0)], [(1,)], [1], bias=-1)
    return Classifier(network, replace(card, content=card.content | content), gate)


def test_the_scale_of_the_card_is_the_same_for_all_films(card, gate_of_boxes, films):
    classifier = reader(card, gate_of_boxes, heatmap_full=2.0)
    for film in films:
        shown = classifier.read(film).explanation
        assert shown.full == 2
        np.testing.assert_allclose(shown.heatmap, np.clip(shown.cells / 2, 0, 1), atol=1e-6)
        np.testing.assert_allclose(shown.against, np.clip(-shown.cells / 2, 0, 1), atol=1e-6)
        assert 0 < shown.heatmap.max() < 1, "the brightest cell is (255 / 100 - 1) / 2 at most"


def test_a_version_that_knows_normal_films_draws_what_is_above_them(card, gate_of_boxes, films):
    baseline = np.full((CELLS, CELLS), 0.25)
    plain, above = (
        reader(card, gate_of_boxes, heatmap_full=2.0, **content).read(films[0])
        for content in ({}, {"heatmap_baseline": baseline.tolist()})
    )
    weights = lung_cells(lungs_in_crop(above.explanation.lungs, above.explanation.crop), SIDE)
    np.testing.assert_allclose(above.explanation.cells, plain.explanation.cells - 0.25 * weights, atol=1e-5)
    np.testing.assert_allclose(above.explanation.heatmap, np.clip(above.explanation.cells / 2, 0, 1), atol=1e-6)
    assert above.prediction == plain.prediction
    assert (plain.explanation.above_normal, above.explanation.above_normal) == (False, True)


def test_where_nothing_speaks_for_pneumonia_the_rest_has_a_scale_of_its_own(card, gate_of_boxes, films):
    """No cell is brighter than 255, so none has a logit above 2.55 - 5."""
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [1], bias=-5), card, gate_of_boxes)
    shown = classifier.read(films[0]).explanation
    assert shown.is_empty
    np.testing.assert_allclose(shown.against, shown.cells / shown.cells.min(), atol=1e-6)
    assert shown.against.max() == 1


@pytest.mark.parametrize(("bias", "brightest"), [(-1, 1.0), (-5, None)])
def test_without_a_scale_a_film_below_the_operating_point_is_drawn_dim(card, gate_of_boxes, films, bias, brightest):
    """By each method, where the version knows no logit that is full: half as bright at most."""
    network = tiny_network([(0.03, 0)], [(1,)], [1], bias=bias)
    shown = Classifier(network, card, gate_of_boxes).read(films[0])
    assert shown.prediction.suspected is (brightest is not None)
    share = shown.prediction.probability / shown.prediction.operating_point
    expected = brightest or max(DIMMED * share, 0.01)
    for explanation in shown.explanations:
        assert explanation.heatmap.max() == pytest.approx(0 if explanation.is_empty else expected)
    assert not shown.explanations[-1].is_empty
    if brightest is None:
        assert expected < DIMMED


def test_without_lungs_all_cells_count(card):
    """Of a dark film with a white patch on four cells: these have 2.55 - 1, all others -1."""
    pixels, apart = np.zeros((FILM_SIDE, FILM_SIDE), np.uint8), (FILM_SIDE - 1) / (CELLS - 1)
    patch = slice(round(2.5 * apart), round(4.5 * apart))
    pixels[patch, patch] = 100
    reading = reader(card, drawn_check()).read(Radiograph(pixels, "0" * 64, "PNG"), overruled="a film of the ward")
    expected = np.full((CELLS, CELLS), -1.0)
    expected[3:5, 3:5] = 1.55
    counted = SUSPICIOUS_SHARE * expected.size
    assert reading.explanation.lungs is None
    np.testing.assert_allclose(reading.explanation.cells, expected, atol=0.02)
    assert reading.prediction.logit == pytest.approx((4 * 1.55 - (counted - 4)) / counted, abs=0.02)


class TestLittleLung:
    """A film whose cells of the lungs add up to less than those of any validation film."""

    @pytest.fixture
    def least(self, films):
        seen = to_model_input(films[0].reduced, lungs_of_boxes())
        return float(lung_cells(lungs_in_crop(lungs_of_boxes(), seen.crop), SIDE).sum())

    @pytest.mark.parametrize(("more", "found"), [(0.01, (reasons.UNSURE_OUTLINE,)), (0, ()), (-0.01, ())])
    def test_it_is_read_with_a_warning(self, card, gate_of_boxes, films, least, more, found):
        assert least > 5, "there is hardly any lung, so this tests nothing"
        reading = reader(card, gate_of_boxes, lung_cells={"least": least + more}).read(films[0])
        assert reading.quality == QualityReport((*found, reasons.UNCHECKED))

    def test_it_is_said_once(self, card, films):
        unsure = DrawnFinder(lungs_of_boxes(confidence=(0.9, 1.0)))
        for content in ({}, {"lung_cells": {"least": 64.0}}):
            found = reader(card, gate_with(finder=unsure), **content).read(films[0]).quality.reasons
            assert found.count(reasons.UNSURE_OUTLINE) == 1

    def test_not_of_a_film_without_outlines(self, card, gate_of_boxes):
        dark = Radiograph(np.zeros((100, 100), np.uint8), "0" * 64, "PNG")
        reading = reader(card, gate_of_boxes, lung_cells={"least": 64.0}).read(dark, overruled="a film of the ward")
        assert reading.quality.warnings == (reasons.UNCHECKED,)
