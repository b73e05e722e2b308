"""What is reported of scored images, by hand; the reading itself is in test_fit.py."""

import json
import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from model_store.reading.decision.proportions import wilson
from model_store.reading.film_check.reasons import UNLIKE
from tests.doubles.trainings.training_doubles import crops_of, labelled
from training.data.labelled import DatasetError
from training.evaluation import evaluate
from training.evaluation.report import as_text
from training.evaluation.scored import Scored, report
from training.statistics import metrics
from training.statistics.metrics import as_json_values

HEAD = {
    "version": "v",
    "weights_sha256": "0" * 64,
    "split": "test",
    "learned_from": 0,
    "operating_point": 0.5,
    "temperature": 1.0,
}


def scored(tmp_path, films, refused=()):
    """Films are (label, pathogen, probability); refused ones (label, pathogen)."""

    def image(number, label, pathogen):
        path = tmp_path / f"{number}.png"
        path.write_bytes(bytes(100 - 20 * (label == "PNEUMONIA") + number % 3))
        return labelled(path, label=label, pathogen=pathogen)

    images = [image(n, label, pathogen) for n, (label, pathogen, _) in enumerate(films)]
    left = [(image(n + 100, *each), "No two lungs were found.") for n, each in enumerate(refused)]
    return Scored(images, np.array([probability for *_, probability in films], np.float64), left)


FILMS = (
    *[("NORMAL", "", p) for p in (0.05, 0.1, 0.2, 0.3, 0.7)],
    *[("PNEUMONIA", "bacteria", p) for p in (0.4, 0.6, 0.9)],
    *[("PNEUMONIA", "virus", p) for p in (0.5, 0.8, 0.95)],
)
"""At .5: 4 true negatives, 1 false positive, 1 false negative, 5 true positives; .5 itself is suspected."""

