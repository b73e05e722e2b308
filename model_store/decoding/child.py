"""What may a decoder do? Read the bytes it is sent and answer; no file, no connection, no program, and not for ever.

This is the process in which uploaded files are decoded: `python -m model_store.decoding.child`, started by
`model_store.decoding.pool`. It ends when its input does, so also when the app is killed.
"""

import codecs
import contextlib
import faulthandler
import io
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import IO, Any

try:
    import resource
except ImportError:  # Windows has no such limits; the app watches (`memory_watch`).
    resource = None  # type: ignore[assignment]

import numpy as np
import pydicom.charset
from PIL import Image, MpoImagePlugin, TiffImagePlugin  # noqa: F401 - JPEG imports the two where it needs them

from model_store.decoding.confinement import allow_few_calls, shut_out_paths
from model_store.decoding.decoder import GIGABYTES, OUT_OF_MEMORY, seconds_for
from model_store.decoding.facts import facts_of
from model_store.decoding.messages import Broken, receive, send
from model_store.film.dicom import read as dicom_read  # noqa: F401 - `load_radiograph` imports it for the first DICOM file
from model_store.film.dicom.study import study_image
from model_store.film.dicom.texts import header_text
from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage

Answer = tuple[dict[str, Any], memoryview]
"""What is said of a file, and the pixels, if any."""

_REFUSED = (
    *("open", "os.", "socket.", "subprocess.", "ctypes.", "shutil.", "tempfile.", "mmap.", "pty.", "pickle."),
    *("winreg.", "_winapi."),
)


def main() -> None:
    """Answer requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the app, whose end ends this.
    # What a library prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _load_everything()
    _lock()
    with contextlib.suppress(Broken, BrokenPipeError):
        send(answers, {"ready": True})
        while True:
            _answer(sys.stdin.buffer, answers)


def _load_everything() -> None:
    """Import whatever is needed later, when nothing can be opened any more."""
    warnings.simplefilter("ignore")
    for name in {*pydicom.charset.python_encoding.values(), "utf-8", "ascii", "latin-1"}:
        codecs.lookup(name)
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = Image.fromarray(np.arange(128 * 128, dtype=np.uint32).astype(np.uint8).reshape(128, 128)).convert("RGB")
    for kind in ("PNG", "JPEG"):
        file = io.BytesIO()
        drawn.save(file, kind, exif=exif)
        load_radiograph(file.getvalue())


def _lock() -> None:
    """Give up what decoding does not need; a limit that the system does not have is passed over."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")  # Where the whole machine runs out of memory, this ends and not the app.
    shut_out_paths()
    limits = {
        "RLIMIT_AS": GIGABYTES * 1024**3,
        **dict.fromkeys(("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE"), 0),
    }
    if not allow_few_calls():
        limits["RLIMIT_NPROC"] = 0  # It refuses threads too, by which JPEG 2000 is decoded faster.
    for name, limit in limits.items() if resource else ():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (limit, limit))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "import":
        raise ImportError("nothing is imported any more")
    if event.startswith(_REFUSED):
        raise PermissionError(event)


def _answer(requests: IO[bytes], answers: IO[bytes]) -> None:
    request = receive(requests)
    data = requests.read(request["length"])
    _limit_time(seconds_for(len(data)))
    try:
        said, pixels = QUESTIONS[request["question"]](data, **request["options"])
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    if resource is None:
        faulthandler.cancel_dump_traceback_later()
    send(answers, {"number": request["number"], **said}, pixels)


def _film(data: bytes, window: int) -> Answer:
    """Return what is said of a file, and the pixels; raises MemoryError, whatever became of that on its way."""
    try:
        film = load_radiograph(data, window=window, sha256="")
    except UnreadableImage as refusal:
        if isinstance(refusal.__cause__, MemoryError):
            raise refusal.__cause__ from None
        return {"sentence": str(refusal), "name": refusal.name}, memoryview(b"")
    except ValueError as error:
        return {"sentence": str(error)}, memoryview(b"")
    pixels = film.pixels
    return {"shape": pixels.shape, "dtype": pixels.dtype.name, "film": facts_of(film)}, pixels.data.cast("B")


def _study(start: bytes, salt: str) -> Answer:
    return {"facts": asdict(study_image(start, salt))}, memoryview(b"")


def _header(data: bytes, keywords: Iterable[str]) -> Answer:
    return {"facts": header_text(data, keywords)}, memoryview(b"")


QUESTIONS: dict[str, Callable[..., Answer]] = {"film": _film, "study": _study, "header": _header}
"""What may be asked of a file."""


def _limit_time(seconds: float) -> None:
    # The app kills what takes too long; this is for a process that has lost its app.
    if resource is None:
        faulthandler.dump_traceback_later(seconds + 1, exit=True)  # By the clock, since it knows no more.
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
