"""Is a card read as it says, and one that cannot be used refused with a sentence?"""

import json

import pytest

from model_store.errors import ModelCorrupted
from model_store.reading.network import CELLS, POOLED
from model_store.versions.card_file import MADE_FOR, parse_card

CARD = {"version": "drawn-1", "weights_sha256": "5" * 64, "temperature": 1.5, "operating_point": 0.4} | MADE_FOR


def card_of(**content):
    return parse_card(json.dumps(CARD | content).encode(), name="drawn-1")


def test_a_card_of_before_there_were_two_kinds_is_a_pooled_one():
    card = card_of()
    assert card.network == POOLED
    assert (card.heatmap_full, card.least_lung) == (None, None)


@pytest.mark.parametrize("kind", [CELLS, POOLED])
def test_it_names_its_network(kind):
    assert card_of(network=kind).network == kind


@pytest.mark.parametrize("kind", ["cells-7", "", None, 113, ["cells-113"]])
def test_an_unknown_network_is_refused(kind):
    with pytest.raises(ModelCorrupted, match=r"^Version drawn-1 was made for another network\.$"):
        card_of(network=kind)


def test_the_scale_of_its_heatmaps_and_the_least_of_its_lungs():
    card = card_of(heatmap_full=2.5, lung_cells={"least": 0})
    assert (card.heatmap_full, card.least_lung) == (2.5, 0)


@pytest.mark.parametrize("full", [0, -1, "2", [], {}, 10**400, float("inf"), float("nan")], ids=str)
def test_a_scale_that_is_none_is_refused(full):
    with pytest.raises(ModelCorrupted, match="The card of version drawn-1 holds no usable scale of its heatmaps"):
        card_of(heatmap_full=full)


@pytest.mark.parametrize("least", [-0.1, "2", [], 10**400, float("inf"), float("nan")], ids=str)
def test_a_number_of_lung_cells_that_is_none_is_refused(least):
    with pytest.raises(ModelCorrupted, match="The card of version drawn-1 holds no usable number of lung cells"):
        card_of(lung_cells={"least": least})


@pytest.mark.parametrize("part", [None, [], "much", {}])
def test_without_a_number_of_lung_cells_nothing_is_known(part):
    assert card_of(lung_cells=part).least_lung is None


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 10**5])
def test_what_is_no_card_is_refused(data):
    with pytest.raises(ModelCorrupted, match="The card of version drawn-1 is missing or damaged"):
        parse_card(data, name="drawn-1")
