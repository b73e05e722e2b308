"""Every sentence on a heatmap: where it is brightest, whether it is folded away, and what deleting shows."""

from dataclasses import replace

import numpy as np
import pytest

from model_store.export.picture import View
from model_store.export.wording import map_sentences
from model_store.export.wording.map_sentences import FOLDED, MAP_CAPTION, NO_PLACE
from model_store.film.header.sides import MIRRORED, UNSTATED, USUAL
from model_store.reading.maps.evidence import locate
from model_store.reading.results import DeletionTest, Evidence, Prediction
from tests.doubles.fakes import sample_explanation


def predicted(probability: float) -> Prediction:
    return Prediction(logit=0, probability=probability, operating_point=0.437)


@pytest.mark.parametrize(
    ("probability", "chosen", "folded"),
    [(0.4369, None, True), (0.437, None, False), (0.3, 0.3, False), (0.3, 0.31, True), (0.9, 0.95, True)],
)
def test_a_map_is_folded_away_below_the_point_at_which_it_is_decided(probability, chosen, folded):
    assert map_sentences.is_folded(predicted(probability), chosen) is folded


def test_what_is_folded_is_drawn_as_the_film_alone_and_said():
    view = View(layout="overlay", lungs=True)
    assert map_sentences.drawn_view(view, folded=True) == replace(view, layout="original")
    assert map_sentences.drawn_view(view, folded=False) == view
    assert map_sentences.map_caption(sample_explanation(), view, folded=True) == FOLDED
    assert map_sentences.map_caption(sample_explanation(), view) == MAP_CAPTION
    assert map_sentences.map_caption(sample_explanation(empty=True), view, folded=True) == map_sentences.EMPTY_MAP


def test_a_map_without_a_scale_of_its_version_says_how_bright_it_is():
    assert "below it the darker the lower the probability is" in map_sentences.how_it_was_made(sample_explanation())
    scaled = sample_explanation(against=True)
    assert "on one scale for all films of this version" in map_sentences.how_it_was_made(scaled)


def test_the_share_in_the_lungs_beside_chance():
    assert map_sentences.lung_share_sentence(Evidence(in_lung=0.816, chance=0.613)) == (
        "82 % of the map lies inside the lungs; an even map would have 61 % there."
    )
    assert map_sentences.lung_share_sentence(Evidence(in_lung=0.0, chance=1.0)).startswith("0 % of the map"), (
        "it was counted"
    )


def located(zones=(), sides=USUAL, hottest="", in_lung=0.8, **changes) -> str:
    evidence = Evidence(in_lung=in_lung, chance=0.6, zones=zones, sides=sides, hottest=hottest or "".join(zones[:1]))
    return map_sentences.location_sentence(replace(sample_explanation(), evidence=evidence), **changes)


@pytest.mark.parametrize(
    ("zones", "sides", "place"),
    [
        (("right lower",), USUAL, "right lower zone (the patient's right, left in the picture)"),
        (
            ("left middle", "left upper"),
            USUAL,
            "left middle and upper zones (the patient's left, right in the picture)",
        ),
        (
            ("left lower", "right upper"),
            USUAL,
            "left lower and the right upper zones (right and left are the patient's, the right lung is on the left of "
            "the picture)",
        ),
        (("picture left upper",), UNSTATED, "picture left upper zone (side not stated)"),
        (
            ("picture right middle", "picture right lower"),
            UNSTATED,
            "picture right middle and lower zones (side not stated)",
        ),
        (
            ("picture right lower", "picture left upper"),
            UNSTATED,
            "picture right lower and the picture left upper zones (side not stated)",
        ),
        (("right lower",), MIRRORED, "right lower zone (the patient's right, right in the picture)"),
        (
            ("left lower", "right upper"),
            MIRRORED,
            "left lower and the right upper zones (right and left are the patient's, the right lung is on the right of "
            "the picture)",
        ),
    ],
)
def test_where_a_map_is_brightest(zones, sides, place):
    assert located(zones, sides) == f"The heatmap is brightest in the {place}."


def test_a_map_without_a_focus_is_said_to_be_spread_and_where_it_is_brightest():
    assert located(hottest="left lower") == (
        "The heatmap is spread over the lungs, and brightest in the left lower zone "
        "(the patient's left, right in the picture)."
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (located(), "the heatmap is brightest outside of them"),
        (located(hottest="left lower", in_lung=0.29), "most of the heatmap lies outside of them"),
        (located(("left lower",), folded=True), "the probability is below the operating point"),
        (map_sentences.location_sentence(sample_explanation()), "no lungs are outlined on this film"),
        (map_sentences.location_sentence(sample_explanation(empty=True), folded=True), "no part of the film spoke for"),
    ],
)
def test_where_no_place_is_named_it_is_said_why(said, why):
    assert said.startswith(f"{NO_PLACE}: {why}")


