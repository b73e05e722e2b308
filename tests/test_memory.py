"""Does the memory of what is forgotten go back to the system, and does the end of a session ask for that?"""

import subprocess
import sys
import threading

import pytest
import streamlit as st

from tests.app_driver import FIRST, fake_classifier, fake_reads, start, upload  # noqa: F401
from xray_ui import memory
from xray_ui import upload as upload_control

IN_PIECES = """
import os
from xray_ui import memory, upload as upload_control

def megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

films = [bytes(50_000) for _ in range(4000)]
kept = films[::10]
del films
before = megabytes()
memory._is_due.acquire()
memory._give_back()
print(before, megabytes())
"""
"""Ends with 20 MB in use, in pieces that keep 180 MB between them from the system."""


@pytest.fixture
def timers(monkeypatch):
    """The timers that are to give memory back, which never run out; others are none of this."""
    started = []

    class Timer(threading.Timer):
        def start(self):
            if self.function is memory._give_back:
                started.append(self)
            else:
                super().start()

    monkeypatch.setattr(threading, "Timer", Timer)
    monkeypatch.setattr(memory, "_is_due", threading.Lock())
    return started


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the C library of Linux keeps that much")
def test_what_lay_between_pieces_in_use_goes_back():
    ended = subprocess.run([sys.executable, "-c", IN_PIECES], capture_output=True, text=True, check=True)
    before, after = map(int, ended.stdout.split())
    assert before - after > 100


def test_it_is_given_back_once_for_all_sessions_that_end_meanwhile(timers):
    memory.give_back_soon()
    memory.give_back_soon()
    assert [timer.interval for timer in timers] == [memory.SECONDS]
    timers[0].function()
    memory.give_back_soon()
    assert len(timers) == 2


def test_the_end_of_a_session_asks_for_it(classifier, timers):
    upload(start(), ("child.png", FIRST))
    assert timers == []
    st.cache_resource.clear()
    assert len(timers) == 1


def test_so_does_the_end_of_one_that_is_closed_while_its_page_is_drawn(classifier, timers, monkeypatch):
    monkeypatch.setattr(upload_control, "show", st.stop)
    start()
    st.cache_resource.clear()
    assert len(timers) == 1
