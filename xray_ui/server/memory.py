"""What becomes of the memory of films that are forgotten? It goes back to the system, once a window was closed.

Python frees most of it, but the C library keeps what it has once got, in pieces between what is still in use. After
some hundred films the app would hold a hundred megabytes more than it needs.
"""

import ctypes
import gc
import os
from functools import cache


@cache
def leave_out_what_stays() -> None:
    """Let Python's collector look no more at what is there now.

    To be called when TensorFlow was imported and no network is built yet, which may be forgotten later: half a million
    objects that stay to the end would hold up all readers for a quarter of a second at every collection.
    """
    gc.freeze()


def give_back() -> None:
    """Give back what nobody refers to any more."""
    gc.collect()  # Parts of a session refer to each other, and Python looks for such seldom.
    # Of glibc; other systems have none and need none, and Windows has no library of the process itself.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)
