"""Does a version that is retrained get all three points, its conformal limits, and what the slider needs?"""

import keras
import pytest

from model_store.film.load import load_radiograph
from model_store.reading.decision.conformal import ALPHA, NORMAL, PNEUMONIA
from model_store.reading.decision.operating_points import NAMES, RULE_IN_SPECIFICITY, RULE_OUT_SENSITIVITY
from model_store.reading.decision.point_figures import Scores, figures_at
from model_store.versions.loading import load_classifier
from tests.doubles.trainings.training_commands import in_home
from tests.doubles.trainings.training_doubles import use_tiny_network


def test_the_card_holds_what_validation_patients_gave(tiny):
    card = tiny.version.card
    assert card.points.rule_out <= card.points.balanced == card.operating_point <= card.points.rule_in
    assert card.conformal.alpha == ALPHA
    scores, found = Scores.from_json(card.content["validation_scores"]), card.content["validation"]
    assert len(scores.targets) == found["n"]
    assert scores.at(card.points.rule_out)["sensitivity"] >= RULE_OUT_SENSITIVITY
    assert scores.at(card.points.rule_in)["specificity"] >= RULE_IN_SPECIFICITY


def test_each_point_is_judged_on_the_test_films_and_the_refused_one_counts_as_wrong(tiny):
    card, report = tiny.version.card, tiny.report
    assert {name: each["point"] for name, each in report["operating_points"].items()} == card.points.as_json()
    balanced = report["operating_points"]["balanced"]
    for name in ("sensitivity", "specificity"):
        assert (balanced[name], balanced[f"{name}_ci"]) == (report[name], report[f"{name}_ci"])
    assert {each["n"] for each in report["operating_points"].values()} == {report["n"]}
    rule_out, rule_in = (report["operating_points"][name] for name in ("rule_out", "rule_in"))
    assert rule_out["sensitivity"] >= balanced["sensitivity"] >= rule_in["sensitivity"]
    assert rule_out["specificity"] <= balanced["specificity"] <= rule_in["specificity"]
    assert report["scores"]["refused"] == "1"
    assert figures_at(card.content, card.operating_point).values["n"] == report["n"]


def test_the_coverage_is_that_of_the_films_that_were_read(tiny):
    found = tiny.report["conformal"]
    assert found["alpha"] == ALPHA
    assert found[NORMAL]["n"] + found[PNEUMONIA]["n"] == tiny.report["n"] - tiny.report["n_refused"]
    for label in (NORMAL, PNEUMONIA):
        assert sum(found[label]["sets"].values()) == found[label]["n"]


@pytest.mark.parametrize("name", NAMES.values())
def test_evaluate_prints_each_point(tiny, name):
    assert f"From the {name} point of " in tiny.evaluate.out
    assert "Conformal sets at 5% errors in NORMAL" in tiny.evaluate.out


def test_the_version_reads_by_its_points(tiny, monkeypatch):
    in_home(monkeypatch, tiny.home)
    use_tiny_network(monkeypatch)
    keras.config.set_dtype_policy("float32")
    classifier, card = load_classifier(tiny.version), tiny.version.card
    for path in sorted((tiny.data / "test").rglob("*.png"))[:3]:
        prediction = classifier.read(load_radiograph(path.read_bytes())).prediction
        assert (prediction.points, prediction.conformal) == (card.points, card.conformal)
        assert prediction.answer == card.points.answer(prediction.probability)
