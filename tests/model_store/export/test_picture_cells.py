"""How is a map drawn that is the account of the cells: its words, and on request what speaks against pneumonia?"""

from dataclasses import replace

import numpy as np
import pytest

from model_store.export.colours import both_colours, colours, heat_colours
from model_store.export.picture import View, panes
from model_store.export.wording import map_sentences
from model_store.export.wording.map_sentences import (
    AGAINST_LEGEND,
    EMPTY_MAP,
    NOTHING_FOR,
    how_it_was_made,
    map_caption,
)
from model_store.reading.network import SUSPICIOUS_SHARE
from model_store.reading.results import Explanation
from tests.doubles.fakes import sample_explanation
from tests.doubles.films.drawn_lungs import lungs_of_boxes

GREY = np.arange(256, dtype=np.uint8).reshape(16, 16)


def cells_explanation(cells=((-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 2.0))) -> Explanation:
    """A map of cells over the whole film, on a scale of 2."""
    logits = np.array(cells, np.float32)
    heatmap, against = (np.clip(each / 2, 0, 1) for each in (logits, -logits))
    return Explanation(heatmap, (0, 0, 1, 1), lungs_of_boxes(), cells=logits, against=against, full=2.0)


def test_how_a_map_was_made_that_is_the_account_of_the_cells():
    shown = cells_explanation()
    assert map_caption(shown) == "The heatmap shows where the network looked, not where disease is."
    said = how_it_was_made(shown)
    assert "Grad-CAM at the head's hidden layer: 3 x 3 cells over the part that was read" in said
    assert "as bright as they speak for pneumonia, on one scale for all films of this version" in said
    above = "as bright as they speak for pneumonia more than normal films do there, on one scale"
    assert above in how_it_was_made(replace(shown, above_normal=True))
    assert "one scale" not in how_it_was_made(replace(shown, full=None))
    assert "of the cells decides" in how_it_was_made(replace(shown, lungs=None))


@pytest.mark.parametrize(("share", "words"), [(1 / 3, "third"), (1 / 2, "half"), (0.4, "40 %")])
def test_it_is_said_which_part_of_the_lungs_decides(monkeypatch, share, words):
    monkeypatch.setattr(map_sentences, "SUSPICIOUS_SHARE", share)
    assert f"The most suspicious {words} of the lungs decides." in how_it_was_made(cells_explanation())


def test_the_share_is_the_network_s():
    assert map_sentences.SUSPICIOUS_SHARE == SUSPICIOUS_SHARE


class TestAgainst:
    SHOWN = View(against=True, layout="overlay", opacity=1.0)

    def test_it_is_drawn_on_request_alone_where_it_speaks(self):
        """Of 3 x 3 cells on 9 x 9 pixels (0, 0) is all against, (2, 2) all for and the middle nothing."""
        film = np.full((9, 9), 77, np.uint8)
        ((_, plain),), ((_, shown),) = (
            panes(film, cells_explanation(), replace(self.SHOWN, against=on)) for on in (False, True)
        )
        assert shown[0, 0].tolist() == both_colours("inferno")[0].tolist()
        assert plain[0, 0].tolist() == shown[4, 4].tolist() == [77, 77, 77]
        np.testing.assert_array_equal(plain[4:, 4:], shown[4:, 4:])
        assert shown[8, 8].tolist() == colours("inferno")[255].tolist()

    def test_the_heatmap_alone_has_it_too(self):
        ((_, shown),) = panes(np.zeros((9, 9), np.uint8), cells_explanation(), replace(self.SHOWN, layout="heatmap"))
        assert shown[0, 0].tolist() == both_colours("inferno")[0].tolist()
        assert shown[4, 4].tolist() == colours("inferno")[0].tolist()

    def test_between_cells_for_and_against_lies_nothing(self):
        """One cell of each, side by side on five pixels: -1, -0.5, 0, 0.5 and 1."""
        explanation = cells_explanation([[-2.0, 2.0], [-2.0, 2.0]])
        ((_, shown),) = panes(np.zeros((5, 5), np.uint8), explanation, replace(self.SHOWN, layout="heatmap"))
        values = np.array([[-1, -0.5, 0, 0.5, 1]], np.float32)
        np.testing.assert_array_equal(shown[0], heat_colours(values, "inferno")[0])

    def test_where_nothing_speaks_for_pneumonia_the_rest_can_be_seen(self):
        explanation = cells_explanation([[-2.0, 0.0], [0.0, 0.0]])
        assert [title for title, _ in panes(GREY, explanation, View())] == ["Radiograph"]
        assert map_caption(explanation, View()) == EMPTY_MAP
        assert [title for title, _ in panes(GREY, explanation, self.SHOWN)] == ["Radiograph with heatmap"]
        assert map_caption(explanation, self.SHOWN) == f"{NOTHING_FOR}. {AGAINST_LEGEND}"
        assert map_caption(explanation, self.SHOWN, folded=True) == map_sentences.FOLDED

    def test_legend_only_where_it_is_drawn(self):
        shown = cells_explanation()
        assert map_caption(shown, self.SHOWN).endswith(AGAINST_LEGEND)
        for view, explanation in (
            (View(), shown),
            (replace(self.SHOWN, layout="original"), shown),
            (self.SHOWN, sample_explanation()),
            (self.SHOWN, cells_explanation([[1.0, 2.0], [0.0, 0.0]])),
        ):
            assert AGAINST_LEGEND not in map_caption(explanation, view)

    def test_a_map_without_cells_is_drawn_as_ever(self):
        for view in (self.SHOWN, replace(self.SHOWN, layout="side by side")):
            plain = panes(GREY, sample_explanation(), replace(view, against=False))
            for (_, first), (_, second) in zip(panes(GREY, sample_explanation(), view), plain, strict=True):
                np.testing.assert_array_equal(first, second)
