"""Are maps compared rightly? By hand, and with a network of which it is known where it looks."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from drawn_lungs import box
from tiny_network import CELLS, tiny_network
from training_doubles import labelled

from model_store.lungs import LungFields
from model_store.quality import FilmRefused, QualityReport
from model_store.reasons import UNLIKE
from training import maps, metrics
from training.dataset import DatasetError, LabelledImage
from training.maps import (
    CENTRE,
    FILLS,
    RANDOM,
    STEPS,
    ShownFilm,
    altered,
    best_of,
    claims,
    compare_maps,
    suspected_films,
)

AREA = CELLS * CELLS
LUNGS = LungFields(right=box(20, 40, 90, 180), left=box(130, 40, 200, 180))


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=60))


def shown(patient, place):
    grid = np.zeros((CELLS, CELLS), np.uint8)
    grid[place] = 200
    return ShownFilm(patient, np.kron(grid, np.ones((32, 32), np.uint8)), (0.0, 0.0, 1.0, 1.0), LUNGS)


class TestWhatIsTakenAway:
    def test_the_highest_first_and_at_last_everything(self):
        crop = np.random.default_rng(0).integers(0, 256, (STEPS * 10, STEPS * 10)).astype(np.uint8)
        filled = np.full_like(crop, 7)
        heatmap = np.arange(crop.size, dtype=np.float32).reshape(crop.shape)
        crops = altered(crop, heatmap, filled)
        assert crops.shape == (2 * (STEPS + 1), *crop.shape)
        without, alone = np.split(crops, 2)
        np.testing.assert_array_equal(without[0], crop)
        np.testing.assert_array_equal(without[1][:-10], crop[:-10])
        assert (without[1][-10:] == 7).all(), "the last ten rows are the highest sixth"
        assert (without[-1] == 7).all()
        np.testing.assert_array_equal(alone[0], filled)
        np.testing.assert_array_equal(alone[1][-10:], crop[-10:])
        assert (alone[1][:-10] == 7).all()
        np.testing.assert_array_equal(alone[-1], crop)

    def test_an_empty_map_takes_as_much_away(self):
        crops = altered(np.ones((224, 224), np.uint8), np.zeros((7, 7), np.float32), np.zeros((224, 224), np.uint8))
        assert [(each == 0).mean() for each in crops[: STEPS + 1]] == pytest.approx(
            np.arange(STEPS + 1) / STEPS, abs=1e-4
        )

    @pytest.mark.parametrize("fill", FILLS)
    def test_what_stands_for_it_keeps_the_grey_and_loses_the_markings(self, fill):
        crop = np.where(np.indices((224, 224)).sum(axis=0) // 8 % 2, 140, 100).astype(np.uint8)
        filled = FILLS[fill](crop)
        assert filled.dtype == np.uint8
        assert filled.mean() == pytest.approx(crop.mean(), abs=1)
        assert filled.std() < crop.std() / 10


@pytest.fixture(scope="module")
def found():
    network = tiny_network([(0.01, 0)], [(AREA,)], [4], bias=-2)
    films = [shown(f"patient {row}", (row, 5)) for row in (0, 2, 6)]
    return compare_maps(network, films, temperature=2.0)


class TestTheComparison:
    def test_log_odds_by_hand(self, found):
        """One cell of 200 gives the logit 4 * 2 - 2 = 6, all grey or blurred about the same: linear is the network.

        Deletion with grey 4 (the mean) takes the cell away in the first sixth, which is 8.2 cells: 4 * 49 / 100 - 2
        for the rest. At temperature 2 that is 3 at first, and close to 3 at the end.
        """
        of_grey = found["methods"]["Grad-CAM"]["grey"]
        mean = 200 / 49
        steps = [(4 * 2 - 2) / 2] + [(4 * round(mean) / 100 * cells - 2) / 2 for cells in np.arange(1, 7) * 49 / 6]
        assert of_grey["deletion"] == pytest.approx(np.mean(steps), abs=0.03)

    @pytest.mark.parametrize("fill", FILLS)
    @pytest.mark.parametrize("other", [RANDOM, CENTRE])
    def test_a_map_of_the_only_cell_that_counts_beats_chance_and_the_middle(self, found, other, fill):
        grad_cam, figures = found["methods"]["Grad-CAM"][fill], found["methods"][other][fill]
        assert figures["gain"] < 0
        assert grad_cam["insertion"] - grad_cam["deletion"] > figures["insertion"] - figures["deletion"]

    def test_what_the_card_gets(self, found):
        assert (found["films"], found["steps"], found["best"]) == (3, STEPS, "Grad-CAM")
        assert list(found["methods"]) == ["Grad-CAM", "HiResCAM", RANDOM, CENTRE]
        assert len(found["sentences"]) == 2
        for name, figures in found["methods"].items():
            low, high = figures["in_lung_ci"]
            assert low <= figures["in_lung"] <= high
            for fill in FILLS:
                score, reference = (
                    each["insertion"] - each["deletion"] for each in (figures[fill], found["methods"]["Grad-CAM"][fill])
                )
                assert figures[fill].get("gain", 0.0) == pytest.approx(score - reference, abs=1e-9), name

    def test_the_share_in_the_lungs_less_what_chance_gives(self):
        """Column 5 of 7 lies in columns 160 to 192 of the film, inside the left lung; row 0 lies above it.

        Between the centres of cells the map falls to zero in 32 pixels, so 8 * 8 / 32 / 2 of 32 lie beyond column 200.
        """
        network = tiny_network([(0.01, 0)], [(AREA,)], [4], bias=-2)
        inside, above = (
            compare_maps(network, [shown("one", place)], temperature=1.0)["methods"]["Grad-CAM"]["in_lung"]
            for place in ((3, 5), (0, 5))
        )
        chance = 2 * 70 * 140 / 224**2
        assert inside == pytest.approx(1 - 1 / 32 - chance, abs=0.001)
        assert above < 0


@pytest.mark.parametrize(
    ("blurred", "grey", "best"),
    [((0.2, 0.1), (0.1, 0.01), "HiResCAM"), ((0.2, 0.1), (0.1, -0.01), "Grad-CAM"), ((0.2, 0), (0.1, 0.1), "Grad-CAM")],
)
def test_grad_cam_is_shown_unless_another_is_better_beyond_chance_both_ways(blurred, grey, best):
    figures = {
        fill: {"gain": gain, "gain_ci": [low, 1.0]} for fill, (gain, low) in zip(FILLS, (blurred, grey), strict=True)
    }
    always = {fill: {"gain": 0.3, "gain_ci": [0.2, 0.4]} for fill in FILLS}
    assert best_of({"Grad-CAM": {}, "HiResCAM": figures, RANDOM: always, CENTRE: always}) == best


@pytest.mark.parametrize(
    ("interval", "words"),
    [((-0.2, -0.1), "tells better than"), ((0.1, 0.2), "tells less than"), ((-0.1, 0.1), "tells no better than")],
)
def test_what_a_comparison_means(interval, words):
    nothing, middle = claims(
        {
            RANDOM: {fill: {"gain_ci": [-0.3, -0.2]} for fill in FILLS},
            CENTRE: {"blurred": {"gain_ci": list(interval)}, "grey": {"gain_ci": [-0.2, -0.1]}},
        }
    )
    assert "tells better than cells by chance" in nothing
    assert f"{words} the middle of the part that was read" in middle


class TestWhichFilms:
    """Film by film: suspected, refused, not suspected, read without lungs, suspected."""

    @pytest.fixture
    def classifier(self, monkeypatch):
        monkeypatch.setattr(
            LabelledImage, "radiograph", lambda image: SimpleNamespace(name=image.path.name, reduced=np.eye(224))
        )
        return SimpleNamespace(read=self.read, card=SimpleNamespace(version="drawn-1"))

    @staticmethod
    def read(film):
        if film.name == "refused":
            raise FilmRefused(QualityReport((UNLIKE,)))
        return SimpleNamespace(
            prediction=SimpleNamespace(suspected=film.name != "healthy"),
            explanation=SimpleNamespace(lungs=None if film.name == "no lungs" else LUNGS),
        )

    def test_only_suspected_ones_with_lungs(self, classifier):
        names = ("suspected", "refused", "healthy", "no lungs", "another")
        films = suspected_films(classifier, [labelled(name) for name in names], seed=0)
        assert len(films) == 2
        for film in films:
            assert film.lungs is LUNGS
            assert film.pixels.shape == (224, 224)

    def test_no_more_than_asked_for(self, classifier, monkeypatch):
        monkeypatch.setattr(maps, "FILMS", 2)
        images = [labelled(f"suspected {number}") for number in range(5)]
        assert len(suspected_films(classifier, images, seed=0)) == 2

    def test_none_at_all(self, classifier):
        with pytest.raises(DatasetError, match="drawn-1 suspects no validation film"):
            suspected_films(classifier, [labelled("healthy")], seed=0)
