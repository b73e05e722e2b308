"""R1: may a malformed file crash, hang or show a traceback? 10,000 of them are read as the app reads an upload."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from model_store.decoding.pool import decode
from model_store.film.refusals import UnreadableImage
from tests.robustness.mutations import mutated
from tests.robustness.originals import originals
from tests.robustness.report import Result, command

COUNT = 10_000
SECONDS = 5
"""Within which each file has to be read or refused."""

NAMES = 12
"""Names of refusals at most, so that each can be known and explained."""

LOST = ("too slow", "too much memory", "undecodable")
"""Refusals of a file that has cost its decoder the life; the app and the caller go on."""


def read(data: bytes) -> str:
    """Return "read" or the name of the refusal; an AssertionError where what was read cannot be so."""
    try:
        film = decode(data)
    except UnreadableImage as refusal:
        assert str(refusal).endswith(".") and "\n" not in str(refusal), f"no sentence: {refusal}"
        return refusal.name
    assert film.sha256 == hashlib.sha256(data).hexdigest(), "the hash of other bytes"
    assert film.pixels.ndim == 2 and film.pixels.dtype in (np.uint8, np.uint16), "no film"
    assert np.isfinite(film.reduced).all(), "no grey values"
    return "read"


def damaged_files(count: int, first: int = 0) -> Result:
    """Read so many damaged files, from a number on."""
    result, files = Result("R1", "damaged files, read as uploads are"), originals()
    outcomes: dict[str, Counter[str]] = {kind: Counter() for kind in ("PNG", "JPEG", "DICOM")}
    slowest = 0.0
    for original in files:
        assert read(original.data) == "read", original.name
    for number in range(first, first + count):
        original, mutation, data = mutated(number, files)
        with result.trial(f"{number} ({original.kind}, {original.name}, {mutation})"):
            started = time.perf_counter()
            outcomes[original.kind][read(data)] += 1
            seconds = time.perf_counter() - started
            slowest = max(slowest, seconds)
            assert seconds < SECONDS, f"took {seconds:.1f} s"
    named = {name for of_kind in outcomes.values() for name in of_kind} - {"read"}
    if len(named) > NAMES:
        result.failures.append(f"{len(named)} names: {', '.join(sorted(named))}")
    result.figures = {
        "outcomes": {kind: dict(of_kind.most_common()) for kind, of_kind in outcomes.items()},
        "decoders_lost": sum(of_kind[name] for of_kind in outcomes.values() for name in LOST),
        "slowest_seconds": round(slowest, 2),
    }
    return result


def results(count: int | None = None) -> Iterator[Result]:
    """Yield the one result."""
    yield damaged_files(count or COUNT)


if __name__ == "__main__":
    command(results, unit="damaged files")
