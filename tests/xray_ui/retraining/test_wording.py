"""Every sentence on examinations, trainings and versions that is made of figures."""

from datetime import UTC, datetime

import pytest

from model_store.trainings.record import RunRecord
from model_store.trainings.status import RunStatus
from xray_ui.basics import text
from xray_ui.models import wording as models_wording
from xray_ui.retraining import wording
from xray_ui.retraining.comparison import wording as comparison_wording


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (49, "less than a minute"),
        (50, "about 1 min"),
        (61, "about 1 min"),
        (1500, "about 25 min"),
        (3569, "about 59 min"),
        (3571, "about 1 h 00 min"),
        (7800, "about 2 h 10 min"),
    ],
)
def test_durations_are_coarse(seconds, words):
    assert text.duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "1 MB"), (412_345_678, "412 MB"), (999_999_999, "1000 MB"), (51e9, "51.0 GB")]
)
def test_sizes(count, words):
    assert text.size(count) == words


def test_moments_are_those_of_the_clock_on_the_wall():
    local = datetime(2026, 11, 23, 18, 5, tzinfo=UTC).astimezone()
    assert text.moment("2026-11-23T18:05:00+00:00") == f"{local:%Y-%m-%d %H:%M}"
    assert text.moment(None) == "not known"
    assert text.moment("yesterday") == "yesterday"
    assert f"since {local:%Y-%m-%d %H:%M}" in wording.under_way("spring", local)
    assert "since" not in wording.under_way("spring", None)


def test_estimates_and_disk_say_when_they_are_not_known():
    assert wording.estimate({"seconds": 120.0, "measured_steps": 4}) == (
        "about 2 min on this machine, measured on 4 steps"
    )
    assert wording.estimate({"seconds": 120.0}) == "about 2 min on this machine"
    assert wording.disk({"needed": 4e8, "free": 5e10}) == "400 MB needed, 50.0 GB free"
    for unknown in (None, {}, {"seconds": None}, {"needed": 4e8}):
        assert wording.estimate(unknown) == wording.disk(unknown) == "not known"


def status(**content) -> RunStatus:
    return RunStatus("spring", "running", RunRecord(status="running", **content))


def test_epochs_are_counted_from_one_and_only_while_training():
    assert wording.phase(status(phase="training", epoch=0, epochs=20)) == "Learning, round 1 of at most 20"
    assert wording.phase(status(phase="comparing", epoch=0, epochs=20)) == "Comparing with the active version"
    assert wording.phase(status()) == "Starting"
    assert wording.time_left(status()) == ""
    assert wording.time_left(status(eta_seconds=420.0)) == "about 7 min left in this phase"
    assert wording.time_left(status(eta_seconds=420.0, left_seconds=900.0)) == "about 15 min left"
    assert wording.phase(status(phase="looking at films")) == "Looking at films", "of another program"
    assert wording.figures(status(metrics={"loss": 0.25, "val_loss": None})) == "loss 0.250"


def test_the_gate_is_a_sentence_whatever_is_set():
    assert wording.gate(None) == "No gate is set."
    assert "may not be worse in AUROC by more than 0.02 (lower end" in wording.gate({"auroc": 0.02})


@pytest.mark.parametrize(
    ("problems", "warnings", "facts", "asks", "said"),
    [
        ([], [], "about 2 min", False, "The training can be started: about 2 min."),
        ([], [], "", False, "The training can be started."),
        ([], ["few"], "", False, "The training can be started; 1 point to look at first."),
        ([], ["few", "old"], "an hour", False, "The training can be started: an hour; 2 points to look at first."),
        (["none"], ["few"], "", False, "The training cannot be started: 1 thing forbids it."),
        (["none", "full"], [], "", False, "The training cannot be started: 2 things forbid it."),
        (["say"], [], "", True, "The training cannot be started yet: some names have to be explained first."),
    ],
)
def test_the_verdict_is_one_sentence(problems, warnings, facts, asks, said):
    assert wording.verdict(problems, warnings, facts, asks=asks) == said


def test_a_start_says_how_long_it_takes_where_that_is_known():
    assert wording.starting("training", 120.0) == "Starting the training, about 2 min left"
    assert wording.starting("examination", None) == "Starting the examination"


def test_differences_and_p_values():
    assert comparison_wording.signed(-0.0124) == "\u22120.012"
    assert comparison_wording.signed(0.02) == "+0.020"
    assert comparison_wording.signed(None) == ""
    assert comparison_wording.p_value(0.0004) == "< 0.001"
    assert comparison_wording.p_value(1.0) == "1.000"
    assert comparison_wording.p_value(None) == ""


def test_a_long_name_fits_on_a_button():
    assert comparison_wording.open_with("kermany-5") == "Open with kermany-5"
    assert comparison_wording.open_with("a" * 40 + "20261123") == f"Open with {'a' * 14}\u202620261123"


def test_one_film_is_no_films():
    assert (
        comparison_wording.disagreement_count(0)
        == "At their balanced points the versions decide alike on every one of these films."
    )
    assert comparison_wording.disagreement_count(1) == "At their balanced points they decide differently on 1 film"
    assert comparison_wording.disagreement_count(2) == "At their balanced points they decide differently on 2 films"


def test_why_a_reason_is_needed_follows_the_comparison():
    assert models_wording.why_a_reason("not passed", ["It is worse."]) == ["It is worse."]
    for gate, sentences in (("not compared", ["It is better than another."]), ("not passed", [])):
        assert "was not compared with the active one" in models_wording.why_a_reason(gate, sentences)[0]
