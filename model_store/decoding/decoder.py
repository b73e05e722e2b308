"""How is a child process asked what is in a file, and what is made of its end?"""

import atexit
import hashlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import numpy as np

from model_store.decoding.deadline import Deadline
from model_store.decoding.facts import film_of
from model_store.decoding.memory_watch import MemoryWatch, is_needed
from model_store.decoding.messages import Broken, fill, receive, send, widen
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import MAX_BYTES, MAX_PIXELS, UnreadableImage

SECONDS = 5
"""Longest time that a file of up to 10 MB may take; a usual film takes less than one second."""

_SECONDS_PER_BYTE, _MOST_SECONDS = 0.5e-6, 20
"""What a larger file may take: 40 megapixels of JPEG 2000 are 30 MB and take 7 seconds of a free processor."""

GIGABYTES = 3
"""Memory that the process may have; a film of 40 megapixels and 16 bits takes less than one, whatever its form."""

OUT_OF_MEMORY = 3
"""Exit status of a process to which this was not enough."""

START_SECONDS = 60
"""Longest time until the process has imported the decoders; a busy machine takes a few seconds."""

CHILD = "model_store.decoding.child"

_OUT_OF_TIME, _KILLED = (-getattr(signal, name, 256) for name in ("SIGXCPU", "SIGKILL"))
"""Statuses of a process that the system has ended: by its limit of time, or since the machine's memory is short. Where
there are no such signals, no process ends so."""

_Made = TypeVar("_Made")

_KEPT = (
    *("HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH"),
    *("SYSTEMROOT", "USERPROFILE"),  # Windows starts no Python without the first.
)
"""What the process sees of the environment: how to find its packages, and no secrets."""

_SET = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # The memory of one film is kept for the next: to take it anew from the system costs as much as to decode a JPEG.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}


def seconds_for(length: int) -> float:
    """Return how long a file may take, in seconds, by its length in bytes."""
    return max(SECONDS, min(length * _SECONDS_PER_BYTE, _MOST_SECONDS))


class Decoder:
    """A child process that reads one file after the other; one thread at a time may use it.

    The process has ended where it broke down, or was not understood.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._ready = self._expired = self._overflown = self._closed = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # Decoders print what they find in a file.
            cwd=Path(__file__).parents[2],
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | _SET,
        )
        self._requests, self._answers = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        widen(self._requests)
        widen(self._answers)
        self._deadline = Deadline(self._expire)
        self._memory = MemoryWatch(self._process.pid, GIGABYTES * 1024**3, self._overflow) if is_needed() else None
        atexit.register(self.close)

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not (self._closed or self._expired or self._overflown) and self._process.poll() is None

    def decode(self, data: bytes, window: int = 0) -> Radiograph:
        """Return what `load_radiograph` makes of the bytes.

        Args:
            data: the bytes of the whole file.
            window: which of the windows that a DICOM file offers.

        Raises:
            UnreadableImage: the file is refused, or the process has broken down.
            ValueError: the file does not offer this window.
        """
        with self._conversation(len(data)):
            number = self._ask("film", data, {"window": window})
            # Taken here, while the process is at work, which is faster and cannot be told a lie.
            sha256 = hashlib.sha256(data).hexdigest()
            film = self._film(self._answer(number), sha256)
            if film.window != window:
                raise Broken
            return film

    def facts(self, question: str, data: bytes, made_of: Callable[[Any], _Made], **options: Any) -> _Made:
        """Return what is in the header of a file.

        Args:
            question: a key of `decoding_child.QUESTIONS`.
            data: the bytes of the file, or how it begins.
            made_of: makes the answer of what the process says; raises KeyError, TypeError or ValueError for nonsense.
            options: what else the process has to know, as JSON can say it.

        Raises:
            UnreadableImage: the process has broken down.
        """
        with self._conversation(len(data)):
            said = self._answer(self._ask(question, data, options))
            try:
                return made_of(said["facts"])
            except (KeyError, TypeError, ValueError) as error:
                raise Broken from error

    @contextmanager
    def _conversation(self, length: int) -> Iterator[None]:
        seconds = seconds_for(length)
        try:
            self._wait_until_ready()
            with self._deadline.at_most(seconds), self._memory.watched() if self._memory else nullcontext():
                yield
        except (Broken, OSError):
            raise self._what_happened(seconds) from None
        except ValueError:  # A refusal, or a window that is not offered: the process is ready for the next file.
            raise
        except BaseException:  # Interrupted in the middle: its answer must not be taken for that of another file.
            self.close()
            raise

    def close(self) -> None:
        """End the process."""
        self._closed = True
        atexit.unregister(self.close)
        self._deadline.close()
        if self._memory:
            self._memory.close()
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with suppress(OSError):
                stream.close()

    def _wait_until_ready(self) -> None:
        if not self._ready:
            with self._deadline.at_most(START_SECONDS):
                self._ready = receive(self._answers) == {"ready": True}

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()

    def _overflow(self) -> None:
        self._overflown = True
        self._process.kill()

    def _ask(self, question: str, data: bytes, options: dict[str, Any]) -> int:
        number = next(self._numbers)
        # One byte more than a film may have says that it is too large; the rest need not be looked at.
        sent = memoryview(data)[: MAX_BYTES + 1]
        asked = {"number": number, "question": question, "options": options, "length": len(sent)}
        send(self._requests, asked, sent)
        return number

    def _answer(self, number: int) -> dict[str, Any]:
        said = receive(self._answers)
        if said.get("number") != number:
            raise Broken
        if "sentence" in said:
            raise _refusal_of(said)
        return said

    def _film(self, said: dict[str, Any], sha256: str) -> Radiograph:
        """Return the film that an answer describes; raises Broken where it could be none."""
        try:
            (height, width), dtype, facts = said["shape"], said["dtype"], said["film"]
            if dtype not in ("uint8", "uint16") or not 0 < height * width <= MAX_PIXELS:
                raise Broken
            pixels = np.empty((height, width), dtype)
            film = film_of(pixels, facts, sha256)
        except (KeyError, TypeError, ValueError) as error:
            raise Broken from error
        fill(self._answers, pixels.data.cast("B"))
        pixels.setflags(write=False)
        return film

    def _what_happened(self, seconds: float) -> UnreadableImage:
        """End the process, if it has not ended, and say why it had to."""
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            status = None
        self.close()
        if not self._ready:
            return not_started()
        if self._expired or status == _OUT_OF_TIME:
            return _beyond(f"{seconds:g} seconds", "too slow")
        if self._overflown or status in (OUT_OF_MEMORY, _KILLED):
            return _beyond(f"{GIGABYTES} GB of memory", "too much memory")
        return UnreadableImage(
            "This file stops the program that decodes it, as damaged files may; "
            "please export the radiograph again as PNG or JPEG.",
            "undecodable",
        )


def not_started() -> UnreadableImage:
    """Return what is said of a file where no process is there to decode it."""
    return UnreadableImage(
        "This file was not decoded, for the program's decoder does not start; please start the app again.", "no decoder"
    )


def _refusal_of(said: dict[str, Any]) -> Exception:
    sentence, name = said["sentence"], said.get("name")
    if not isinstance(sentence, str) or not isinstance(name, str | None):
        return Broken()
    return UnreadableImage(sentence, name) if name else ValueError(sentence)


def _beyond(limit: str, name: str) -> UnreadableImage:
    return UnreadableImage(
        f"This file needs more than {limit} to decode, more than any radiograph; "
        "please export the radiograph again at its normal size as PNG or JPEG.",
        name,
    )
