"""How far is the whole, and how long does it still take? By hand, on a fake clock."""

import pytest

from model_store.trainings.cost import Stage
from training.run.course import Course
from training.run.progress import Progress

STAGES = (
    Stage("starting", 10.0),
    Stage("preparing films", 30.0),
    Stage("training", 60.0, 0.2),
    Stage("comparing", 20.0),
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def course(clock) -> Course:
    return Course(STAGES, clock=clock)


def test_from_the_first_second_there_is_a_time_left(course, clock):
    assert course.state() == (0.0, 120.0)
    clock.now = 6.0
    assert course.state() == (pytest.approx(6 / 120, abs=1e-4), 114.0)


def test_a_phase_that_takes_longer_than_expected_never_says_that_it_is_done(course, clock):
    clock.now = 1000.0
    assert course.state() == (pytest.approx(9.5 / 120, abs=1e-4), 110.5)


def test_a_phase_that_says_how_far_it_is_goes_by_its_own_pace(course, clock):
    clock.now = 8.0
    course.enter("preparing films", 0.0)
    clock.now = 18.0
    course.advance("preparing films", 0.25)
    # A quarter took ten seconds, so it takes thirty more, whatever was expected.
    assert course.state() == (pytest.approx((10 + 0.25 * 30) / 120, abs=1e-4), 30 + 60 + 20)


def test_a_training_that_usually_ends_early_is_at_its_end_there(course, clock):
    course.enter("training", 0.0)
    clock.now = 30.0
    course.advance("training", 0.1)
    assert course.state() == (pytest.approx((40 + 0.5 * 60) / 120, abs=1e-4), 30 + 20)
    course.enter("training", 0.15)
    clock.now = 90.0
    course.advance("training", 0.3)
    assert course.state() == (pytest.approx((40 + 60) / 120, abs=1e-4), 20)


def test_phases_that_are_skipped_are_done_and_none_is_gone_back_to(course, clock):
    course.enter("comparing", 0.0)
    assert course.state()[0] == pytest.approx(100 / 120, abs=1e-4)
    course.enter("training", 0.0)
    course.advance("training", 0.1)
    assert course.state() == (pytest.approx(100 / 120, abs=1e-4), 20)


def test_a_phase_within_another_does_not_say_how_far_that_is(course, clock):
    course.enter("comparing", 0.0)
    course.enter("computing features", 0.0)
    clock.now = 5.0
    course.advance("computing features", 0.9)
    assert course.state() == (pytest.approx(105 / 120, abs=1e-4), 15)


def test_a_training_taken_up_again_goes_by_what_it_does_from_then_on(course, clock):
    course.enter("training", 0.1)
    clock.now = 10.0
    course.advance("training", 0.15)
    assert course.state()[1] == pytest.approx(10 + 20)


def test_what_is_known_better_later_is_taken_and_the_share_never_goes_back(course, clock):
    course.enter("preparing films", 0.0)
    clock.now = 15.0
    course.advance("preparing films", 0.5)
    share, _ = course.state()
    assert share == pytest.approx(25 / 120, abs=1e-4)
    course.expect([Stage("preparing films", 0.0), Stage("training", 300.0), Stage("comparing", 100.0)])
    assert course.state() == (share, 400)
    course.enter("comparing", 0.0)
    assert course.state()[0] == pytest.approx(share + (1 - share) * 0.75, abs=1e-3)


def test_where_nothing_is_expected_nothing_is_said():
    assert Course().state() == (None, None)
    assert Progress().snapshot()["whole"] is None


def test_it_is_written_with_what_a_run_does():
    progress = Progress(STAGES)
    progress.enter("comparing")
    snapshot = progress.snapshot()
    assert snapshot["whole"] == pytest.approx(100 / 120, abs=1e-3)
    assert snapshot["left_seconds"] == pytest.approx(20, abs=0.5)
    for _ in progress.track(range(2), "registering"):
        pass
    progress.paced("preparing films", 4, 2.0)
    progress.paced("starting", 0, 2.0)
    assert progress.pace.pop("starting") < 1
    assert progress.pace == {"preparing films": 0.5}
