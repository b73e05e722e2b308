import re

import pytest

from model_store.export.wording.claims import control_claim, map_claims
from model_store.reading.card import ModelCard
from tests.training.evaluation.test_evaluate import CASES, FILMS, HEAD, REFUSED, few_draws, scored  # noqa: F401
from training.evaluation.operating_points import judged_decisions
from training.evaluation.report import as_text, control_text
from training.evaluation.scored import report
from training.statistics.metrics import as_json_values


@pytest.fixture
def text(tmp_path):
    return as_text(as_json_values(HEAD | report(scored(tmp_path, FILMS, REFUSED), operating_point=0.5)))


def line(text, beginning):
    return next(line for line in text.splitlines() if line.strip().startswith(beginning))


def test_first_it_says_what_was_read(text):
    assert text.startswith("Version v on split test: 14 images, 3 refused (counted as wrong), prevalence 0.571, ")
    assert "operating point 0.5000, calibration 1.000 x logit" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (
            5,
            "No fair judges: version v learned from 5 of these 14 films, so these figures are better than they would "
            "be on new films.",
        ),
        (None, "It is not known which films version v learned from; on those figures are too good."),
    ],
)
def test_first_of_all_it_says_that_the_films_are_no_fair_judges(tmp_path, known, sentence):
    found = HEAD | report(scored(tmp_path, FILMS, REFUSED), operating_point=0.5) | {"learned_from": known}
    assert as_text(as_json_values(found)).splitlines()[0] == sentence


def test_classification_report(text):
    # [[4, 2], [3, 5]]: precision 4/7 and 5/7, recall 4/6 and 5/8.
    assert line(text, "precision").split() == ["precision", "recall", "f1-score", "support"]
    assert line(text, "NORMAL").split() == ["NORMAL", "0.57", "0.67", "0.62", "6"]
    assert line(text, "PNEUMONIA").split() == ["PNEUMONIA", "0.71", "0.62", "0.67", "8"]
    assert line(text, "accuracy").split() == ["accuracy", "0.64", "14"]
    assert line(text, "macro avg").split()[-1] == line(text, "weighted avg").split()[-1] == "14"


def test_confusion_matrix_has_its_labels(text):
    assert line(text, "Predicted").split() == ["Predicted", "NORMAL", "Predicted", "PNEUMONIA"]
    assert line(text, "Actual NORMAL").split() == ["Actual", "NORMAL", "4", "2"]
    assert line(text, "Actual PNEUMONIA").split() == ["Actual", "PNEUMONIA", "3", "5"]


@pytest.mark.parametrize("name", ["auroc", "pr_auc", "brier", "ece", "sensitivity", "specificity", "ppv", "npv"])
def test_every_figure_has_its_interval(text, name):
    assert re.fullmatch(rf" *{name} \d\.\d{{4}} \(\d\.\d{{4}} to \d\.\d{{4}}\)", line(text, name))


def test_likelihood_ratios_subgroups_predictive_values_and_control(text):
    assert line(text, "lr_positive").split()[:2] == ["lr_positive", "1.8750"]  # (5/8) / (2/6)
    assert "Pneumonia by virus (n = 4): sensitivity 0.7500" in text
    assert "At a prevalence of 5.0%: PPV 9.0%, NPV 97.1%" in text
    assert "Control, the file's size alone: AUROC 1.0000" in text


def test_three_points_and_the_coverage_of_the_conformal_sets(tmp_path):
    films = scored(tmp_path, FILMS, REFUSED)
    card = ModelCard(
        *("v", "0" * 64, 1.0, 0.5),
        {
            "operating_points": {"rule_out": 0.35, "balanced": 0.5, "rule_in": 0.75},
            "conformal": {"alpha": 0.05, "thresholds": {"NORMAL": 0.4, "PNEUMONIA": 0.3}},
        },
    )
    text = as_text(as_json_values(HEAD | report(films, operating_point=0.5) | judged_decisions(films, card)))
    # Of 8 and 6: all 6 ill ones that were read reach .35, and 3 reach .75, which no normal film does.
    assert "From the rule-out point of 0.3500 on: sensitivity 0.7500 (" in text
    assert "From the rule-in point of 0.7500 on: sensitivity 0.3750 (" in text
    assert line(text, "From the rule-in").split("specificity ")[1].startswith("0.8333 (")
    assert "Conformal sets at 5% errors in NORMAL (n = 5): coverage 0.8000 (" in text
    assert line(text, "Conformal sets at 5% errors in PNEUMONIA").endswith("normal 0, pneumonia 5, both 1, neither 0")


def test_refused_films_are_listed(text):
    assert "Refused: 100.png: No two lungs were found." in text


@pytest.mark.parametrize("case", ["nobody suspected", "everybody suspected"])
def test_what_is_not_defined_is_said(tmp_path, case):
    text = as_text(as_json_values(HEAD | report(scored(tmp_path, *CASES[case]), operating_point=0.5)))
    assert "not defined" in text
    assert "None" not in text
    assert "nan" not in text.lower()


def test_controls_with_what_belongs_to_them():
    found = {"auroc": 0.9, "auroc_ci": [0.8, 1.0], "floor": 0.7, "floor_ci": [0.6, 0.8], "missed": True}
    assert control_text("filled_grey", found).splitlines() == [
        "Control, the lungs filled with grey: AUROC 0.9000 (0.8000 to 1.0000); "
        "a small network 0.7000 (0.6000 to 0.8000)",
        control_claim("filled_grey", found),
    ]
    assert "small network" not in control_text("filled_grey", found | {"floor": None, "missed": False})
    followed = {"auroc": 0.9, "auroc_ci": [0.8, 1.0], "follow": 0.75, "follow_ci": [0.5, 1.0]}
    line = control_text("exchange", followed)
    assert line.endswith("; decisions that follow the lungs 0.7500 (0.5000 to 1.0000)")


MAPS = {"films": 3, "failed": ["over_random", "disc_rise"]}


def test_what_the_maps_miss_is_said(tmp_path):
    scored_films = as_json_values(HEAD | report(scored(tmp_path, FILMS), operating_point=0.5))
    text = as_text(scored_films | {"maps": MAPS})
    assert "\n\n".join(f"Heatmaps: {claim}" for claim in map_claims(MAPS)) in text
