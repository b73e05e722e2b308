import re

import pytest
from test_evaluate import CASES, FILMS, HEAD, REFUSED, few_draws, scored  # noqa: F401

from training.report import as_text
from training.scored import as_json_values, report


@pytest.fixture
def text(tmp_path):
    return as_text(as_json_values(HEAD | report(scored(tmp_path, FILMS, REFUSED), operating_point=0.5)))


def line(text, beginning):
    return next(line for line in text.splitlines() if line.strip().startswith(beginning))


def test_first_it_says_what_was_read(text):
    assert text.startswith("Version v on split test: 14 images, 3 refused (counted as wrong), prevalence 0.571, ")
    assert "operating point 0.5000, temperature 1.000" in text.splitlines()[0]


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


def test_refused_films_are_listed(text):
    assert "Refused: 100.png: No two lungs were found." in text


@pytest.mark.parametrize("case", ["nobody suspected", "everybody suspected"])
def test_what_is_not_defined_is_said(tmp_path, case):
    text = as_text(as_json_values(HEAD | report(scored(tmp_path, *CASES[case]), operating_point=0.5)))
    assert "not defined" in text
    assert "None" not in text
    assert "nan" not in text.lower()
