"""Does one pass give the probability and the map of this film, whoever else is reading at the same time?"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.film.load import load_radiograph
from model_store.film.radiograph import FILM_SIDE, Radiograph
from model_store.reading.classifier import Classifier
from model_store.reading.decision.calibration import Calibration
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from model_store.reading.lungs.fields import NoLungsFound
from model_store.reading.maps.evidence import locate
from model_store.reading.network import inputs_of
from model_store.reading.preparation import lungs_in_crop, to_film, to_model_input
from model_store.reading.results import GRAD_CAM, LAST_MAP
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import drawn_check, lungs_of_boxes
from tests.doubles.trainings.tiny_network import CELLS, tiny_network


@pytest.fixture(scope="module")
def films():
    """Two films that the random network reads differently."""
    chests = (phantom.Chest(320, 256), phantom.Chest(300, 400, seed=2, opacity=0.5))
    return [load_radiograph(phantom.png(chest)) for chest in chests]


@pytest.fixture(scope="module")
def alone(classifier, films):
    return [classifier.read(film) for film in films]


class FixedFinder:
    """Find the same lungs on every film, and count how many ask at once."""

    def __init__(self):
        self.now, self.most = 0, 0

    def find(self, film):
        self.now += 1
        self.most = max(self.most, self.now)
        sleep(0.01)
        self.now -= 1
        if not film.any():
            raise NoLungsFound("No two lungs.")
        return lungs_of_boxes()


@pytest.fixture
def fixed():
    return FixedFinder()


@pytest.fixture
def gate_of_boxes(fixed):
    return drawn_check(fixed)


def test_a_reading_names_what_it_comes_from(alone, films, card, finder):
    for reading, film in zip(alone, films, strict=True):
        assert reading.sha256 == film.sha256
        assert (reading.version, reading.weights_sha256) == (card.version, card.weights_sha256)
        assert reading.prediction.operating_point == card.operating_point
        assert reading.prediction.probability == card.calibration.probability(reading.prediction.logit)
        assert reading.seconds > 0
        lungs = finder.find(film.reduced)
        np.testing.assert_array_equal(reading.explanation.lungs.right, lungs.right)
        np.testing.assert_array_equal(reading.explanation.lungs.left, lungs.left)
        assert (reading.quality.reasons, reading.overruled) == ((reasons.UNCHECKED,), None)
        assert reading.explanation.crop == to_model_input(film.reduced, lungs).crop


def test_the_probability_is_the_networks_of_the_prepared_crop(alone, films, network, finder, card):
    for reading, film in zip(alone, films, strict=True):
        lungs = finder.find(film.reduced)
        seen = to_model_input(film.reduced, lungs)
        pixels, cells = inputs_of(network, seen.pixels[None], lungs_in_crop(lungs, seen.crop)[None])
        batch = np.repeat(pixels[..., None], 3, axis=-1).astype(np.float32)
        logit = float(network([batch, cells], training=False)[0, 0])
        assert reading.prediction.logit == pytest.approx(logit, abs=1e-3)


def test_both_maps_and_grad_cam_of_the_cells_first(alone):
    for reading in alone:
        by_cells, last = reading.explanations
        assert (by_cells.method, last.method) == (GRAD_CAM, LAST_MAP)
        for explanation in reading.explanations:
            assert explanation.heatmap.shape == (CELLS, CELLS)
            assert explanation.heatmap.dtype == np.float32
            assert explanation.heatmap.max() == 1
            assert explanation.heatmap.min() >= 0
        assert (last.cells, last.against, last.full) == (None, None, None)


def test_a_map_is_located_in_the_lungs(alone):
    for reading in alone:
        shown = reading.explanation
        assert shown.evidence is not None
        assert shown.evidence == locate(shown.heatmap, shown.crop, shown.lungs)


def test_a_film_is_not_changed_by_a_reading(classifier, films):
    kept = [film.pixels.copy() for film in films]
    for film, pixels in zip(films, kept, strict=True):
        classifier.read(film)
        np.testing.assert_array_equal(film.pixels, pixels)
        assert not film.pixels.flags.writeable


def test_the_same_film_gets_the_same_answer_twenty_times(classifier, films, alone):
    probabilities = [classifier.read(films[0]).prediction.probability for _ in range(20)]
    assert np.abs(np.array(probabilities) - alone[0].prediction.probability).max() <= 1e-6


def test_two_readers_at_once_get_what_they_would_get_alone(classifier, films, alone):
    difference = alone[0].prediction.probability - alone[1].prediction.probability
    assert abs(difference) > 1e-4, "the two films are read alike, so this tests nothing"
    together = threading.Barrier(2)

    def read(number):
        together.wait()
        return [classifier.read(films[number]) for _ in range(6)]

    with ThreadPoolExecutor(2) as pool:
        for number, readings in enumerate(pool.map(read, range(2))):
            for reading in readings:
                assert reading.sha256 == films[number].sha256
                assert reading.prediction.probability == pytest.approx(alone[number].prediction.probability, abs=1e-6)
                np.testing.assert_allclose(reading.explanation.heatmap, alone[number].explanation.heatmap, atol=1e-4)


def test_one_reading_at_a_time(card, fixed, films):
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [1]), card, drawn_check(fixed))
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(classifier.read, films * 4))
    assert len(readings) == 8
    assert fixed.most == 1


def test_a_film_without_lungs_is_not_read_and_the_next_one_is(card, gate_of_boxes, films):
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [1]), card, gate_of_boxes)
    black = Radiograph(np.zeros((100, 100), np.uint8), "0" * 64, "PNG")
    with pytest.raises(FilmRefused, match="No two lungs"):
        classifier.read(black)
    assert classifier.read(films[0]).sha256 == films[0].sha256


def test_a_film_without_lungs_is_read_where_the_clinician_vouches_for_it(card, gate_of_boxes):
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [1]), card, gate_of_boxes)
    dark = Radiograph(np.zeros((100, 100), np.uint8), "0" * 64, "PNG")
    reading = classifier.read(dark, overruled="a chest film of the ward")
    assert reading.overruled == "a chest film of the ward"
    assert reading.quality.refusals == (reasons.NO_LUNGS,), "it stands beside the result"
    assert (reading.explanation.lungs, reading.explanation.crop) == (None, (0, 0, 1, 1))
    assert reading.explanation.evidence is None


def test_what_needs_no_overruling_is_read_as_ever(card, gate_of_boxes, films):
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [1]), card, gate_of_boxes)
    plain, vouched = classifier.read(films[0]), classifier.read(films[0], overruled="surely")
    assert vouched.prediction == plain.prediction
    assert vouched.quality == plain.quality == QualityReport((reasons.UNCHECKED,))


def test_an_empty_map_is_zero_and_no_nan(card, gate_of_boxes, films):
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [-1]), card, gate_of_boxes)
    explanation = classifier.read(films[0]).explanation
    assert explanation.is_empty
    assert explanation.evidence is None
    np.testing.assert_array_equal(explanation.heatmap, np.zeros((CELLS, CELLS)))


def test_a_certain_film_has_a_map(card, gate_of_boxes, films):
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [1e4]), card, gate_of_boxes)
    reading = classifier.read(films[0])
    assert reading.prediction.probability == 1
    assert reading.explanation.heatmap.max() == 1


def test_what_is_no_number_is_no_answer(card, films, gate_of_boxes):
    classifier = Classifier(tiny_network([(0.01, 0)], [(1,)], [float("nan")]), card, gate_of_boxes)
    with pytest.raises(ModelCorrupted, match="Version drawn-1 answers with no number"):
        classifier.read(films[0])


class TestDeletion:
    """With a network whose cells' logits are how bright each is."""

    @pytest.fixture
    def bright_spot_reader(self, card, fixed):
        return Classifier(
            tiny_network([(0.01, 0)], [(1,)], [1]),
            replace(card, calibration=Calibration.by_temperature(20.0)),
            drawn_check(fixed),
        )

    @pytest.fixture
    def spotted(self):
        """A film with a bright spot in the right lung, on a ramp."""
        down, across = np.linspace(0, 35, FILM_SIDE), np.linspace(20, 55, FILM_SIDE)
        pixels = np.add.outer(down, across).astype(np.uint8)  # No line of it is even, as a border is.
        pixels[90:120, 45:75] = 250
        return Radiograph(pixels, "7" * 64, "PNG")

    def test_what_the_probability_rests_on_counts_for_more_than_the_rest(self, bright_spot_reader, spotted):
        reading = bright_spot_reader.read(spotted)
        result = bright_spot_reader.deletion_test(spotted, reading.explanation)
        assert result.before == pytest.approx(reading.prediction.probability, abs=1e-5)
        assert result.highlighted < result.random_low <= result.random_mean <= result.random_high
        assert result.before - result.highlighted > 3 * abs(result.before - result.random_mean)
        assert result.regions == 20
        assert 0.05 <= result.area <= 0.25

    def test_even_borders_change_nothing_but_where_things_lie(self, bright_spot_reader, spotted):
        """A film of 224 in the middle of 448: what is read of it lies half as large, a quarter of the sides away."""
        framed = replace(spotted, pixels=np.pad(spotted.pixels, 112))
        alone, reading = (bright_spot_reader.read(film) for film in (spotted, framed))
        assert framed.content == (0.25, 0.25, 0.75, 0.75)
        assert reading.prediction == alone.prediction
        np.testing.assert_array_equal(reading.explanation.heatmap, alone.explanation.heatmap)
        assert reading.explanation.crop == pytest.approx([0.25 + at / 2 for at in alone.explanation.crop])
        rows, columns = np.nonzero(to_film(reading.explanation.heatmap, reading.explanation.crop, (448, 448)) > 0.9)
        assert (rows.mean() - 112, columns.mean() - 112) == pytest.approx((105, 60), abs=12), "where the spot is"
        places = [np.argwhere(each.explanation.lungs.right).mean(axis=0) for each in (alone, reading)]
        assert places[1] == pytest.approx(56 + places[0] / 2, abs=1)
        tests = [bright_spot_reader.deletion_test(f, r.explanation) for f, r in ((spotted, alone), (framed, reading))]
        assert tests[0] == tests[1]

    def test_it_can_be_repeated(self, bright_spot_reader, spotted):
        explanation = bright_spot_reader.read(spotted).explanation
        first, again = (bright_spot_reader.deletion_test(spotted, explanation) for _ in range(2))
        assert first == again

    def test_there_is_nothing_to_say_of_an_empty_map(self, bright_spot_reader, spotted):
        explanation = bright_spot_reader.read(spotted).explanation
        empty = replace(explanation, heatmap=np.zeros((CELLS, CELLS), np.float32))
        assert bright_spot_reader.deletion_test(spotted, empty) is None

    def test_without_lungs_the_highlighted_part_is_compared_with_others_wherever_they_lie(
        self, bright_spot_reader, spotted
    ):
        whole = replace(bright_spot_reader.read(spotted).explanation, lungs=None, crop=(0, 0, 1, 1))
        result = bright_spot_reader.deletion_test(spotted, whole)
        assert not result.in_lungs
        assert result.highlighted < result.random_mean

    def test_it_waits_for_who_is_reading(self, bright_spot_reader, spotted):
        explanation = bright_spot_reader.read(spotted).explanation
        with ThreadPoolExecutor(1) as pool:
            with bright_spot_reader._lock:
                waiting = pool.submit(bright_spot_reader.deletion_test, spotted, explanation)
                with pytest.raises(TimeoutError):
                    waiting.result(timeout=3)
            assert waiting.result(timeout=60) is not None
