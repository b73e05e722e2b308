"""Is a disc of another lung found where it was put? Discs by hand, and networks and maps that are known."""

from functools import partial

import numpy as np
import pytest

from model_store.reading.results import GRAD_CAM
from tests.doubles.films.drawn_lungs import box
from tests.doubles.trainings.crop_doubles import HEALTHY, ILL, LUNGS, SIDE, crop, lung_network
from training.evaluation.maps import planted
from training.evaluation.maps.films import Drawn, MapFilm, build_draw
from training.evaluation.maps.planted import IN_LUNGS, RADIUS, drawn_disc, found_in, planted_figures, planted_in
from training.statistics import metrics

NORMAL = [MapFilm(f"normal {n}", crop(HEALTHY), LUNGS) for n in range(6)]
SUSPECTED = [MapFilm("suspected", crop(ILL), LUNGS)]


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))


class TestDisc:
    def test_its_middle_and_its_greater_part_are_lung_in_all_films(self):
        other = box(40, 30, 100, 190) | box(134, 30, 194, 190)
        for seed in range(20):
            disc, tissue = drawn_disc([LUNGS, other], np.random.default_rng(seed))
            assert not (tissue & ~(LUNGS & other)).any()
            assert disc.sum() == pytest.approx(np.pi * (RADIUS * SIDE) ** 2, rel=0.35), "discs may be cut by the edge"
            assert tissue.sum() > (IN_LUNGS - 0.05) * disc.sum()
            middle = np.argwhere(disc).mean(axis=0).round().astype(int)
            assert LUNGS[tuple(middle)]

    def test_where_lungs_are_narrow_the_fullest_place_is_taken(self):
        narrow = box(50, 30, 60, 190) | box(150, 60, 160, 90)
        disc, tissue = drawn_disc([narrow], np.random.default_rng(0))
        assert tissue.sum() > 0
        assert tissue[:, :100].any()
        assert not tissue[:, 100:].any(), "the other lung is shorter than the disc"
        assert disc.sum() > 2 * tissue.sum()

    def test_it_is_drawn_by_chance(self):
        discs = {drawn_disc([LUNGS], np.random.default_rng(seed))[0].tobytes() for seed in range(8)}
        assert len(discs) > 5


def test_the_tissue_is_laid_in_and_all_else_stays():
    tissue = np.hypot(*(np.indices((SIDE, SIDE)) - np.array([100, 60])[:, None, None])) <= 20
    found = planted_in(crop(HEALTHY), crop(ILL), tissue)
    assert (found[tissue] == ILL).all()
    assert (found[130, 60], found[100, 160]) == (HEALTHY, HEALTHY)


class TestFoundIn:
    DISC = box(40, 100, 90, 150)
    WEIGHTS = np.ones((8, 8), np.float32)

    @staticmethod
    def drawn(heatmap):
        return Drawn(0.0, {GRAD_CAM: heatmap}, TestFoundIn.WEIGHTS, (GRAD_CAM,), 8)

    def test_a_spot_in_the_disc(self):
        """Cell (4, 2) lies on pixel (127, 64)."""
        before, after = np.full((8, 8), -1, np.float32), np.full((8, 8), -1, np.float32)
        after[4, 2] = 2
        found = found_in(self.DISC, self.drawn(before), self.drawn(after), GRAD_CAM)
        assert found == {"peak": 1, "change_peak": 1, "dark": 0, "most": 1}

    def test_a_change_in_the_disc_of_a_map_whose_peak_is_elsewhere(self):
        before = np.zeros((8, 8), np.float32)
        before[1, 6] = 5
        after = before.copy()
        after[4, 2] = 2
        found = found_in(self.DISC, self.drawn(before), self.drawn(after), GRAD_CAM)
        assert found == {"peak": 0, "change_peak": 1, "dark": 0, "most": 0}

    def test_a_dark_map_misses_and_its_most_suspicious_cell_is_known_all_the_same(self):
        before, after = np.full((8, 8), -3, np.float32), np.full((8, 8), -3, np.float32)
        after[4, 2] = -1
        found = found_in(self.DISC, self.drawn(before), self.drawn(after), GRAD_CAM)
        assert found == {"peak": 0, "change_peak": 1, "dark": 1, "most": 1}

    def test_nothing_changes(self):
        same = self.drawn(np.full((8, 8), -3, np.float32))
        assert found_in(self.DISC, same, same, GRAD_CAM)["change_peak"] == 0


class TestFigures:
    def test_a_network_that_sees_the_lungs_finds_them_all(self):
        """The cells of healthy lungs say -0.6, those of the disc 0.6."""
        network = lung_network()
        found = planted_figures(network, build_draw(network), SUSPECTED, NORMAL, np.random.default_rng(0))[GRAD_CAM]
        assert (found["n"], found["peak"], found["change_peak"], found["dark"], found["most"]) == (6, 1, 1, 0, 1)
        assert 0 < found["rise"] <= 1.2
        assert found["rise_ci"][0] > 0
        discs = np.pi * (RADIUS * SIDE) ** 2 / LUNGS.sum()
        assert found["chance"] == pytest.approx(0.85 * discs, rel=0.2)

    def test_discs_of_healthy_lungs_raise_nothing(self):
        network = lung_network()
        found = planted_figures(network, build_draw(network), NORMAL[:1], NORMAL, np.random.default_rng(0))[GRAD_CAM]
        assert found["rise"] == pytest.approx(0, abs=1e-5)
        assert (found["peak"], found["change_peak"], found["dark"]) == (0, 0, 1)

    def test_a_map_that_ignores_the_film_has_its_peak_there_by_chance(self):
        heatmap = np.zeros((8, 8), np.float32)
        heatmap[0, 0] = 1
        weights = np.ones((8, 8), np.float32)
        found = planted_figures(
            lung_network(),
            lambda pixels, lungs: Drawn(0.0, {GRAD_CAM: heatmap}, weights, (), 8),
            *(SUSPECTED, NORMAL, np.random.default_rng(0)),
        )[GRAD_CAM]
        assert (found["peak"], found["change_peak"]) == (0, 0)

    def test_a_normal_film_gets_the_disc_of_another_one(self, monkeypatch):
        from_itself = []
        laid_in = planted.planted_in
        monkeypatch.setattr(
            planted,
            "planted_in",
            lambda film, other, tissue: from_itself.append(film is other) or laid_in(film, other, tissue),
        )
        drawn = Drawn(0.0, {GRAD_CAM: np.zeros((8, 8), np.float32)}, np.ones((8, 8)), (), 8)
        rng = np.random.default_rng(0)
        for _ in range(4):
            planted_figures(lung_network(), lambda pixels, lungs: drawn, SUSPECTED, NORMAL[:2], rng)
        assert from_itself == [False] * 16

    def test_one_normal_film_is_enough(self):
        network = lung_network()
        found = planted_figures(network, build_draw(network), SUSPECTED, NORMAL[:1], np.random.default_rng(0))
        assert found[GRAD_CAM]["n"] == 1
