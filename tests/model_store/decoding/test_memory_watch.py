"""Is a process ended that takes more than it may, and left alone otherwise?"""

import subprocess
import sys
import threading
import time

import pytest

from model_store.decoding import memory_watch
from model_store.decoding.memory_watch import MemoryWatch

MOST = 200 << 20
TAKES = "import sys; taken = b'x' * (int(sys.argv[1]) << 20); print('taken', flush=True); sys.stdin.read()"


@pytest.fixture
def takes():
    """Start a process that has so many megabytes more than Python needs."""
    started = []

    def start(megabytes):
        command = [sys.executable, "-S", "-c", TAKES, str(megabytes)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert started[-1].stdout.readline() == b"taken\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_what_has_too_much_is_ended_once_it_is_at_work(takes):
    process, told = takes(400), threading.Event()
    watch = MemoryWatch(process.pid, MOST, told.set)
    assert not told.wait(0.2), "nobody asks anything of it"
    with watch.watched():
        assert told.wait(10)
    watch.close()


def test_what_has_enough_goes_on(takes):
    process, told = takes(20), threading.Event()
    watch = MemoryWatch(process.pid, MOST, told.set)
    for _ in range(3):
        with watch.watched():
            assert not told.wait(0.2)
    watch.close()


def threads():
    return [each for each in threading.enumerate() if each.name == "memory of a decoder"]


def test_the_thread_ends_with_the_process_and_when_it_is_closed(takes):
    gone, closed = takes(1), takes(1)
    watches = [MemoryWatch(each.pid, MOST, pytest.fail) for each in (gone, closed)]
    assert len(threads()) == 2
    gone.kill()
    gone.wait()
    watches[1].close()
    with watches[0].watched():
        until = time.monotonic() + 10
        while threads():
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.mark.parametrize(
    ("resource", "system", "expected"),
    [(None, "win32", True), (object(), "darwin", True), (object(), "linux", False)],
)
def test_it_is_needed_where_the_system_keeps_no_limit(monkeypatch, resource, system, expected):
    monkeypatch.setattr(memory_watch, "resource", resource)
    monkeypatch.setattr(memory_watch.sys, "platform", system)
    assert memory_watch.is_needed() is expected
