"""What is under way is found by the times of a few files."""

import os
import time

import pytest
from filelock import FileLock

from model_store.trainings.folder import RunAlreadyActive
from model_store.trainings.store import RunStore, active_run, is_name_taken
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


@pytest.mark.parametrize("changes", [{"heartbeat": moment(-60)}, {"heartbeat": None}, {"heartbeat": moment(3600)}])
def test_a_run_without_a_heartbeat_is_not_under_way(xray_home, changes):
    write_run(xray_home, "spring", "running", **changes)
    assert active_run(xray_home) is None


def test_old_files_are_not_opened(xray_home):
    run = write_run(xray_home, "spring", "running")
    file = run.path / "run.json"
    os.utime(file, (time.time() - 60, time.time() - 60))
    file.chmod(0)
    assert active_run(xray_home) is None


@pytest.mark.parametrize("beat", [-3600, 0, 3600])
@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_run_is_alive_while_it_holds_its_lock_whatever_its_clock_says(xray_home, beat, is_damaged):
    run = write_run(xray_home, "spring", "running", heartbeat=moment(beat))
    file = run.path / "run.json"
    with FileLock(run.lock):
        if is_damaged:
            file.write_text("{")
        os.utime(file, (time.time() + beat, time.time() + beat))
        assert active_run(xray_home) == run
        with pytest.raises(RunAlreadyActive, match="is under way"):
            RunStore(xray_home).remove("spring")
        assert file.exists()


def test_a_run_whose_process_was_killed_is_alive_no_more(xray_home):
    """Its lock is left and free, however fresh its heartbeat is."""
    run = write_run(xray_home, "spring", "running")
    run.lock.touch()
    assert run.status().state == "interrupted"
    RunStore(xray_home).remove("spring")
    assert not run.path.exists()


def test_a_lock_that_is_held_keeps_a_run_from_being_deleted_whatever_its_state(xray_home):
    run = write_run(xray_home, "spring", "finished")
    with FileLock(run.lock), pytest.raises(RunAlreadyActive):
        RunStore(xray_home).remove("spring")
    assert (run.path / "run.json").exists()


def test_nothing_is_under_way_in_an_empty_home(xray_home):
    assert active_run(xray_home) is None
    assert not is_name_taken(xray_home, "spring")
    write_run(xray_home, "spring", "failed")
    assert is_name_taken(xray_home, "spring")
