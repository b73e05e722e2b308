"""Every sentence on a result or an error."""

import logging
from dataclasses import replace

import pytest

from model_store.export.wording import sentences
from model_store.film.header.sides import UNSTATED
from model_store.reading.decision.calibration import Calibration
from model_store.reading.decision.operating_points import OperatingPoints
from model_store.reading.results import Prediction, Reading
from tests.doubles.fakes import WEIGHTS, sample_explanation
from xray_ui.basics import text
from xray_ui.basics.errors import log_failure
from xray_ui.card import wording as card_wording

CALIBRATION = Calibration.by_temperature(1.31)
READING = Reading(
    sha256="c0ffee" * 10 + "0000",
    version="kermany-1",
    weights_sha256=WEIGHTS,
    prediction=Prediction(logit=1.7, probability=0.843, operating_point=0.437),
    explanations=(sample_explanation(),),
    seconds=0.314,
)


def with_probability(probability: float) -> Reading:
    return replace(READING, prediction=Prediction(logit=0, probability=probability, operating_point=0.437))


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0, "below 1 %"), (0.009, "below 1 %"), (0.01, "1 %"), (0.5, "50 %"), (0.99, "99 %"), (0.9999, "above 99 %")],
)
def test_percent_is_never_certain(probability, words):
    assert sentences.percent(probability) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.4369, "Pneumonia not suspected"), (0.437, "Pneumonia suspected"), (0.9, "Pneumonia suspected")],
)
def test_verdict_turns_at_the_operating_point(probability, words):
    assert sentences.verdict(with_probability(probability)) == words


def test_probability_sentence_names_both_numbers():
    assert sentences.probability_sentence(READING) == (
        "The model gives a probability of pneumonia of 84 %, which reaches its operating point of 43.7 %."
    )
    assert "stays below" in sentences.probability_sentence(with_probability(0.2))


THREE = OperatingPoints(0.12, 0.437, 0.9)


@pytest.mark.parametrize(
    ("probability", "verdict", "side"),
    [
        (0.1199, "Pneumonia not suspected", "stays below its rule-out point of 12.0 %."),
        (0.12, sentences.NOT_SURE, "lies between its rule-out point of 12.0 % and its rule-in point of 90.0 %."),
        (0.8999, sentences.NOT_SURE, "lies between its rule-out point of 12.0 % and its rule-in point of 90.0 %."),
        (0.9, "Pneumonia suspected", "reaches its rule-in point of 90.0 %."),
    ],
)
def test_verdict_and_sentence_of_a_version_with_three_points(probability, verdict, side):
    reading = replace(READING, prediction=Prediction(0, probability, 0.437, points=THREE))
    assert sentences.verdict(reading) == verdict
    assert sentences.probability_sentence(reading).endswith(f", which {side}")
    assert sentences.headline(reading).startswith(f"{verdict}: probability ")


def test_verdict_at_the_point_that_the_reader_chose_names_it_and_the_models_own_answer():
    reading = replace(READING, prediction=Prediction(0, 0.3, 0.437, points=THREE))
    assert sentences.verdict(reading, 0.3) == "Pneumonia suspected at the point you chose"
    assert sentences.verdict(reading, 0.31) == "Pneumonia not suspected at the point you chose"
    assert sentences.probability_sentence(reading, 0.3) == (
        "The model gives a probability of pneumonia of 30 %, which reaches the point of 30.0 % that you chose. "
        "The answer by the model's own points: not sure."
    )
    assert "stays below the point of 31.0 %" in sentences.gauge_description(reading, 0.31)
    assert sentences.headline(reading) == f"{sentences.NOT_SURE}: probability 30 %", "what is kept is the model's own"
    assert dict(sentences.facts(reading, CALIBRATION))["Rule-out and rule-in"] == "0.120 and 0.900"


def test_scope_is_the_issues_own_sentence():
    assert sentences.RESEARCH_USE == (
        "Research use only, not a medical device. "
        "The model knows frontal films of children of 1 to 5 years from one hospital."
    )


