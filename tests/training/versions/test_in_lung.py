"""Are the limits those of the suspected films and of these alone, and is a map's full brightness the same for all?"""

from types import SimpleNamespace

import numpy as np
import pytest

from model_store.reading.film_check.reasons import UNLIKE
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from model_store.reading.maps.evidence import locate
from model_store.reading.maps.gradcam import on_scale
from model_store.reading.network import CELLS, POOLED, side_of
from model_store.reading.preparation import CELL, lung_cells
from model_store.reading.results import GRAD_CAM, LAST_MAP, Evidence, Explanation, Prediction, Reading
from tests.doubles.fakes import sample_explanation
from tests.doubles.trainings.crop_doubles import LUNGS, crop_set, lung_network
from tests.doubles.trainings.tiny_network import tiny_network
from tests.doubles.trainings.training_doubles import crops_of, labelled
from training.data.labelled import LabelledImage
from training.run.progress import Progress
from training.versions import in_lung
from training.versions.in_lung import fit_baseline, fit_map_limits, lung_cells_of

DRAWN = sample_explanation()


class FixedClassifier:
    """Gives each film the next explanations; None is a film that is not suspected, "refused" one that is refused."""

    def __init__(self, films, kind=CELLS):
        self.films = list(films)
        self.network = SimpleNamespace(name=kind, inputs=[0, 0] if kind == CELLS else [0])

    def read(self, film):
        explained = self.films.pop(0)
        if explained == "refused":
            raise FilmRefused(QualityReport((UNLIKE,)))
        prediction = Prediction(logit=0, probability=0.1 if explained is None else 0.9, operating_point=0.5)
        return Reading("0" * 64, "v", "1" * 64, prediction, explained or (by_share(0.0),), 0.1)


def by_share(share, method=LAST_MAP):
    """A map of which so much lies in the lungs."""
    return Explanation(DRAWN.heatmap, DRAWN.crop, DRAWN.lungs, method, Evidence(share, 0.5))


def by_cells(cells):
    """A map of logits by cell, as it is drawn without knowing where its brightness ends."""
    cells = np.array(cells, np.float32)
    return Explanation(on_scale(cells, None), DRAWN.crop, DRAWN.lungs, GRAD_CAM, Evidence(0.123, 0.5), cells)


def blank_films(count, **lungs):
    return crops_of([labelled(f"{number}.png") for number in range(count)], np.zeros((count, 224, 224)), **lungs)


def limits_of(films, kind=CELLS):
    films = [(by_share(each),) if isinstance(each, float) else each for each in films]
    return fit_map_limits(FixedClassifier(films, kind), blank_films(len(films)), seed=1)


@pytest.fixture(autouse=True)
def no_files(monkeypatch):
    monkeypatch.setattr(LabelledImage, "radiograph", lambda image: None)


def test_the_limit_by_hand():
    """The first percentile of 0.5, 0.6 and 0.7 lies a fiftieth of the way from the least to the next."""
    limits = limits_of([0.7, 0.5, 0.6])["in_lung"]
    assert limits == {"limits": {LAST_MAP: pytest.approx(0.502)}, "percentile": 1.0, "films": 3}


def test_films_that_are_refused_or_not_suspected_do_not_count():
    limits = limits_of([0.7, None, "refused", 0.7])["in_lung"]
    assert (limits["films"], limits["limits"]) == (2, {LAST_MAP: pytest.approx(0.7)})


def test_without_a_suspected_film_there_is_neither_a_limit_nor_a_brightness():
    found = limits_of([None, None])
    assert found["in_lung"]["limits"] == {}
    assert "heatmap_full" not in found


def test_the_full_brightness_by_hand():
    """The greatest cells are 1, 2 ... 21, so the 95th percentile is 20; normal films do not count."""
    films = [(by_cells([[greatest, -30], [0, 0.5]]),) for greatest in range(1, 22)]
    assert limits_of([*films, None])["heatmap_full"] == pytest.approx(20)


def test_where_no_cell_speaks_for_pneumonia_there_is_no_brightness():
    assert "heatmap_full" not in limits_of([(by_cells([[-1, -2], [-3, -0.5]]),)] * 3)


