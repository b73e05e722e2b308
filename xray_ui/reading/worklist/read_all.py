"""How are all films of a window read in the background? By the version in use, into the memory of their session.

The reading page shows the very results that are kept here, and what it reads is not read again. Two films are read at
a time: while one is decoded, or its lungs are outlined, the network reads the other. No film is kept, and of most
results a small record; so thousands of films take no more memory than some hundred, but for these records.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from model_store.basics.errors import ModelCorrupted
from model_store.decoding.pool import decode
from model_store.export.table import FilmRow, row_of
from model_store.film.radiograph import FilmIdentity
from model_store.film.refusals import UnreadableImage
from model_store.reading.film_check.verdict import QualityReport, Reason
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.errors import log_failure
from xray_ui.readers import in_use as readers_in_use
from xray_ui.readers.background import Reader
from xray_ui.reading.case import outcomes
from xray_ui.reading.case.outcomes import Memory
from xray_ui.reading.case.shown import sha256_of
from xray_ui.reading.uploads.chosen import Film
from xray_ui.reading.worklist import wording
from xray_ui.server import work
from xray_ui.server.work import Work

AT_ONCE = 2
"""Films that are read at a time, each in a thread of its own."""

_LOOK_SECONDS = 0.2
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far the films are.

    Attributes:
        done: how many of these were read, or refused, since it was begun.
        of: how many there were to be read.
        seconds_left: about; None while nothing can be said.
    """

    done: int
    of: int
    seconds_left: float | None


class ReadAll:
    """Reads the films of one session in the background.

    Args:
        memory: of the session, in which results are kept.
        corrected: the corrected films of the session by the hash of their file.
    """

    def __init__(self, memory: Memory, corrected: dict[str, FilmIdentity]) -> None:
        self._memory, self._corrected = memory, corrected
        self._lock = threading.Lock()
        self._waiting: deque[Film] = deque()
        self._work: Work | None = None
        self._done = self._of = 0
        self._began = 0.0
        self.hashes: dict[str, str] = {}
        """The hash of each film's file, by the film's key."""
        self.unreadable: dict[str, FilmRow] = {}
        """What is said of files that are no films, by the film's key."""
        self.was_cancelled = False
        self.problem = ""
        """Why nothing can be read; "" where it can."""

    @property
    def is_under_way(self) -> bool:
        """Whether films are being read."""
        return self._work is not None and self._work.is_under_way

    def progress(self) -> Progress:
        """Return how far the films are."""
        with self._lock:
            done, of, seconds = self._done, self._of, time.monotonic() - self._began
        return Progress(done, of, seconds / done * (of - done) if done >= AT_ONCE else None)

    def begin(self, films: Sequence[Film]) -> None:
        """Read these films, in this order; does nothing while others are being read.

        Args:
            films: what was not read yet.
        """
        if self.is_under_way or not films:
            return
        self._waiting = deque(films)
        self._done, self._of, self._began = 0, len(films), time.monotonic()
        self.was_cancelled, self.problem = False, ""
        self._work = work.start(self._read_on, threads=AT_ONCE)

    def cancel(self) -> None:
        """Read no further film; those that are being read are read to their end."""
        self.was_cancelled = True
        if self._work:
            self._work.end()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long until nothing is being read; returns whether nothing is."""
        return self._work is None or self._work.wait(seconds)

    def _read_on(self, own: Work) -> None:
        while own.may_go_on() and (film := self._next()):
            try:
                reading = self._reading(own)
                if reading is None:
                    return
                self._read(film, *reading)
            except Exception as error:  # Of one film; the others are read.
                said = basics_text.unexpected_error(log_failure(_LOG, error))
                self._refuse(film, "", Reason(outcomes.FAILED, "refuse", said))
            with self._lock:
                self._done += 1

    def _next(self) -> Film | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _reading(self, own: Work) -> tuple[Version, Reader] | None:
        """Return the version in use and its reader once it is there; None where the work is over before that."""
        while own.may_go_on():
            try:
                version = readers_in_use.in_use().version
            except ModelCorrupted as error:
                self.problem = str(error)
                return None
            reading = readers_in_use.background_reader(version)
            reading.start()
            if (reader := reading.reader) is not None:
                return version, reader
            if reading.failed:
                self.problem = wording.NO_VERSION
                return None
            own.pause(_LOOK_SECONDS)
        return None

    def _read(self, film: Film, version: Version, reader: Reader) -> None:
        sha256 = ""
        try:
            data = film.read_bytes()
            sha256 = sha256_of(data)
            identity = self._corrected.get(sha256, FilmIdentity(sha256))
            if not self._memory.has(identity, version):
                image = decode(data, window=identity.window)
                image = image.corrected(identity.turn, identity.is_inverted, identity.is_mirrored)
                outcomes.read(image, version, reader, self._memory)
        except UnreadableImage as refusal:
            self._refuse(film, sha256, Reason(refusal.name, "refuse", str(refusal)), version)
        except OSError:
            self._refuse(film, sha256, Reason("missing", "refuse", wording.FILM_MISSING), version)
        else:
            # Last: a film whose hash is known is one of which there is something to say.
            self.hashes[film.key] = sha256

    def _refuse(self, film: Film, sha256: str, why: Reason, version: Version | None = None) -> None:
        card = (version or readers_in_use.in_use().version).card
        self.unreadable[film.key] = row_of(sha256, None, QualityReport((why,)), card)
