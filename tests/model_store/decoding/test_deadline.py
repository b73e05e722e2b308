"""Is what takes too long ended, what is in time left alone, and the thread that watches over it ended with it?"""

import threading
import time

import pytest

from model_store.decoding.deadline import Deadline


@pytest.fixture(name="late")
def event_when_late():
    return threading.Event()


@pytest.fixture(name="deadline")
def deadline_of_test(late):
    deadline = Deadline(late.set)
    yield deadline
    deadline.close()


def test_what_takes_too_long_is_ended(deadline, late):
    started = time.monotonic()
    with deadline.at_most(0.2):
        assert late.wait(10)
    assert time.monotonic() - started >= 0.2


def test_what_is_in_time_is_left_alone(deadline, late):
    for _ in range(3):
        with deadline.at_most(0.2):
            pass
    assert not late.wait(0.5)


def test_a_nearer_deadline_comes_before_one_that_was_kept(deadline, late):
    with deadline.at_most(1000):
        pass
    with deadline.at_most(0.1):
        assert late.wait(10)


def test_a_later_deadline_is_waited_for(deadline, late):
    with deadline.at_most(0.2):
        pass
    with deadline.at_most(1000):
        assert not late.wait(0.5)


def test_an_error_passes_and_ends_the_watching(deadline, late):
    with pytest.raises(ZeroDivisionError), deadline.at_most(0.2):
        raise ZeroDivisionError
    assert not late.wait(0.5)


def test_its_thread_ends():
    before = set(threading.enumerate())
    deadline = Deadline(lambda: None)
    (thread,) = set(threading.enumerate()) - before
    deadline.close()
    thread.join(10)
    assert not thread.is_alive()
