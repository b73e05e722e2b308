"""A sample of the promises R1 and R7 to R17; `python -m tests.robustness` makes the full counts."""

from tests.robustness import (
    activating_killed,
    below_gate,
    damaged_weights,
    hostile_files,
    named_results,
    power_loss,
    restarts,
    same_answer,
    starts,
    training_killed,
)
from tests.robustness.points import ACTIVATING, TRAINING

CANDIDATES = list(below_gate.CANDIDATES)
POINTS = ("in the midst of a checkpoint", "after weights were copied", "before run.json says finished")


def assert_holds(result):
    assert result.failures == []
    assert result.count > 0


def test_the_points_of_the_promises_are_there():
    assert len(TRAINING) >= 12
    assert len(ACTIVATING) >= 8


def test_no_damaged_file_takes_the_app_with_it():
    result = hostile_files.damaged_files(480)
    assert_holds(result)
    assert all(len(outcomes) > 1 for outcomes in result.figures["outcomes"].values())


def test_the_same_film_gets_the_same_answer(tmp_path):
    assert_holds(same_answer.repeated(tmp_path, repeats=3, restarts=0))


def test_every_result_names_where_it_comes_from(tmp_path):
    assert_holds(named_results.on_screen())
    assert_holds(named_results.in_the_log(tmp_path))
    assert_holds(named_results.in_json())


def test_weights_are_verified_before_anything_parses_them(tmp_path):
    assert_holds(damaged_weights.flipped_bits(tmp_path / "flips", 4))
    assert_holds(damaged_weights.other_damage(tmp_path / "other"))


def test_a_training_killed_at_named_points(tmp_path):
    assert_holds(training_killed.at_named_points(tmp_path, {name: TRAINING[name] for name in POINTS}))


def test_a_training_killed_at_random_moments(tmp_path):
    assert_holds(training_killed.at_random_moments(tmp_path, 2))


def test_an_activation_killed(tmp_path):
    assert_holds(activating_killed.at_points(tmp_path, 1))


def test_what_counts_is_on_the_disk_first(tmp_path):
    assert_holds(power_loss.recorded(tmp_path))


def test_of_two_trainings_started_at_once_one_runs(tmp_path):
    assert_holds(starts.at_once(tmp_path, 2))


def test_a_training_outlives_the_app(tmp_path):
    assert_holds(restarts.restarts(tmp_path, 1, with_browser=False, until_cancelled=False))


def test_a_version_below_the_gate_is_not_activated_by_accident(tmp_path):
    assert_holds(below_gate.refused(tmp_path, (None, "too short"), CANDIDATES[:3]))


def test_a_version_that_passed_is_activated_while_that_is_true(tmp_path):
    assert_holds(below_gate.passes(tmp_path))
