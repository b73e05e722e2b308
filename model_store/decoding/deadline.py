"""What ends a thing that takes too long? One thread, which costs less than a new timer for every little thing."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Deadline:
    """Watches one thing after the other, from a thread of its own; one thread at a time may be watched.

    Args:
        too_late: called once, where something took too long; then nothing is watched any more.
    """

    def __init__(self, too_late: Callable[[], None]) -> None:
        self._too_late, self._changed = too_late, threading.Condition()
        self._until = self._wakes_at = math.inf
        self._is_closed = False
        threading.Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Watch what is done within."""
        until = time.monotonic() + seconds
        with self._changed:
            self._until = until
            if until < self._wakes_at:  # Seldom: it mostly sleeps until the deadline of what was done before.
                self._changed.notify()
        try:
            yield
        finally:
            self._until = math.inf

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._is_closed:
                self._wakes_at, now = self._until, time.monotonic()
                if now >= self._wakes_at:
                    self._too_late()
                    return
                self._changed.wait(None if self._wakes_at == math.inf else self._wakes_at - now)