@pytest.mark.parametrize("cell", [(row, column) for row in range(8) for column in range(8)])
def test_the_place_agrees_with_the_brightest_part_of_the_picture(cell):
    """One cell of 8 x 8 is lit; what is named is the zone that has its middle, or none where that is no lung."""
    explanation = sample_explanation()
    heatmap = np.zeros((8, 8), np.float32)
    heatmap[cell] = 1
    evidence = locate(heatmap, explanation.crop, explanation.lungs)
    said = map_sentences.location_sentence(replace(explanation, heatmap=heatmap, evidence=evidence))
    left, top, right, bottom = explanation.crop
    row, column = (top + (bottom - top) * cell[0] / 7) * 224, (left + (right - left) * cell[1] / 7) * 224
    lung = next((name for name, mask in (("right", explanation.lungs.right), ("left", explanation.lungs.left))
                 if mask[min(round(row), 223), min(round(column), 223)]), None)  # fmt: skip
    if NO_PLACE in said:
        assert lung is None or _is_at_an_edge(explanation.lungs.mask, row, column)
    elif lung is not None:
        assert explanation.lungs.sides[0 if lung == "right" else 1] in said


def _is_at_an_edge(mask, row, column) -> bool:
    rows, columns = (slice(max(round(at) - 5, 0), round(at) + 6) for at in (row, column))
    return not mask[rows, columns].all()


def deleted(before, highlighted, others, *, spread=0.05, in_lungs=True):
    return DeletionTest(
        before=before,
        highlighted=highlighted,
        random_mean=others,
        random_low=others - spread,
        random_high=others + spread,
        regions=20,
        area=0.2,
        in_lungs=in_lungs,
    )


class TestDeletion:
    def test_what_it_means_and_what_it_does(self):
        assert map_sentences.deletion_sentence(deleted(0.93, 0.41, 0.9)) == (
            "The answer hangs on the highlighted part more than on others: when it is blurred, the "
            "probability falls from 93 % to 41 %; when 20 other parts of the lungs as large are blurred one by one, "
            "the probability falls from 93 % to 90 % on average."
        )

    @pytest.mark.parametrize(
        ("highlighted", "others", "words"),
        [
            (0.41, 0.9, "hangs on the highlighted part more than on others"),
            (0.88, 0.9, "hangs on the highlighted part hardly more than on others"),
            (0.88, 0.95, "hangs on the highlighted part more than on others"),
            (0.91, 0.9, "does not hang on the highlighted part"),
            (0.95, 0.97, "does not hang on the highlighted part"),
            (0.9299, 0.99, "does not hang on the highlighted part"),
        ],
    )
    def test_the_meaning_follows_the_figures(self, highlighted, others, words):
        assert words in map_sentences.deletion_sentence(deleted(0.93, highlighted, others))

    @pytest.mark.parametrize(
        ("after", "words"),
        [
            (0.61, "rises from 60 % to 61 %"),
            (0.602, "stays at 60 %"),
            (0.598, "stays at 60 %"),
            (0.001, "falls from 60 % to below 1 %"),
        ],
    )
    def test_what_does_not_fall_is_not_said_to_fall(self, after, words):
        assert f"when it is blurred, the probability {words};" in map_sentences.deletion_sentence(
            deleted(0.6, after, 0.5)
        )
        assert f"one by one, the probability {words} on average" in map_sentences.deletion_sentence(
            deleted(0.6, 0.5, after)
        )

    def test_a_certain_film_is_told_by_its_odds(self):
        """0.998 are odds of 499 and 0.995 of 199: 0.4 times as much; 0.9975 of 399: 0.8 times."""
        said = map_sentences.deletion_sentence(deleted(0.998, 0.995, 0.9975, spread=0.0005))
        assert "the odds of pneumonia fall to 0.4 times what they were (the probability is above 99 %); " in said
        assert "one by one, the odds of pneumonia fall to 0.8 times what they were on average." in said
        assert "stays at" not in said

    @pytest.mark.parametrize("before", [0.0, 1e-9, 0.002, 0.9985, 1 - 1e-15, 1.0])
    def test_no_certain_film_is_said_to_stay_and_to_stay(self, before):
        for highlighted, others in ((before, before), (before / 3, before), (before, before / 2)):
            said = map_sentences.deletion_sentence(deleted(before, highlighted, others, spread=0))
            assert said.count("stays at") < 2, said

    @pytest.mark.parametrize(
        ("after", "words"),
        [
            (2e-3, "stay as they are"),
            (4e-3, "rise to 2 times what they were"),
            (1e-5, "fall to less than a hundredth of what they were"),
        ],
    )
    def test_a_film_without_suspicion_is_told_by_its_odds(self, after, words):
        assert f"when it is blurred, the odds of pneumonia {words} (the probability is below 1 %)" in (
            map_sentences.deletion_sentence(deleted(2e-3, after, 2e-3))
        )

    def test_parts_beside_the_lungs_are_not_called_parts_of_them(self):
        assert "20 other parts as large" in map_sentences.deletion_sentence(deleted(0.9, 0.5, 0.8, in_lungs=False))
