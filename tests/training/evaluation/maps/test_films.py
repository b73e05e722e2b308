"""Which films' maps are tested, and what is drawn of them?"""

import numpy as np
import pytest

from model_store.reading.network import side_of
from model_store.reading.preparation import CELL, lung_cells
from model_store.reading.results import GRAD_CAM, LAST_MAP
from tests.doubles.trainings.crop_doubles import LUNGS, SIDE, crop, crop_set, lung_network
from training.data.labelled import DatasetError
from training.evaluation.maps import films
from training.evaluation.maps.films import Drawn, build_draw, on_crop, suspected_and_normal


class TestWhichFilms:
    def test_those_with_pneumonia_that_are_suspected_and_those_without_that_are_not(self):
        """Of six films of each class, two are decided wrongly."""
        crops = crop_set(6)
        crops.pixels[0], crops.pixels[6] = crops.pixels[6].copy(), crops.pixels[0].copy()
        suspected, normal = suspected_and_normal(lung_network(), crops, threshold=0.0)
        assert {film.patient for film in normal} == {f"NORMAL/NORMAL-{n}" for n in range(1, 6)}
        assert {film.patient for film in suspected} == {f"PNEUMONIA/PNEUMONIA-{n}" for n in range(1, 6)}
        assert all((film.pixels[LUNGS] == 180).all() for film in suspected)
        np.testing.assert_array_equal(normal[0].lungs, LUNGS)

    def test_no_more_than_asked_for_and_others_by_another_seed(self, monkeypatch):
        monkeypatch.setattr(films, "FILMS", 3)
        chosen = []
        for seed in (0, 0, 1):
            suspected, normal = suspected_and_normal(lung_network(), crop_set(9), threshold=0.0, seed=seed)
            assert (len(suspected), len(normal)) == (3, 3)
            chosen.append([film.patient for film in (*suspected, *normal)])
        assert chosen[0] == chosen[1] != chosen[2]

    @pytest.mark.parametrize(
        ("threshold", "words"), [(9.0, "with pneumonia is susp"), (-9.0, "without pneumonia is no")]
    )
    def test_none_of_one_kind(self, threshold, words):
        with pytest.raises(DatasetError, match=f"No film {words}"):
            suspected_and_normal(lung_network(), crop_set(2), threshold=threshold)


class TestDrawn:
    def test_each_cell_by_hand(self):
        """The logit of a cell is its grey over 100, less 1.2."""
        network = lung_network()
        drawn = build_draw(network)(crop(180), LUNGS)
        weights = lung_cells(LUNGS, side_of(network))
        np.testing.assert_array_equal(drawn.weights, weights)
        assert (drawn.weighted, drawn.own) == ((GRAD_CAM,), side_of(network) // CELL + 1)
        np.testing.assert_allclose(drawn.maps[GRAD_CAM][weights == 1], 0.6, atol=1e-4)
        logits = drawn.in_lungs(GRAD_CAM)
        assert np.isnan(logits[weights == 0]).all()
        np.testing.assert_allclose(logits[weights > 0.9], 0.6, atol=1e-4)
        assert not np.isnan(logits[weights > 0]).any()
        assert drawn.logit == pytest.approx(0.6, abs=1e-4)

    def test_above_a_baseline(self):
        drawn = build_draw(lung_network(), np.full((8, 8), 0.5, np.float32))(crop(180), LUNGS)
        np.testing.assert_allclose(drawn.maps[GRAD_CAM][drawn.weights == 1], 0.1, atol=1e-4)
        assert drawn.logit == pytest.approx(0.6, abs=1e-4)

    def test_by_the_other_method_no_weight_is_in_the_map(self):
        weights = np.array([[0, 0.5], [1, 1]], np.float32)
        maps = {GRAD_CAM: np.array([[0, 2], [3, 4]], np.float32), LAST_MAP: np.array([[5, 6], [7, 8]], np.float32)}
        drawn = Drawn(0.0, maps, weights, (GRAD_CAM,), 2)
        np.testing.assert_array_equal(drawn.in_lungs(GRAD_CAM), [[np.nan, 4], [3, 4]])
        np.testing.assert_array_equal(drawn.in_lungs(LAST_MAP), [[np.nan, 6], [7, 8]])

    def test_of_a_pooled_network_there_is_one_map_whose_last_cells_are_repeated(self):
        import keras

        from model_store.reading.network import POOLED, build_network

        keras.utils.set_random_seed(0)
        drawn = build_draw(build_network(POOLED))(crop(180), LUNGS)
        assert list(drawn.maps) == [GRAD_CAM]
        assert (drawn.maps[GRAD_CAM].shape, drawn.weights.shape, drawn.own) == ((8, 8), (8, 8), 7)
        np.testing.assert_array_equal(drawn.maps[GRAD_CAM][7], drawn.maps[GRAD_CAM][6])
        assert drawn.weighted == ()


def test_only_what_speaks_for_pneumonia_is_laid_on_the_crop():
    laid = on_crop(np.array([[-5, 2], [0, 0]], np.float32))
    assert laid.shape == (SIDE, SIDE)
    assert (laid[0, 0], laid[0, -1], laid.min()) == (0, 2, 0)
