"""Does the memory of what is forgotten go back to the system?"""

import subprocess
import sys

import pytest

IN_PIECES = """
import os
from xray_ui.server import memory

def megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

films = [bytes(50_000) for _ in range(4000)]
kept = films[::10]
del films
before = megabytes()
memory.give_back()
print(before, megabytes())
"""
"""Ends with 20 MB in use, in pieces that keep 180 MB between them from the system."""

FROZEN = """
import gc, weakref
from xray_ui.server import memory

class Ring:
    def __init__(self):
        self.itself = self

before, gone = Ring(), []
memory.leave_out_what_stays()
later = Ring()
weakref.finalize(before, gone.append, "before")
weakref.finalize(later, gone.append, "later")
del before, later
memory.give_back()
print(gone == ["later"], len(gone))
"""
"""Two rings that nobody holds, of which the first was there before."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the C library of Linux keeps that much")
def test_what_lay_between_pieces_in_use_goes_back():
    ended = subprocess.run([sys.executable, "-c", IN_PIECES], capture_output=True, text=True, check=True)
    before, after = map(int, ended.stdout.split())
    assert before - after > 100


def test_what_stays_is_looked_at_no_more():
    ended = subprocess.run([sys.executable, "-c", FROZEN], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["True", "1"], "what came later is still collected"
