"""Is what a card's codes mean said in sentences, those of older cards as they stand there, and nothing of nonsense?"""

import pytest

from model_store.export.wording.claims import (
    ALL_PASSED,
    UNTESTED,
    control_claim,
    guide,
    in_short,
    map_claims,
    missed_tests,
)
from model_store.reading.results import GRAD_CAM, LAST_MAP

EXCHANGE = {"auroc": 0.9, "follow": 0.75, "wanted": {"auroc": 0.97, "follow": 0.9}, "missed": True}
DISCS = {"failed": ["disc_peak"], "discs": {GRAD_CAM: {"peak": 0.17}}, "wanted": {"disc_peak": 0.4}}


@pytest.mark.parametrize(
    ("name", "found", "words"),
    [
        ("exchange", EXCHANGE, "AUROC 0.900 and 75% of its decisions follow them; at least 0.97 and 90% are wanted"),
        ("replaced", EXCHANGE | {"wanted": {"follow": 0.9}}, "follow them; at least 90% are wanted: part of"),
        ("random_chests", {"auroc": 0.6, "wanted": {"auroc": 0.56}, "missed": True}, "0.600; at most 0.56 is wanted"),
        ("filled_grey", {"auroc": 0.8, "floor": None, "missed": True}, "how much of that such films hold is not known"),
        ("filled_mean", {"auroc": 0.8, "floor": 0.7, "missed": True}, "more than the 0.700 of a small network"),
        ("file_size", {"auroc": 0.83, "missed": True}, "The size of the files alone tells pneumonia with AUROC 0.830"),
    ],
)
def test_a_control_that_means_something(name, found, words):
    assert words in control_claim(name, found)
    assert control_claim(name, found | {"missed": False}) == ""


def test_the_sentence_of_an_older_card_stays():
    assert control_claim("exchange", {"sentence": "The chest counts."}) == "The chest counts."
    assert map_claims({"sentences": ["It misses discs."], "failed": ["It misses discs."]}) == ["It misses discs."]
    assert missed_tests({"failed": ["It misses discs."]}) == ["It misses discs."]


@pytest.mark.parametrize(
    "found", [{}, {"missed": True}, {"missed": True, "auroc": "much"}, {"missed": True, "auroc": None}]
)
@pytest.mark.parametrize("name", ["exchange", "filled_grey", "file_size", "of another program"])
def test_of_nonsense_nothing_is_said(name, found):
    assert control_claim(name, found) == ""


def test_maps():
    assert "lies in it on 17% of the films; at least 40% are wanted" in map_claims(DISCS)[0]
    assert map_claims(DISCS | {"failed": []}) == [ALL_PASSED]
    assert map_claims({"films": 0, "untested": "none suspected"}) == [UNTESTED["none suspected"]]
    assert map_claims({}) == []


def test_a_heatmap_is_judged_in_a_few_words_beside_it():
    wanted = dict.fromkeys("abcdefghi", 0)
    missed = DISCS | {"wanted": wanted | DISCS["wanted"]}
    assert in_short(missed, GRAD_CAM) == (
        "Its heatmap failed 1 of its 10 tests. A small finding may not be where it is hot."
    )
    assert in_short({"failed": [], "wanted": wanted}, GRAD_CAM) == "Its heatmap passed all 9 tests."
    older = {"failed": ["It misses 12% of discs: small findings are missed."], "wanted": wanted}
    assert in_short(older, GRAD_CAM).endswith("of its 9 tests. Small findings are missed.")
    for untested in ({}, {"untested": "none suspected"}, {"best": "HiResCAM"}):
        assert in_short(untested, GRAD_CAM) == "This version's heatmap was not tested."
        assert guide(untested) == "Its heatmap was not tested."
    assert guide(missed) == "Take the heatmap as a rough guide."
    assert guide({"failed": [], "wanted": wanted}) == "The heatmap passed its tests."


def test_of_another_method_it_is_said_that_the_tests_judge_grad_cam():
    said = "The tests of this version judge Grad-CAM, not this heatmap"
    assert in_short(DISCS, LAST_MAP) == f"{said}."
    assert in_short({"methods": {LAST_MAP: {"peak": 0.05}}}, LAST_MAP) == (
        f"{said}: on 5 % of suspected films its hottest place lay in the lungs."
    )
    assert in_short({"methods": {LAST_MAP: {"peak": "much"}}}, LAST_MAP) == f"{said}."


def test_a_missed_test_whose_figures_are_gone_is_named_all_the_same():
    assert missed_tests({"failed": ["mirror_gap"]}) == ["The heatmap does not pass the test mirror gap."]
