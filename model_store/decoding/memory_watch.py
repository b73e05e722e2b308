"""Who sees to it that a decoder takes no more memory than it may, where the system does not? The app looks often."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

_LOOK_SECONDS = 0.02
"""How often it looks: in this time a decoder fills some tens of megabytes."""


def is_needed() -> bool:
    """Return whether a process's memory is to be watched; macOS takes a limit for it and does not keep to it."""
    return resource is None or sys.platform == "darwin"


class MemoryWatch:
    """Watches the memory of one process, from a thread of its own, while it is at work.

    Args:
        pid: of the process.
        most: bytes that it may have.
        too_much: called once, where it has more; then nothing is watched any more.
    """

    def __init__(self, pid: int, most: int, too_much: Callable[[], None]) -> None:
        import psutil  # Here, where a missing package is heard of; most systems need none of it.

        self._psutil = psutil
        self._pid, self._most, self._too_much = pid, most, too_much
        self._is_at_work, self._closed = threading.Event(), threading.Event()
        threading.Thread(target=self._watch, name="memory of a decoder", daemon=True).start()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch while this lasts."""
        self._is_at_work.set()
        try:
            yield
        finally:
            self._is_at_work.clear()

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        self._is_at_work.set()

    def _watch(self) -> None:
        try:
            process = self._psutil.Process(self._pid)
            while self._is_at_work.wait() and not self._closed.wait(_LOOK_SECONDS):
                if _bytes_of(process) > self._most:
                    self._too_much()
                    return
        except self._psutil.Error:  # It has ended, which whoever asks it will find.
            return


def _bytes_of(process: Any) -> int:
    used = process.memory_info()
    # On Windows what is swapped out is the process's too, and counted as private alone.
    return int(max(used.rss, getattr(used, "private", 0)))
