"""Is each test that a map misses said, and no other?"""

import pytest

from model_store.export.wording.claims import missed_tests
from model_store.reading.results import GRAD_CAM
from training.evaluation.maps.claims import WANTED, failed_tests

PLACE = {
    "peak": 0.9,
    "energy": 0.6,
    "energy_ratio": 1.4,
    "mirror_child": 0.9,
    "mirror_screen": 0.6,
    "mirror_gap": 0.3,
    "border": 0.0,
    "even": 0.2,
    "even_excess_ci": [0.0, 0.2],
    "over_random_ci": [0.01, 0.4],
}
DISCS = {"rise_ci": [0.01, 1.0], "peak": 0.4}


def said(place, discs):
    found = {"methods": {GRAD_CAM: place}, "discs": {GRAD_CAM: discs}, "wanted": WANTED}
    return missed_tests(found | {"failed": failed_tests(place, discs)})


def test_a_map_on_all_limits_passes():
    assert failed_tests(PLACE, DISCS) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"peak": 0.894}, "lies in the outlined lungs on 89% of the suspected films; at least 90%"),
        ({"energy_ratio": 1.39}, "hold 60% of the heatmap, 1.39 times what an even one would have"),
        ({"mirror_child": 0.89}, "in the child by 0.89; at least 0.90 is wanted"),
        ({"mirror_gap": 0.29, "mirror_screen": 0.61}, "on the screen by 0.61 and in the child by 0.90"),
        ({"border": 0.02}, "one of the border on 2% of the suspected films"),
        ({"even_excess_ci": [0.01, 0.3]}, "an even row and an even column on 20%"),
        ({"over_random_ci": [0.0, 0.3]}, "no more than replacing another part of them as large: do not lean on"),
        ({"over_random_ci": [float("nan")] * 2}, "do not lean on the heatmap"),
        ({"peak": float("nan")}, "on nan% of the suspected films"),
    ],
)
def test_one_that_is_missed(changed, words):
    (sentence,) = said(PLACE | changed, DISCS)
    assert words in sentence


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rise_ci": [0.0, 1.0]}, "raises the answer no more"),
        ({"peak": 0.39}, "lies in it on 39% of the films; at least 40%"),
    ],
)
def test_discs_that_are_missed(changed, words):
    (sentence,) = said(PLACE, DISCS | changed)
    assert words in sentence


def test_a_map_that_misses_everything():
    place = PLACE | {"peak": 0, "energy_ratio": 0, "mirror_child": 0, "mirror_gap": -1, "border": 1}
    place |= {"even_excess_ci": [1, 1], "over_random_ci": [-1, -1]}
    assert len(failed_tests(place, {"rise_ci": [-1, 1], "peak": 0})) == len(WANTED)
