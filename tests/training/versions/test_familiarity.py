"""Are the limits those of validation patients, by their farthest film, and the statistics those of training films?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.reading.familiarity import Depth, Familiarity
from tests.doubles.trainings.training_doubles import DEPTH_CHANNELS, crops_of, tiny_network
from tests.training.networks.classifier.test_head import crop_set
from training.prepared.crops import CropSet
from training.prepared.features import depths_in, film_features
from training.versions import familiarity as module
from training.versions.familiarity import fit_familiarity


@pytest.fixture(scope="module")
def network():
    import keras

    keras.utils.set_random_seed(3)
    return tiny_network()


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def depths_of_films(network, crops):
    return depths_in(film_features(network, crops))


def distances(fitted, network, crops):
    return Familiarity.from_json(fitted).distances(depths_of_films(network, crops))


def test_the_limits_by_hand(network, cache):
    training, validation = crop_set(18), crop_set(9, seed=1)
    fitted = fit_familiarity(network, training, validation, cache, seed=1)
    farthest = distances(fitted, network, validation)
    assert fitted["warn_above"] == pytest.approx(np.percentile(farthest, 99), rel=1e-4)
    assert fitted["refuse_above"] == pytest.approx(1.5 * farthest.max(), rel=1e-4)
    assert fitted["distance_median"] == pytest.approx(np.median(farthest), rel=1e-4)
    assert (fitted["films"], fitted["validation_patients"], fitted["patients_beyond"]) == (18, 9, 1)


def test_the_statistics_are_those_of_the_training_films(network, cache):
    training = crop_set(18)
    fitted = fit_familiarity(network, training, crop_set(9, seed=1), cache, seed=1)
    known = Familiarity.from_json(fitted)
    assert known.channels == list(DEPTH_CHANNELS)
    parts = np.split(depths_of_films(network, training), np.cumsum(DEPTH_CHANNELS)[:-1], axis=1)
    for depth, part in zip(known.depths, parts, strict=True):
        expected = Depth.fitted(part)
        assert depth.mean == pytest.approx(expected.mean, rel=1e-4, abs=1e-5)
        assert depth.variances == pytest.approx(expected.variances, rel=1e-3)
        assert depth.rest == pytest.approx(expected.rest, rel=1e-3)


def test_a_patient_counts_by_the_farthest_film(network, cache):
    """Nine films of three patients."""
    validation = crop_set(9, seed=1)
    images = [replace(image, patient=str(row // 3)) for row, image in enumerate(validation.images)]
    validation = CropSet(images, validation.pixels, validation.lungs)
    fitted = fit_familiarity(network, crop_set(18), validation, cache, seed=1)
    farthest = distances(fitted, network, validation).reshape(3, 3).max(axis=1)
    assert fitted["validation_patients"] == 3
    assert fitted["distance_median"] == pytest.approx(np.median(farthest), rel=1e-4)
    assert fitted["warn_above"] == pytest.approx(np.percentile(farthest, 99), rel=1e-4)


def test_of_many_training_films_a_part_is_used_which_the_seed_chooses(network, cache, monkeypatch):
    monkeypatch.setattr(module, "FAMILIAR_FILMS", 6)
    training, validation = crop_set(18), crop_set(9, seed=1)
    one, again, other = (fit_familiarity(network, training, validation, cache, seed=seed) for seed in (1, 1, 2))
    assert one["films"] == 6
    assert one == again
    assert one["tensors"] != other["tensors"]


@pytest.mark.parametrize(("training", "validation"), [(2, 1), (3, 2)])
def test_a_handful_of_films_is_enough(network, cache, training, validation):
    fitted = fit_familiarity(network, crop_set(training), crop_set(validation, seed=1), cache, seed=1)
    known = Familiarity.from_json(fitted)
    assert 0 < known.warn_above <= known.refuse_above < np.inf


def test_films_of_another_kind_are_beyond(network, cache):
    training, validation = crop_set(30), crop_set(9, seed=1)
    fitted = fit_familiarity(network, training, validation, cache, seed=1)
    black = crops_of(crop_set(1, seed=2).images, np.zeros((1, 224, 224)))
    assert distances(fitted, network, black) > fitted["refuse_above"]
