"""Is it found out whether the answer hangs on what a map highlights? By hand, and with a network that is known."""

from functools import partial

import cv2
import numpy as np
import pytest

from model_store.export.wording.claims import map_claims
from model_store.reading.results import GRAD_CAM, LAST_MAP
from tests.doubles.films.drawn_lungs import box
from tests.doubles.trainings.crop_doubles import HEALTHY, LUNGS, SIDE, crop, crop_set, lung_network
from training.evaluation.maps import map_tests as tests
from training.evaluation.maps.claims import WANTED
from training.evaluation.maps.films import Drawn, MapFilm, build_draw
from training.evaluation.maps.map_tests import (
    CENTRE,
    HIGHLIGHTED,
    RANDOM,
    connected,
    deletion_figures,
    highest,
    map_tests,
)
from training.statistics import metrics

AREA = round(HIGHLIGHTED * LUNGS.sum())


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))


class TestRegions:
    def test_the_highest_part_of_the_lungs(self):
        rank = np.tile(np.arange(SIDE, dtype=np.float32)[:, None], (1, SIDE))
        region = highest(rank, LUNGS)
        assert region.sum() == AREA == 5760
        np.testing.assert_array_equal(region, LUNGS & (np.arange(SIDE) >= 142)[:, None], "5760 = 120 x 48 pixels")

    def test_a_map_that_is_against_pneumonia_everywhere_has_a_highest_part_too(self):
        rank = -np.tile(np.arange(SIDE, dtype=np.float32)[:, None], (1, SIDE))
        np.testing.assert_array_equal(highest(rank, LUNGS), LUNGS & (np.arange(SIDE) < 78)[:, None])

    def test_random_regions_are_connected_parts_of_a_lung_as_large(self):
        rng = np.random.default_rng(0)
        regions = [connected(LUNGS, rng) for _ in range(12)]
        for region in regions:
            assert region.sum() == AREA
            assert not (region & ~LUNGS).any()
            assert cv2.connectedComponents(region.astype(np.uint8))[0] == 2, "one part and what is round it"
        assert {bool(region[:, :112].any()) for region in regions} == {True, False}
        assert len({region.tobytes() for region in regions}) == 12

    def test_where_a_lung_is_too_small_the_rest_comes_from_the_other_one(self):
        small = box(30, 30, 50, 60) | box(134, 30, 194, 190)
        size = round(HIGHLIGHTED * small.sum())
        regions = [connected(small, np.random.default_rng(seed)) for seed in range(40)]
        assert all(region.sum() == size for region in regions)
        assert any(region[30:60, 30:50].all() for region in regions)


def ill(patient, top):
    """A film with a patch of 200 in the right lung, 60 x 96 pixels: as large as what is replaced."""
    pixels = crop()
    pixels[top : top + 96, 30:90] = 200
    return MapFilm(patient, pixels, LUNGS)


FILMS = [ill("one", 30), ill("two", 60), ill("three", 94)]
NORMAL = [MapFilm("healthy", crop(HEALTHY), LUNGS)]


def fixed_draw(heatmap):
    weights = np.ones((8, 8), np.float32)
    return lambda pixels, lungs: Drawn(0.0, {GRAD_CAM: heatmap, LAST_MAP: heatmap}, weights, (), 8)


class TestDeletion:
    def test_a_map_of_what_decides_beats_chance_and_the_middle(self):
        network = lung_network()
        found = deletion_figures(network, build_draw(network), FILMS, NORMAL, np.random.default_rng(0))
        assert set(found) == {GRAD_CAM, LAST_MAP, CENTRE, RANDOM}
        shown = found[GRAD_CAM]
        assert shown["drop"] > 0.5, "of 1.4, which lie between a lung of 200 and one of 60"
        assert shown["over_random"] == pytest.approx(shown["drop"] - found[RANDOM]["drop"])
        assert shown["over_centre"] == pytest.approx(shown["drop"] - found[CENTRE]["drop"])
        assert shown["over_random_ci"][0] > 0
        assert list(found[RANDOM]) == ["drop", "drop_ci"]

    def test_a_map_of_what_decides_nothing_does_not(self):
        """It highlights the lung without the patch: that is replaced by its like, and the logit stays."""
        heatmap = np.zeros((8, 8), np.float32)
        heatmap[:, 4:] = 1
        found = deletion_figures(lung_network(), fixed_draw(heatmap), FILMS, NORMAL, np.random.default_rng(0))
        assert found[GRAD_CAM]["drop"] == pytest.approx(0, abs=1e-4)
        assert found[GRAD_CAM]["over_random_ci"][1] < 0

    def test_lungs_of_normal_films_are_aligned(self):
        """The donor's lungs lie elsewhere; at the film's place it has a bright mediastinum, which must not come in."""
        elsewhere = box(5, 20, 50, 200) | box(170, 20, 215, 200)
        donor = MapFilm("donor", np.where(elsewhere, HEALTHY, 255).astype(np.uint8), elsewhere)
        network = lung_network()
        own, other = (
            deletion_figures(network, build_draw(network), FILMS, [each], np.random.default_rng(0))[GRAD_CAM]["drop"]
            for each in (NORMAL[0], donor)
        )
        assert other == pytest.approx(own, abs=0.02)


@pytest.fixture(scope="module")
def found():
    """Films with a patch at one of six heights, and healthy ones."""
    crops = crop_set(6, lungs=(HEALTHY, HEALTHY))
    for row in range(6, 12):
        top = 30 + 10 * (row - 6)
        crops.pixels[row, top : top + 90, 30:90] = 200
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))
        return map_tests(lung_network(), crops, threshold=0.0)


class TestAll:
    def test_what_the_card_gets(self, found):
        assert (found["films"], found["normal_films"], found["wanted"]) == (6, 6, WANTED)
        assert list(found["methods"]) == [GRAD_CAM, LAST_MAP, CENTRE, RANDOM]
        assert set(found["discs"]) == {GRAD_CAM, LAST_MAP}
        assert "mirror_child" in found["methods"][LAST_MAP]
        assert "over_random" in found["methods"][LAST_MAP]

    def test_a_map_that_shows_what_the_network_sees_fails_in_nothing_but_discs_of_healthy_tissue(self, found):
        """Of each disc a part at most holds the patch, so some are of healthy lung; all else is as wanted."""
        assert set(found["failed"]) <= {"disc_rise", "disc_peak", "even_excess"}
        assert len(map_claims(found)) == max(len(found["failed"]), 1)

    def test_what_is_said_where_a_map_passes(self, monkeypatch):
        monkeypatch.setattr(tests, "failed_tests", lambda place, discs: [])
        monkeypatch.setattr(tests, "planted_figures", lambda *_: {GRAD_CAM: {}})
        found = map_tests(lung_network(), crop_set(2), threshold=0.0)
        assert found["failed"] == []
        assert map_claims(found) == ["The heatmap by Grad-CAM passes all of these tests."]
