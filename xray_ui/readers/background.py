"""Is the model ready? It loads in a thread of its own, so that the screen is there before TensorFlow is."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from model_store.basics.errors import ModelCorrupted
from model_store.film.radiograph import Radiograph
from model_store.reading.results import DeletionTest, Explanation, Reading
from xray_ui.basics.errors import log_failure

_LOG = logging.getLogger(__name__)


class Reader(Protocol):
    """What reads radiographs; `model_store.reading.classifier.Classifier` does."""

    def read(self, radiograph: Radiograph, *, overruled: str | None = None) -> Reading:
        """Read one radiograph; with a reason also where the check takes it for no chest radiograph."""
        ...

    def deletion_test(self, radiograph: Radiograph, explanation: Explanation) -> DeletionTest | None:
        """Say whether the probability hangs on what a map highlights; None where that cannot be tested."""
        ...


class BackgroundReader:
    """A reader that loads in a daemon thread; safe to share between sessions.

    Args:
        load: makes the reader; called once, in the thread, after `start`.
    """

    def __init__(self, load: Callable[[], Reader]) -> None:
        self._load = load
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.reader: Reader | None = None
        self.corrupted: ModelCorrupted | None = None
        self.error_number: str | None = None

    def start(self) -> None:
        """Begin to load; later calls do nothing."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="model-loader", daemon=True)
                self._thread.start()

    @property
    def finished(self) -> bool:
        """True once the reader is there or has failed to load."""
        return self._done.is_set()

    @property
    def failed(self) -> bool:
        """True once loading has ended without a reader."""
        return self.finished and self.reader is None

    def give_up(self, error: ModelCorrupted) -> None:
        """Read with it no more, as if it had failed to load: it loaded, and cannot read."""
        self.reader, self.corrupted = None, error

    def wait(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds; returns whether loading has finished."""
        return self._done.wait(timeout)

    def _run(self) -> None:
        try:
            self.reader = self._load()
        except ModelCorrupted as error:
            self.corrupted = error
        except Exception as error:  # A thread has no one above it who could tell the reader.
            self.error_number = log_failure(_LOG, error)
        finally:
            self._done.set()
