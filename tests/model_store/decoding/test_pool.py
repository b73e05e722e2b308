"""Are the decoding processes shared, and replaced where one was lost?"""

import queue
import threading
import time

import numpy as np
import psutil
import pytest

from model_store.decoding import decoder, pool
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from tests.doubles.films import phantom

FILMS = [phantom.png(phantom.Chest(width=200, height=160, seed=seed)) for seed in range(6)]


@pytest.fixture(autouse=True)
def own_decoders(monkeypatch):
    """Let each test have the decoders to itself, hostile where a file says so."""
    monkeypatch.setattr(decoder, "CHILD", "tests.doubles.decoders.hostile_decoder")
    idle = queue.LifoQueue()
    idle.put(None)
    idle.put(None)
    monkeypatch.setattr(pool, "_idle", idle)
    yield idle
    assert idle.qsize() == pool.DECODERS
    for one in started(idle):
        one.close()


def started(idle):
    return [one for one in idle.queue if one]


def test_a_film_is_read(own_decoders):
    assert np.array_equal(pool.decode(FILMS[0]).pixels, load_radiograph(FILMS[0]).pixels)


def test_one_process_serves_one_session(own_decoders):
    pool.start()
    (first,) = started(own_decoders)
    for film in FILMS:
        pool.decode(film)
    pool.start()
    assert started(own_decoders) == [first]


@pytest.mark.parametrize("act", [b"crash", b"killed in idleness"])
def test_another_takes_the_place_of_one_that_was_lost(own_decoders, act):
    pool.decode(FILMS[0])
    (first,) = started(own_decoders)
    if act == b"crash":
        with pytest.raises(UnreadableImage, match="stops the program that decodes it"):
            pool.decode(act)
    else:
        first._process.kill()
        first._process.wait()
    pool.decode(FILMS[1])
    (second,) = started(own_decoders)
    assert second is not first


def test_one_that_was_lost_in_idleness_leaves_nothing_behind(own_decoders):
    pool.decode(FILMS[0])
    before = threading.active_count(), open_files()
    for film in FILMS[1:3]:
        (idle,) = started(own_decoders)
        idle._process.kill()
        idle._process.wait()
        pool.decode(film)
    until = time.monotonic() + 10
    while (threading.active_count(), open_files()) != before and time.monotonic() < until:
        time.sleep(0.05)
    assert (threading.active_count(), open_files()) == before


def open_files() -> int:
    return psutil.Process().num_fds()


@pytest.mark.parametrize("error", [BlockingIOError(11, "no process is left"), RuntimeError("can't start new thread")])
def test_where_none_can_be_started_it_is_said_and_tried_again(own_decoders, monkeypatch, error):
    """Each of both places was lost with a decoder that did not start; then all files waited, for ever."""

    def at_its_limits():
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(pool, "Decoder", at_its_limits)
        for _ in range(pool.DECODERS + 1):
            pool.start()
        for read in (pool.decode, pool.study_image):
            with pytest.raises(UnreadableImage, match="does not start; please start the app again") as refused:
                read(FILMS[0])
            assert refused.value.name == "no decoder"
    assert own_decoders.qsize() == pool.DECODERS
    assert np.array_equal(pool.decode(FILMS[0]).pixels, load_radiograph(FILMS[0]).pixels)


def test_start_does_not_wait_for_busy_decoders(own_decoders):
    taken = [own_decoders.get(), own_decoders.get()]
    pool.start()
    for one in taken:
        own_decoders.put(one)
    assert started(own_decoders) == []


def test_many_threads_each_get_their_own_film(own_decoders):
    expected = [load_radiograph(film).pixels for film in FILMS]
    wrong = []

    def read(offset):
        for i in range(20):
            number = (i + offset) % len(FILMS)
            film = pool.decode(FILMS[number])
            if not np.array_equal(film.pixels, expected[number]):
                wrong.append(number)

    threads = [threading.Thread(target=read, args=(offset,)) for offset in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert 1 <= len(started(own_decoders)) <= pool.DECODERS
