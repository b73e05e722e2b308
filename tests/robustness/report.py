"""How is a promise reported? It is tried many times; a line of JSON says how often, and what went wrong."""

import argparse
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Result:
    """What came of the trials of one promise; threads may share it.

    Attributes:
        promise: its number, as "R10".
        what: what was tried.
        count: how often.
        failures: a sentence for each trial in which the promise did not hold.
        figures: what was measured beside that.
        skipped: why nothing was tried; None where it was.
    """

    promise: str
    what: str
    count: int = 0
    failures: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    skipped: str | None = None

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()

    @contextmanager
    def trial(self, name: str) -> Iterator[None]:
        """Count one trial; whatever fails in it is kept under this name, and the next trial goes on."""
        with self._lock:
            self.count += 1
        try:
            yield
        except Exception as error:
            said = str(error) if isinstance(error, AssertionError) else "".join(traceback.format_exception(error)[-3:])
            self.failures.append(f"{name}: {said}")

    def as_json(self) -> str:
        """Return the line that is printed."""
        content = {
            "promise": self.promise,
            "what": self.what,
            "count": self.count,
            "failures": self.failures,
            "figures": self.figures,
            "seconds": round(time.monotonic() - self._began, 1),
        }
        return json.dumps(content | ({"skipped": self.skipped} if self.skipped else {}))


def command(results: Callable[[int | None], Iterable[Result]], *, unit: str) -> None:
    """Run a script: print each result as it comes, and end with status 1 where a promise did not hold.

    Args:
        results: yields them, for a count or, given None, for the full one.
        unit: what is counted.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, help=f"{unit}; the full number by default")
    options = parser.parse_args()
    sys.exit(show(results(options.count)))


def show(results: Iterable[Result]) -> int:
    """Print results as they come; return the exit status."""
    status = 0
    for result in results:
        print(result.as_json(), flush=True)  # noqa: T201 - the report
        status = 1 if result.failures else status
    return status