def test_the_limit_is_that_of_maps_as_they_are_drawn_with_the_full_brightness(monkeypatch):
    """Cells beyond it are drawn alike, so such a map has another share in the lungs than its logits have."""
    monkeypatch.setattr(in_lung, "FULL_PERCENTILE", 0.0)
    films = [by_cells([[0, 0, 0], [1, 0, 0], [0, 1, 0]]), by_cells([[90, 0, 0], [3, 0, 0], [0, 3, 0]])]
    found = limits_of([(each,) for each in films])
    assert found["heatmap_full"] == 1
    drawn = [locate(on_scale(each.cells, 1.0), each.crop, each.lungs).in_lung for each in films]
    assert found["in_lung"]["limits"] == {GRAD_CAM: pytest.approx(np.percentile(drawn, 1))}
    assert abs(drawn[1] - locate(films[1].heatmap, films[1].crop, films[1].lungs).in_lung) > 0.02


def test_a_pooled_network_has_neither_cells_nor_a_brightness():
    assert set(limits_of([0.7, 0.6], POOLED)) == {"in_lung"}


def test_the_least_lung_cells_by_hand():
    """Of 3 x 3 cells all are lung in one film, and only the upper row in the other."""
    side = 2 * CELL + 1
    films = crops_of([labelled("a"), labelled("b")], np.zeros((2, side, side)), np.ones((side, side), bool))
    assert lung_cells_of(films, side) == {"least": 9.0}
    films.lungs[1, CELL:] = False
    # Of the 17 rows round the middle row of cells 8 are lung, less than half; of those round the upper one all.
    assert lung_cells_of(films, side) == {"least": pytest.approx(3.0)}


def test_the_least_lung_cells_are_of_all_validation_films():
    found = fit_map_limits(FixedClassifier([None]), blank_films(1), seed=1)
    assert found["lung_cells"] == lung_cells_of(blank_films(1), int(CELLS.rpartition("-")[2]))
    assert found["lung_cells"]["least"] > 1


class TestBaseline:
    """Of the network whose cells' logits are their grey over 100, less 1.2; films of grey 60, and one of 200."""

    def crops(self, people, odd=200):
        crops = crop_set(people)
        crops.pixels[0][LUNGS] = odd
        return crops

    def test_each_lung_cell_has_the_median_of_normal_films(self):
        network, crops = lung_network(), self.crops(in_lung.LEAST_NORMAL_FILMS)
        baseline = np.array(fit_baseline(network, crops, seed=1))
        weights = lung_cells(LUNGS, side_of(network))
        np.testing.assert_allclose(baseline[weights == 1], 0.6 - 1.2, atol=1e-4)

    def test_a_cell_that_is_lung_on_too_few_films_has_the_median_of_all_lung_cells(self):
        baseline = np.array(fit_baseline(lung_network(), self.crops(in_lung.LEAST_NORMAL_FILMS), seed=1))
        np.testing.assert_allclose(baseline[0], 0.6 - 1.2, atol=1e-4)

    def test_of_too_few_normal_films_nothing_is_known(self):
        assert fit_baseline(lung_network(), self.crops(in_lung.LEAST_NORMAL_FILMS - 1), seed=1) is None

    def test_no_more_films_are_read_than_are_needed(self, monkeypatch):
        """Of forty-one normal films, one of them white, twenty are read: whichever they are, the median is the same."""
        monkeypatch.setattr(in_lung, "NORMAL_FILMS", in_lung.LEAST_NORMAL_FILMS)
        read = []
        monkeypatch.setattr(Progress, "track", lambda self, films, words: read.extend(films) or films)
        fit_baseline(lung_network(), self.crops(41), seed=1)
        assert len(read) == len(set(read)) == in_lung.LEAST_NORMAL_FILMS and max(read) < 41

    def test_of_a_training_that_went_astray_nothing_is_kept(self):
        network = tiny_network([(1e6, 0)], [(1,)], [1])
        assert fit_baseline(network, self.crops(in_lung.LEAST_NORMAL_FILMS), seed=1) is None

    def test_a_pooled_network_has_none(self):
        network = SimpleNamespace(inputs=[0])
        assert fit_baseline(network, self.crops(in_lung.LEAST_NORMAL_FILMS), seed=1) is None
