"""How do two processes speak? A line of JSON, then as many bytes as it says; nothing that could be run."""

import json
from contextlib import suppress
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows has other pipes.
    fcntl = None  # type: ignore[assignment]

MAX_LINE = 1_000_000
"""Longest line of JSON in bytes; what is said of a film takes a few hundred."""


_PIPE_BYTES = 1 << 20
"""What Linux lets everybody have; a large film passes in 15 steps instead of 240, and each may wait."""


class Broken(Exception):
    """The other side has ended, or did not say what was agreed."""


def widen(stream: IO[bytes]) -> None:
    """Let more pass through a pipe at once, where the system can."""
    with suppress(AttributeError, OSError):
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def send(stream: IO[bytes], facts: dict[str, Any], *payload: bytes | memoryview) -> None:
    """Send a line of facts and what goes with it; raises OSError where nobody listens any more."""
    stream.write(json.dumps(facts).encode() + b"\n")
    for part in payload:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, Any]:
    """Return the next line of facts; raises Broken where none comes."""
    line = stream.readline(MAX_LINE)
    if not line.endswith(b"\n"):
        raise Broken
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Broken from error
    if not isinstance(facts, dict):
        raise Broken
    return facts


def fill(stream: IO[bytes], memory: memoryview) -> None:
    """Read bytes until the memory is full; raises Broken where too few come."""
    while memory:
        count = stream.readinto(memory)  # type: ignore[attr-defined]  # typing.IO lacks it; buffered readers have it
        if not count:
            raise Broken
        memory = memory[count:]