def test_facts_name_everything_the_result_came_from():
    facts = dict(sentences.facts(READING, CALIBRATION))
    assert facts == {
        "Model version": "kermany-1",
        "Weights": "ab12ab12ab12",
        "Operating point": "0.437",
        "Calibration": "0.763 x logit",
        "Image": "c0ffeec0ffee",
        "Lung outlines": "right 1.00, left 1.00 (expected Dice)",
        "Time": "0.31 s",
    }
    for value in facts.values():
        assert value in sentences.provenance(READING, CALIBRATION)
    assert sentences.headline(READING) == "Pneumonia suspected: probability 84 %"


def test_facts_name_what_was_done_to_the_film_and_why_it_was_read():
    reading = replace(READING, turn=1, is_inverted=True, overruled="one lung was removed")
    facts = dict(sentences.facts(reading, CALIBRATION))
    assert facts["Film"] == "turned 90 degrees clockwise, inverted"
    assert facts["Read against the check"] == '"one lung was removed"'
    for value in facts.values():
        assert value in sentences.provenance(reading, CALIBRATION)


def test_facts_say_once_that_no_age_is_known():
    said = dict(sentences.facts(replace(READING, is_age_stated=False), 1))
    assert said["Age of the patient"] == "not known; the model knows children of 1 to 5 years alone"
    assert "Age of the patient" not in dict(sentences.facts(READING, 1))


def test_facts_give_each_outline_its_own_confidence():
    lungs = replace(sample_explanation().lungs, confidence=(0.974, 0.951))
    for explanation, said in (
        (replace(sample_explanation(), lungs=lungs), "right 0.97, left 0.95 (expected Dice)"),
        (
            replace(sample_explanation(), lungs=replace(lungs, sides=UNSTATED)),
            "picture left 0.97, picture right 0.95 (expected Dice; side not stated)",
        ),
        (replace(sample_explanation(), lungs=None), "none found"),
    ):
        assert dict(sentences.facts(replace(READING, explanations=(explanation,)), 1))["Lung outlines"] == said


def test_what_is_typed_becomes_one_line_without_marks():
    assert text.one_line("  one lung\n\twas \u202eremoved \0 ") == "one lung was \ufffdremoved \ufffd"
    assert len(text.one_line("a" * 300)) == 300, "nothing of a reason is left out"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("film.png", "film.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\child.png", "child.png"),
        ("\\\\host\\share\\child.png", "child.png"),
        ("a\0b.png", "a\ufffdb.png"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("line\nbreak.png", "line\ufffdbreak.png"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("", "film without a name"),
    ],
)
def test_file_names_are_shown_without_what_could_act(name, shown):
    assert text.shown_name(name) == shown


def test_long_file_names_keep_both_ends():
    shown = text.shown_name("a" * 4000 + "-left.png")
    assert len(shown) == text.LONGEST_NAME
    assert shown.startswith("aaa")
    assert shown.endswith("-left.png")


def test_markdown_is_escaped():
    assert text.literal("**a** [b](c) <d> $e$ :f:") == ("\\*\\*a\\*\\* \\[b\\]\\(c\\) \\<d\\> \\$e\\$ \\:f\\:")
    assert "\n" not in text.literal("two\nlines")


def test_test_sentence_counts_the_refused_films():
    assert card_wording.test_sentence({"n": 624, "prevalence": 0.625, "n_refused": 2}) == (
        "624 films, 62 % of them with pneumonia; 2 were refused and count as wrong. Intervals hold 95 %."
    )
    assert "refused" not in card_wording.test_sentence({"n": 624, "n_refused": 0})


def test_test_sentence_says_that_films_are_no_fair_judges():
    assert card_wording.test_sentence({"n": 12, "learned_from": 9}).endswith(
        " No fair judges: the version learned from 9 of them, so the figures are better than on new films."
    )
    assert "fair" not in card_wording.test_sentence({"n": 12, "learned_from": 0})


def test_unexpected_error_carries_its_number_and_nothing_of_the_error(caplog):
    def fail():
        raise ValueError("patient Miller")

    with caplog.at_level(logging.ERROR):
        try:
            fail()
        except ValueError as error:
            number = log_failure(logging.getLogger("test"), error)
    assert f"error {number}: ValueError at test_sentences.py:" in caplog.text
    assert "Miller" not in caplog.text
    assert number in text.unexpected_error(number)