REFUSED = (("NORMAL", ""), ("PNEUMONIA", "virus"), ("PNEUMONIA", "bacteria"))


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Let the intervals rest on few draws; how they are drawn is tested in test_metrics.py."""
    monkeypatch.setattr(metrics, "patient_bootstrap", partial(metrics.patient_bootstrap, draws=60))


@pytest.fixture
def plain(tmp_path):
    return report(scored(tmp_path, FILMS), operating_point=0.5)


@pytest.fixture
def with_refused(tmp_path):
    return report(scored(tmp_path, FILMS, REFUSED), operating_point=0.5)


def test_confusion_matrix_and_its_figures(plain):
    assert plain["confusion_matrix"] == [[4, 1], [1, 5]]
    assert (plain["n"], plain["n_refused"], plain["prevalence"]) == (11, 0, 6 / 11)
    assert plain["accuracy"] == 9 / 11
    assert (plain["sensitivity"], plain["specificity"]) == (5 / 6, 4 / 5)
    assert (plain["ppv"], plain["npv"]) == (5 / 6, 4 / 5)
    assert plain["accuracy_ci"] == list(wilson(9, 11))
    assert plain["specificity_ci"] == list(wilson(4, 5))


def test_refused_films_are_decided_wrongly(with_refused):
    # The refused NORMAL is a false positive, the two refused PNEUMONIA are false negatives.
    assert with_refused["confusion_matrix"] == [[4, 2], [3, 5]]
    assert (with_refused["n"], with_refused["n_refused"]) == (14, 3)
    assert with_refused["accuracy"] == 9 / 14
    assert (with_refused["sensitivity"], with_refused["specificity"]) == (5 / 8, 4 / 6)
    assert with_refused["prevalence"] == 8 / 14


def test_refused_films_are_listed_with_their_sentence(with_refused):
    assert [item["path"] for item in with_refused["refused"]] == ["100.png", "101.png", "102.png"]
    assert {item["reason"] for item in with_refused["refused"]} == {"No two lungs were found."}


def test_figures_without_a_decision_are_of_the_films_that_were_read(plain, with_refused):
    for name in ("auroc", "auroc_ci", "pr_auc", "brier", "ece", "curves"):
        assert with_refused[name] == plain[name]


def test_rank_figures_by_hand(plain):
    # Of 30 pairs, .7 lies above .4, .5 and .6: 27 are in order.
    assert plain["auroc"] == 27 / 30
    squares = [0.05, 0.1, 0.2, 0.3, 0.7, 0.6, 0.4, 0.1, 0.5, 0.2, 0.05]
    assert plain["brier"] == pytest.approx(sum(value**2 for value in squares) / 11)
    assert plain["ece"] == pytest.approx(sum(squares) / 11)  # Fewer images than bins: each is its own.
    assert plain["auroc_ci"][0] < plain["auroc"] < plain["auroc_ci"][1] <= 1


def test_likelihood_ratios(plain):
    assert plain["lr_positive"] == pytest.approx((5 / 6) / (1 / 5))
    assert plain["lr_negative"] == pytest.approx((1 / 6) / (4 / 5))
    low, high = plain["lr_positive_ci"]
    assert math.sqrt(low * high) == pytest.approx(plain["lr_positive"])
    low, high = plain["lr_negative_ci"]
    assert math.sqrt(low * high) == pytest.approx(plain["lr_negative"])


def test_classification_report(plain):
    rows = plain["classification_report"]
    assert rows["NORMAL"] == pytest.approx({"precision": 0.8, "recall": 0.8, "f1-score": 0.8, "support": 5})
    assert rows["PNEUMONIA"]["support"] == 6
    assert rows["PNEUMONIA"]["recall"] == pytest.approx(5 / 6)
    assert rows["accuracy"] == pytest.approx(9 / 11)
    assert rows["macro avg"]["recall"] == pytest.approx((5 / 6 + 0.8) / 2)
    assert rows["weighted avg"]["recall"] == pytest.approx(9 / 11)


def test_predictive_values_at_other_prevalences(plain):
    assert [each["prevalence"] for each in plain["predictive_values"]] == [0.05, 0.2, 0.625]
    at_20 = plain["predictive_values"][1]
    assert at_20["ppv"] == pytest.approx(0.2 * 5 / 6 / (0.2 * 5 / 6 + 0.8 * 0.2))
    assert at_20["npv"] == pytest.approx(0.8 * 0.8 / (0.8 * 0.8 + 0.2 / 6))


def test_subgroups_against_all_normal_films(with_refused):
    bacteria, virus = with_refused["subgroups"]["bacteria"], with_refused["subgroups"]["virus"]
    assert (bacteria["n"], bacteria["sensitivity"]) == (4, 2 / 4)  # One of them refused.
    assert bacteria["sensitivity_ci"] == list(wilson(2, 4))
    assert bacteria["auroc"] == 13 / 15  # Only .7 above .4 and .6 is out of order.
    assert (virus["n"], virus["sensitivity"], virus["auroc"]) == (4, 3 / 4, 14 / 15)


def test_no_subgroups_where_names_tell_no_pathogen(tmp_path):
    films = [("NORMAL", "", 0.1), ("PNEUMONIA", "", 0.9)]
    assert report(scored(tmp_path, films), operating_point=0.5)["subgroups"] == {}


def test_control_by_file_size(plain):
    # Every PNEUMONIA file is smaller than every NORMAL one, so size alone tells them.
    assert plain["controls"]["file_size"]["auroc"] == 1.0


def test_curves(plain):
    roc = plain["curves"]["roc"]
    points = set(zip(roc["false_positive_rate"], roc["sensitivity"], strict=True))
    assert {(0, 0), (0, 0.5), (0.2, 0.5), (0.2, 1), (1, 1)} <= points  # .7 is the one NORMAL above some PNEUMONIA.
    assert (plain["curves"]["pr"]["recall"][-1], plain["curves"]["pr"]["precision"][-1]) == (0, 1)
    bins = plain["curves"]["reliability"]
    assert sum(each["n"] for each in bins) == 11
    assert (bins[0]["probability"], bins[0]["observed"], bins[0]["ci"]) == (0.05, 0, list(wilson(0, 1)))


def test_films_of_a_patient_are_drawn_together(tmp_path):
    films = [(label, "", p) for label, p in (("NORMAL", 0.3), ("NORMAL", 0.6), ("PNEUMONIA", 0.5), ("PNEUMONIA", 0.8))]
    apart = scored(tmp_path, films * 10)
    pairs = [
        labelled(image.path, label=image.label, patient=str(number // 20)) for number, image in enumerate(apart.images)
    ]
    together = Scored(pairs, apart.probabilities, [])
    width = {}
    for name, each in (("apart", apart), ("together", together)):
        low, high = report(each, operating_point=0.5)["auroc_ci"]
        width[name] = high - low
    assert width["together"] == 0  # Two patients a class, alike: every draw with both classes has the same area.
    assert width["apart"] > 0.1


CASES = {
    "plain": (FILMS, ()),
    "refused": (FILMS, REFUSED),
    "nobody suspected": ([("NORMAL", "", 0.1), ("NORMAL", "", 0.2), ("PNEUMONIA", "virus", 0.3)], ()),
    "everybody suspected": ([("NORMAL", "", 0.9), ("PNEUMONIA", "virus", 0.8), ("PNEUMONIA", "", 0.9)], ()),
    "perfect": ([("NORMAL", "", 0.1), ("PNEUMONIA", "bacteria", 0.9)], ()),
    "all viruses refused": ([("NORMAL", "", 0.1), ("PNEUMONIA", "bacteria", 0.9)], (("PNEUMONIA", "virus"),)),
}


@pytest.mark.parametrize("case", CASES)
def test_every_report_is_valid_json_and_can_be_printed(tmp_path, case):
    found = as_json_values(HEAD | report(scored(tmp_path, *CASES[case]), operating_point=0.5))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert "Predicted PNEUMONIA" in as_text(found)


def test_what_is_not_defined_is_null(tmp_path):
    found = as_json_values(report(scored(tmp_path, *CASES["nobody suspected"]), operating_point=0.5))
    assert found["confusion_matrix"] == [[2, 0], [1, 0]]
    assert (found["ppv"], found["ppv_ci"], found["lr_positive"]) == (None, [None, None], None)
    assert found["predictive_values"][0]["ppv"] is None
    assert found["npv"] == 2 / 3


def test_values_that_json_does_not_know():
    nested = {"a": [float("nan"), (1, float("inf"))], "b": {"c": np.float64("nan")}, "d": "nan", "e": 0}
    assert as_json_values(nested) == {"a": [None, [1, None]], "b": {"c": None}, "d": "nan", "e": 0}


def test_a_class_that_is_refused_whole_as_unlike_leaves_nothing_to_judge(monkeypatch, tmp_path):
    """All films can be prepared, but the version takes those of one class for unlike all that it knows."""
    films = [labelled("healthy.png"), labelled("ill.png", label="PNEUMONIA")]
    crops = crops_of(films, np.zeros((2, 224, 224)))
    monkeypatch.setattr(evaluate, "prepare_crops", lambda *_: crops)
    left = replace(crops.subset(films[:1]), refused=[(films[1], UNLIKE.sentence)])
    monkeypatch.setattr(evaluate, "without_unlike", lambda *_: left)
    with pytest.raises(DatasetError, match=r"Of one class no image could be read; .*far from every"):
        evaluate.score(None, films, None, None, home=tmp_path)
