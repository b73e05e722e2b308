"""What does the label of a version say? From cards by hand."""

import pytest

from model_store.versions.comparison.record import Cautions, Comparison, FilmSet, NotCompared
from xray_ui.card import label, wording

FIGURES = {
    **{"auroc": 0.954, "auroc_ci": [0.94, 0.97], "sensitivity": 0.9, "sensitivity_ci": [0.85, 0.94]},
    **{"specificity": 0.8, "ece": 0.042, "ece_ci": [0.03, 0.06]},
}


def test_the_four_figures_with_their_intervals_and_what_they_mean():
    rows = label.figure_rows(FIGURES)
    assert [row["Value (95 % interval)"] for row in rows] == [
        *("0.954 (0.940 to 0.970)", "0.900 (0.850 to 0.940)", "0.800 (not known)", "0.042 (0.030 to 0.060)"),
    ]
    assert [row["In words"] for row in rows] == [
        "Of two films, one with pneumonia, it gives that one the higher probability in 95 of 100 pairs",
        "Of 100 films with pneumonia it suspects 90",
        "Of 100 films without pneumonia it leaves 80 unsuspected",
        "Its probabilities are off by 4 percentage points on average",
    ]
    assert label.figure_rows({"auroc": 0.9})[1]["In words"] == "not known"
    assert label.figure_rows({"n": 3}) == []


def compared(key: str, n: int, auroc: float) -> FilmSet:
    return FilmSet(key=key, n=n, challenger={"auroc": auroc, "n_refused": 2 if n > 100 else 0})


def test_the_figures_are_of_one_set_of_films_which_is_named():
    sets = (
        compared("held_out", 40, 0.7),
        compared("reference", 624, 0.8),
        FilmSet(key="reference", n=999, not_compared=NotCompared(why="missing", label="NORMAL")),
    )
    comparison = Comparison(sets=sets)
    validation = {"validation": {"n": 9, "auroc": 1.0}}
    test = {"test": {"n": 30, "auroc": 0.9}, "data": {"name": "ward"}}
    figures, films = label.judged_on(validation | test, comparison)
    assert (figures["auroc"], films) == (0.9, "Test films of ward: 30 films. Intervals hold 95 %.")
    figures, films = label.judged_on(validation, comparison)
    assert figures["auroc"] == 0.8
    assert films.startswith("Reference test films, 624 in all, of which it refused 2, which the active version then")
    figures, films = label.judged_on(validation, Comparison(sets=sets[2:]))
    assert (figures["auroc"], films) == (1.0, f"9 validation films. {wording.VALIDATION_ONLY}")
    assert label.judged_on({}, None) == ({}, wording.NOT_JUDGED)


def test_what_it_is_for_and_reads():
    data = {"name": "ward", "training": {"NORMAL": 1200, "PNEUMONIA": 3}, "validation": {"NORMAL": 34}}
    assert label.uses({"intended_use": "Teaching."}) == ["Teaching."]
    assert label.uses({"recipe": {"init": "kermany-5"}}) == [wording.no_intended_use("kermany-5")]
    assert label.reads({"data": data, "recipe": {"init": "kermany-5"}})[1] == (
        "It learned from 1,234 normal films and 3 with pneumonia of ward, and before that from those of kermany-5."
    )
    assert label.reads({"data": data, "recipe": {"init": "random"}})[1].endswith("of ward.")
    assert label.reads({}) == [wording.READS]


@pytest.mark.parametrize("count", [4, 5, 6])
def test_more_limits_than_have_room_are_counted(count):
    limits = [f"limit {number}" for number in range(count)]
    said = label.not_to_lean_on({"limits": limits}, None)
    assert said[:4] == limits[:4]
    assert said[4:] == ([wording.more_limits(count - 4)] if count > 4 else [])


def test_few_validation_films_and_what_a_comparison_warns_of_are_no_support():
    card = {"recipe": {"init": "bundled"}, "validation": {"n": 9}}
    comparison = Comparison(cautions=Cautions(validation_known=9, validation=9))
    inherited, few, known = label.not_to_lean_on(card, comparison)
    assert inherited == wording.no_limits("bundled")
    assert few.startswith("Its operating point and its probabilities were fitted on 9 films alone")
    assert "has learned from 9 of the 9 films" in known
    assert label.not_to_lean_on({"validation": {"n": 100}}, None) == [wording.no_limits("")]
