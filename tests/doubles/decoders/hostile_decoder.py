"""A decoding process in which files do what a hole in a decoder would let them do; `decoder.CHILD` names it."""

import ctypes
import faulthandler
import mmap
import os
import socket
import subprocess
import time
from pathlib import Path

from model_store.decoding import child, decoder
from model_store.film.refusals import UnreadableImage

FORBIDDEN = {
    "read a file": lambda: Path(__file__).read_bytes(),
    "read a file by the system's own call": lambda: os.open(__file__, os.O_RDONLY),
    "write a file": lambda: Path("/tmp/written-by-a-decoder").write_text("x"),
    "list a folder": lambda: list(Path("/").iterdir()),
    "delete a file": lambda: Path("/tmp/nothing-of-this-name").unlink(missing_ok=True),
    "open a socket": lambda: socket.socket(),
    "start a program": lambda: subprocess.run(["true"]),
    "become a program": lambda: os.execv("/bin/true", ["true"]),
    "fork": lambda: os.fork(),
    "load a library": lambda: ctypes.CDLL(None),
    "import": lambda: __import__("colorsys"),
    "duplicate its input": lambda: os.dup(0),
    "map a file": lambda: mmap.mmap(0, 10),
}
"""What a decoder has no business to do."""

DICOM = bytes(128) + b"DICM"
"""What makes an act look like the header of a film."""

ENVIRONMENT, PROCESS = dict(os.environ), os.getpid()


def done_of_what_is_forbidden() -> list[str]:
    done = []
    for name, act in FORBIDDEN.items():
        try:
            act()
        except (OSError, ImportError, UnreadableImage):
            continue
        done.append(name)
    return done


def said(sentence: object) -> None:
    raise UnreadableImage(str(sentence), "said")


def hoard() -> None:
    try:
        bytearray(4 * 1024**3)
    except MemoryError as error:
        raise UnreadableImage("damaged", "damaged") from error


ACTS = {
    b"hang": lambda: time.sleep(100),
    b"loop": lambda: [None for _ in iter(int, 1)],
    b"crash": faulthandler._read_null,
    b"hoard": hoard,
    b"hoard in passing": lambda: bytearray(4 * 1024**3),
    b"fill": lambda: [bytearray(b"x" * (4 << 20)) for _ in iter(int, 1)],
    b"forbidden": lambda: said(done_of_what_is_forbidden()),
    b"environment": lambda: said(sorted(ENVIRONMENT)),
    b"print": lambda: os.write(1, b'{"number": 1, "sentence": "forged", "name": "forged"}\n'),
    b"process": lambda: said(PROCESS),
}


def hostile(read):
    """Return what reads a file, unless the bytes are the name of an act."""

    def read_or_act(data: bytes, *more, **options):
        if act := ACTS.get(data.removeprefix(DICOM)):
            act()
        return read(data, *more, **options)

    return read_or_act


SECONDS = "SECONDS_OF_PROCESSOR_TIME"
"""A variable that says how much of it a file may take here; the process has its own limit, whatever the app's is."""

if __name__ == "__main__":
    decoder.SECONDS = int(os.environ.get(SECONDS, decoder.SECONDS))
    for name in ("load_radiograph", "study_image", "header_text"):
        setattr(child, name, hostile(getattr(child, name)))
    child.main()
