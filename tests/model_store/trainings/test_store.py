"""What is under way is found by the times of a few files."""

import os
import time

import pytest

from model_store.trainings.store import active_run, is_name_taken
from tests.doubles.trainings.run_doubles import moment, write_examination, write_run


def test_a_running_training_is_found_among_others(xray_home):
    write_run(xray_home, "done", "finished")
    run = write_run(xray_home, "spring", "running")
    assert active_run(xray_home) == run
    assert active_run(xray_home, "examinations") is None


def test_an_examination_is_no_training(xray_home):
    examination = write_examination(xray_home, status="running")
    assert active_run(xray_home) is None
    assert active_run(xray_home, "examinations") == examination


@pytest.mark.parametrize("changes", [{"heartbeat": moment(-60)}, {"heartbeat": None}])
def test_a_run_without_a_heartbeat_is_not_under_way(xray_home, changes):
    write_run(xray_home, "spring", "running", **changes)
    assert active_run(xray_home) is None


def test_old_files_are_not_opened(xray_home):
    run = write_run(xray_home, "spring", "running")
    file = run.path / "run.json"
    os.utime(file, (time.time() - 60, time.time() - 60))
    file.chmod(0)
    assert active_run(xray_home) is None


def test_nothing_is_under_way_in_an_empty_home(xray_home):
    assert active_run(xray_home) is None
    assert not is_name_taken(xray_home, "spring")
    write_run(xray_home, "spring", "failed")
    assert is_name_taken(xray_home, "spring")
