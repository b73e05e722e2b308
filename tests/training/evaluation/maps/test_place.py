"""Is it found out where a map lies, and whether it follows the film? Maps and their figures by hand."""

from functools import partial

import numpy as np
import pytest

from model_store.reading.preparation import lung_cells
from model_store.reading.results import GRAD_CAM, LAST_MAP
from tests.doubles.films.drawn_lungs import box
from tests.doubles.trainings.crop_doubles import LUNGS, SIDE, crop, lung_network
from training.evaluation.maps.films import Drawn, MapFilm, build_draw
from training.evaluation.maps.place import correlation, mirror_of, pixel, place_figures, place_of
from training.statistics import metrics

WEIGHTS = lung_cells(LUNGS, 113)
CELLS = WEIGHTS.shape


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=40))


def drawn(heatmap, *, own=8, method=GRAD_CAM):
    return Drawn(0.0, {method: heatmap}, WEIGHTS, (GRAD_CAM,), own)


def spot(row, column, value=2.0, below=0.0):
    heatmap = np.full(CELLS, below, np.float32)
    heatmap[row, column] = value
    return heatmap


class TestPlace:
    def test_a_spot_in_a_lung(self):
        """Cell (4, 2) lies on pixel (127, 64) of 224, in the right lung; the map is a tent of 2 x 32 pixels a side."""
        found = place_of(drawn(spot(4, 2)), GRAD_CAM, LUNGS)
        assert (found["empty"], found["peak"], found["border"], found["even"]) == (0, 1, 0, 1)
        step = 223 / 7
        across = np.clip(1 - np.abs(np.arange(SIDE) - 2 * step) / step, 0, 1)
        assert found["energy"] == pytest.approx(across[30:90].sum() / across.sum(), abs=1e-5)
        assert found["energy_chance"] == 2 * 60 * 160 / SIDE**2
        assert found["bottom"] == 0, "rows 83 to 136 of 30 to 190 are the middle third"

    @pytest.mark.parametrize(
        ("row", "column", "peak", "border"), [(0, 2, 0, 1), (4, 7, 0, 1), (4, 0, 0, 1), (3, 5, 1, 0)]
    )
    def test_where_the_peak_lies(self, row, column, peak, border):
        found = place_of(drawn(spot(row, column), method=LAST_MAP), LAST_MAP, LUNGS)
        assert (found["peak"], found["border"]) == (peak, border)

    def test_even_cells_against_those_that_could_be_hottest(self):
        heatmap = spot(4, 2)
        counted = WEIGHTS > 0
        even = np.zeros(CELLS, bool)
        even[::2, ::2] = True
        chance = (counted & even).sum() / counted.sum()
        assert place_of(drawn(heatmap), GRAD_CAM, LUNGS)["even_excess"] == pytest.approx(1 - chance)
        odd = place_of(drawn(spot(4, 5)), GRAD_CAM, LUNGS)
        assert (odd["even"], odd["even_excess"]) == (0, pytest.approx(-chance))
        anywhere = place_of(drawn(heatmap, method=LAST_MAP), LAST_MAP, LUNGS)
        assert anywhere["even_excess"] == 1 - 16 / 64

    def test_of_a_pooled_network_the_last_own_cell_is_the_border(self):
        """Its seventh cells, which are repeated up to the edge, are the last that it has: 16 of its 49 are even."""
        heatmap = np.pad(spot(6, 2)[:7, :7], ((0, 1), (0, 1)), "symmetric")
        found = place_of(Drawn(0.0, {GRAD_CAM: heatmap}, WEIGHTS, (), 7), GRAD_CAM, LUNGS)
        assert (found["border"], found["even_excess"]) == (1, pytest.approx(1 - 16 / 49))

    @pytest.mark.parametrize(("row", "bottom"), [(1, 0), (3, 0), (5, 1)])
    def test_the_hottest_third_of_a_lung(self, row, bottom):
        assert place_of(drawn(spot(row, 5)), GRAD_CAM, LUNGS)["bottom"] == bottom

    def test_a_map_that_says_nothing_has_no_place(self):
        found = place_of(drawn(np.full(CELLS, -1, np.float32)), GRAD_CAM, LUNGS)
        assert found.pop("empty") == 1
        assert all(np.isnan(value) for value in found.values())


