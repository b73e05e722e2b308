import threading
import time

import pytest

from training.prepared.batches import prefetched


def test_order_and_number_are_kept():
    assert list(prefetched(iter(range(50)))) == list(range(50))


def test_no_batches():
    assert list(prefetched([])) == []


def test_an_error_in_making_a_batch_is_raised_after_the_batches_before_it():
    def batches():
        yield 1
        yield 2
        raise OSError("the third cannot be made")

    received = []
    with pytest.raises(OSError, match="the third cannot be made"):
        for batch in prefetched(batches()):
            received.append(batch)
    assert received == [1, 2]


def test_batches_are_made_in_another_thread_and_only_so_far_ahead():
    makers, made = set(), []

    def batches():
        for number in range(100):
            makers.add(threading.current_thread())
            made.append(number)
            yield number

    stream = prefetched(batches(), ahead=3)
    assert next(stream) == 0
    time.sleep(0.2)
    assert 3 <= len(made) <= 6  # one taken, three ready, one in hand
    assert threading.current_thread() not in makers
    stream.close()


def test_a_reader_that_stops_early_ends_the_thread():
    made = []

    def batches():
        for number in range(10_000):
            made.append(threading.current_thread())
            yield number

    stream = prefetched(batches(), ahead=2)
    next(stream)
    stream.close()
    made[0].join(timeout=5)
    assert not made[0].is_alive()
    assert len(made) < 20
