"""Is a film read, read with a warning or refused by how far it is from those that a version knows?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.basics.errors import ModelCorrupted
from model_store.film.load import load_radiograph
from model_store.reading.classifier import Classifier
from model_store.reading.familiarity import Depth, Familiarity
from model_store.reading.film_check import reasons
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from model_store.reading.maps.gradcam import build_gradcam
from model_store.reading.preparation import lungs_in_crop, to_model_input
from tests.doubles.films import phantom
from tests.doubles.films.drawn_lungs import UPRIGHT, DrawnFinder, gate_with
from tests.doubles.trainings.tiny_network import tiny_network


@pytest.fixture(scope="module")
def films():
    """The film that the version knows, and another one, whose distance is 1."""
    chests = (phantom.Chest(320, 256), phantom.Chest(300, 400, seed=1, opacity=1))
    return [load_radiograph(phantom.png(chest)) for chest in chests]


@pytest.fixture(scope="module")
def grey():
    return tiny_network([(0.01, 0)], [(1,)], [1])


@pytest.fixture(scope="module")
def reader(grey, card, films):
    """Make the classifier of a version that knows the first film, with limits for the second."""
    lungs = DrawnFinder().lungs
    see, seen = build_gradcam(grey), [to_model_input(film.reduced, lungs) for film in films]
    first, second = (see(each.pixels, lungs_in_crop(lungs, each.crop)).features for each in seen)
    # Every direction has the variance that makes the second film's greatest distance 1.
    means, others = (np.split(features, np.cumsum((3, 3))) for features in (first, second))
    distance = max(np.linalg.norm(m - o) / np.sqrt(len(m)) for m, o in zip(means, others, strict=True))
    assert distance > 0.01, "the two films are alike, so this tests nothing"
    variance = float(distance**2)

    def make(warn_above, refuse_above, gate=None, finder=None):
        depths = [
            Depth(mean, np.eye(len(mean), 1, dtype=np.float32), np.array([variance], np.float32), variance)
            for mean in means
        ]
        content = card.content | {"familiarity": Familiarity(tuple(depths), warn_above, refuse_above).as_json()}
        return Classifier(grey, replace(card, content=content), gate or gate_with(finder=finder))

    return make


def test_a_film_that_it_knows_is_read_without_a_word(reader, films):
    classifier = reader(1.01, 1.02)
    assert [classifier.read(film).quality for film in films] == [QualityReport()] * 2


def test_an_unusual_film_is_read_with_a_warning(reader, films):
    classifier = reader(0.99, 1.02)
    assert classifier.read(films[0]).quality == QualityReport()
    reading = classifier.read(films[1])
    assert reading.quality == QualityReport((reasons.UNUSUAL,))
    assert reading.prediction == reader(1.01, 1.02).read(films[1]).prediction


def test_a_film_unlike_all_that_it_knows_is_refused(reader, films):
    classifier = reader(0.9, 0.99)
    assert classifier.read(films[0]).quality == QualityReport()
    with pytest.raises(FilmRefused, match="far from every film that the model knows") as refused:
        classifier.read(films[1])
    assert refused.value.report == QualityReport((reasons.UNLIKE,))
    assert refused.value.report.offers("overrule")


def test_and_read_where_the_clinician_vouches_for_it(reader, films):
    reading = reader(0.9, 0.99).read(films[1], overruled="a child of the ward")
    assert reading.quality == QualityReport((reasons.UNLIKE,)), "it stands beside the result"
    assert reading.overruled == "a child of the ward"
    assert reading.prediction == reader(1.01, 1.02).read(films[1]).prediction


def test_vouching_for_it_opens_no_other_door(reader, films):
    lying = gate_with(replace(UPRIGHT, turns=(0.0, 1.0, 0.0, 0.0)))
    with pytest.raises(FilmRefused) as refused:
        reader(0.9, 0.99, lying).read(films[1], overruled="a child of the ward")
    assert refused.value.report.refusals == (reasons.turned(1),)


def test_a_warning_of_the_gate_travels_beside_that_of_the_version(reader, films):
    unsure = DrawnFinder(replace(DrawnFinder().lungs, confidence=(0.9, 1.0)))
    reading = reader(0.99, 1.02, finder=unsure).read(films[1])
    assert reading.quality.reasons == (reasons.UNSURE_OUTLINE, reasons.UNUSUAL)


@pytest.mark.parametrize("damaged", [{}, [], "known", {"tensors": "", "warn_above": 1.0, "refuse_above": 2.0}], ids=str)
def test_a_damaged_description_is_no_version(grey, card, damaged):
    content = card.content | {"familiarity": damaged}
    with pytest.raises(ModelCorrupted, match="The card of version drawn-1 is damaged"):
        Classifier(grey, replace(card, content=content), gate_with())


def test_a_description_of_another_network_is_no_version(grey, card):
    depth = Depth(np.zeros(4, np.float32), np.eye(4, 1, dtype=np.float32), np.ones(1, np.float32), 1.0)
    content = card.content | {"familiarity": Familiarity((depth,) * 3, 1.0, 2.0).as_json()}
    with pytest.raises(ModelCorrupted, match="The card of version drawn-1 does not fit its weights"):
        Classifier(grey, replace(card, content=content), gate_with())
