"""What does an uploaded file show or say, whatever it is made of? It is read in a process that may be lost.

A file may be made to crash a decoder, to keep it busy for ever or to fill the memory. So uploads are read in child
processes with limits (`model_store.decoding.child`), kept warm and shared by all sessions. What they answer is text
and numbers, and is checked; one that dies takes nothing with it but its file, and another one takes its place.
"""

import queue
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from model_store.decoding.decoder import Decoder, not_started
from model_store.decoding.facts import study_image_of, texts_of
from model_store.film.header.header import StudyImage
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import UnreadableImage

DECODERS = 2
"""How many files are decoded at once; a third waits, since each may take much memory."""

_SALT = secrets.token_hex(16)
"""New in every app, so that the hash of a study leads to nobody, and the same for all of its decoders."""

# The last that was put back is the first to be taken, so the second one is started only where both are needed.
_idle: "queue.LifoQueue[Decoder | None]" = queue.LifoQueue()
for _ in range(DECODERS):
    _idle.put(None)


def decode(data: bytes, *, window: int = 0) -> Radiograph:
    """Read a file as `load_radiograph` does, in a child process; safe to call from several threads.

    Args:
        data: the bytes of the whole file.
        window: which of the windows that a DICOM file offers.

    Returns:
        The radiograph of these bytes.

    Raises:
        UnreadableImage: as `load_radiograph` does, or since the file passed a limit; the sentence says which.
        ValueError: the file does not offer this window.
    """
    with _decoder() as decoder:
        return decoder.decode(data, window)


def study_image(start: bytes) -> StudyImage:
    """Return what the beginning of a DICOM file says of its place in a study; a damaged one stands alone.

    Raises:
        UnreadableImage: the file passed a limit.
    """
    with _decoder() as decoder:
        return decoder.facts("study", start, study_image_of, salt=_SALT)


def header_text(data: bytes, keywords: Sequence[str]) -> dict[str, str | None]:
    """Return values of the header of a DICOM file by keyword, and its "TransferSyntaxUID"; nothing of a damaged one.

    Raises:
        UnreadableImage: the file passed a limit.
    """
    with _decoder() as decoder:
        return decoder.facts("header", data, texts_of, keywords=list(keywords))


def start() -> None:
    """Start a decoder, where there is none yet, so that the first file finds it warm; does not wait for it."""
    # Where it does not start, the first file says so.
    with suppress(queue.Empty, UnreadableImage), _decoder(wait=False):
        pass


@contextmanager
def _decoder(*, wait: bool = True) -> Iterator[Decoder]:
    decoder = _idle.get(wait)
    try:
        # It may have been ended from outside while it had nothing to do.
        if decoder and not decoder.is_alive:
            decoder.close()
            decoder = None
        decoder = decoder or _started()
        yield decoder
    finally:
        # Whatever came of it: files would wait for ever for a place that nobody gives back.
        _idle.put(decoder)


def _started() -> Decoder:
    try:
        return Decoder()
    except (OSError, RuntimeError) as error:  # No memory, process, thread or pipe is left.
        raise not_started() from error