class TestCorrelation:
    def test_by_hand(self):
        one = np.array([[1, 2], [3, np.nan]], np.float32)
        assert correlation(one, np.array([[2, 4], [6, 0]], np.float32)) == pytest.approx(1)
        assert correlation(one, np.array([[3, 2], [1, 9]], np.float32)) == pytest.approx(-1)
        assert correlation(one, np.array([[0, 1], [0, 9]], np.float32)) == pytest.approx(0)

    def test_where_one_is_the_same_everywhere_or_hardly_anything_is_known(self):
        one, even = np.array([[1, 2], [3, 4]], np.float32), np.ones((2, 2), np.float32)
        assert correlation(one, even) == 0
        assert correlation(one, np.array([[1, np.nan], [np.nan, np.nan]], np.float32)) == 0


class TestMirrored:
    def test_a_map_that_follows_the_child(self):
        heatmap = np.random.default_rng(0).normal(size=CELLS).astype(np.float32) * WEIGHTS
        found = mirror_of(drawn(heatmap), drawn(heatmap[:, ::-1]), GRAD_CAM)
        assert found["mirror_child"] == pytest.approx(1, abs=1e-5)
        assert found["mirror_screen"] < 0.7

    def test_a_map_that_stays_on_the_screen(self):
        heatmap = np.random.default_rng(0).normal(size=CELLS).astype(np.float32) * WEIGHTS
        found = mirror_of(drawn(heatmap), drawn(heatmap), GRAD_CAM)
        assert found["mirror_screen"] == pytest.approx(1, abs=1e-5)
        assert found["mirror_child"] < 0.7

    def test_the_outlines_alone_are_no_agreement(self):
        """Every cell says the same, so all that differs is how far it is lung."""
        heatmap = 3 * WEIGHTS
        assert mirror_of(drawn(heatmap), drawn(heatmap[:, ::-1]), GRAD_CAM) == {"mirror_child": 0, "mirror_screen": 0}


class TestFigures:
    def test_a_network_that_sees_the_lungs_follows_the_film(self):
        """One lung is clear, and the other one has a brighter patch at another height on each film."""
        films = []
        for number, top in enumerate((40, 80, 120)):
            pixels = crop()
            pixels[top : top + 50, 30:90] = 200
            films.append(MapFilm(f"patient {number}", pixels, LUNGS))
        found = place_figures(build_draw(lung_network()), films)
        assert list(found) == [GRAD_CAM, LAST_MAP]
        figures = found[GRAD_CAM]
        assert figures["mirror_child"] == pytest.approx(1, abs=1e-3)
        assert figures["mirror_gap"] == pytest.approx(figures["mirror_child"] - figures["mirror_screen"])
        assert figures["mirror_gap"] > 0.3
        assert (figures["peak"], figures["border"], figures["empty"]) == (1, 0, 0)
        assert figures["energy_ratio"] == pytest.approx(figures["energy"] / figures["energy_chance"])
        for name in ("peak", "energy", "energy_ratio", "mirror_child", "mirror_gap", "bottom"):
            low, high = figures[f"{name}_ci"]
            assert low - 1e-9 <= figures[name] <= high + 1e-9, name

    def test_a_map_that_ignores_the_film_is_found_out(self):
        fixed = np.random.default_rng(0).uniform(1, 2, CELLS).astype(np.float32)
        films = [MapFilm(str(n), crop(), LUNGS) for n in range(2)]
        figures = place_figures(lambda pixels, lungs: drawn(fixed * WEIGHTS), films)[GRAD_CAM]
        assert figures["mirror_screen"] == pytest.approx(1, abs=1e-5)
        assert figures["mirror_gap"] < 0

    def test_empty_maps_are_counted_and_leave_the_rest_out(self):
        films = [MapFilm(name, crop(), box(30, 30, 90, 190) | LUNGS) for name in ("dark", "bright")]
        maps = iter([np.zeros(CELLS, np.float32)] * 2 + [spot(4, 2)] * 2)
        figures = place_figures(lambda pixels, lungs: drawn(next(maps)), films)[GRAD_CAM]
        assert (figures["empty"], figures["peak"]) == (0.5, 1)
        dark = place_figures(lambda pixels, lungs: drawn(np.zeros(CELLS, np.float32)), films)[GRAD_CAM]
        assert dark["empty"] == 1
        assert np.isnan([dark["peak"], dark["energy_ratio"], *dark["energy_ratio_ci"]]).all()


def test_cells_lie_on_pixels_with_aligned_corners():
    assert [pixel(cell, 8, SIDE) for cell in (0, 1, 7)] == [0, 32, 223]
