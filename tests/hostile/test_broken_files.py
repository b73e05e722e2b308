"""Is each way in which a file is structurally broken told in its own words, and does a bomb cost nothing?"""

import json
import os
import subprocess
import sys
import zlib
from functools import cache

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset

from model_store.decoding.pool import decode
from model_store.film.refusals import UnreadableImage
from tests.doubles.films import dicom_files, phantom
from tests.doubles.films.dicom_files import DEFLATED, EXPLICIT, deflated, file_of, meta_of, written
from tests.doubles.films.picture_files import FILM, SMALL, chunk, chunks_of, encoded, png_of_film, png_of_size

OTHER = Image.fromarray(255 - FILM)


def wrong_checksum() -> bytes:
    data = bytearray(phantom.png(SMALL))
    at, length = next((at, length) for at, name, length in chunks_of(bytes(data)) if name == b"IDAT")
    data[at + 8 + length] ^= 1
    return bytes(data)


def nested(depth: int) -> bytes:
    """Write a film with sequences within sequences by hand: pydicom itself could not."""
    small = written(FILM)
    begin = b"\x08\0\x15\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\0\xe0\xff\xff\xff\xff"
    end = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    head = meta_of(EXPLICIT)
    return head + begin * depth + end * depth + small[len(head) :]


def directory() -> bytes:
    records = Dataset()
    records.SOPClassUID = "1.2.840.10008.1.3.10"
    records.FileSetID = "DISC"
    records.DirectoryRecordSequence = []
    return file_of(records)


def without_pixels() -> bytes:
    dataset = dicom_files.dataset_of(FILM)
    del dataset.PixelData
    return file_of(dataset)


BROKEN = {
    "empty": (b"", "is empty"),
    "truncated": (phantom.png(SMALL)[:9000], "cut off at its end"),
    "wrong checksum": (wrong_checksum(), "damaged or incomplete"),
    "0 x 0": (png_of_size(0, 0), "has no pixels, 0 x 0"),
    "1 x 1": (encoded(Image.new("L", (1, 1))), "has 1 x 1 pixels, too few"),
    "animated": (encoded(FILM, save_all=True, append_images=[OTHER]), "holds an animation"),
    "several pages": (encoded(FILM, "MPO", save_all=True, append_images=[OTHER]), "holds several pages or pictures"),
    "PSD": (b"8BPS\x00\x01" + bytes(200), "is a Photoshop file"),
    "EPS": (encoded(FILM, "EPS"), "is a PostScript file"),
    "GIF": (encoded(FILM, "GIF"), "is a GIF file"),
    "DICOMDIR": (directory(), "is a DICOMDIR"),
    "DICOM without pixels": (without_pixels(), "DICOM file holds no picture"),
    "several frames": (written(FILM, NumberOfFrames=3), "holds a series of 3 pictures"),
    "300 nested sequences": (nested(300), "lists within lists without end"),
    "5,000 nested sequences": (nested(5000), "lists within lists without end"),
    "rows that do not match": (written(FILM, Rows=FILM.shape[0] + 1), "does not match its pixels"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_told(case):
    data, sentence = BROKEN[case]
    with pytest.raises(UnreadableImage, match=f"^Th[^\n]*{sentence}[^\n]*please[^\n]*\\.$"):
        decode(data)


def test_each_case_has_words_of_its_own():
    words = {sentence for _, sentence in BROKEN.values()}
    assert len(words) == len(BROKEN) - 1  # Of the two that are nested, one is only deeper.


BOMBS = """
import json, resource, sys, time, warnings
from model_store.film.refusals import UnreadableImage
from {module} import {reader} as read
warnings.simplefilter("ignore")
result = []
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    before, seconds = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, []
    for _ in range(3):  # The shortest counts, since others may use the machine.
        started = time.perf_counter()
        try:
            read(data)
            name = "read"
        except UnreadableImage as refusal:
            name = refusal.name
        seconds.append(time.perf_counter() - started)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    result.append({{"name": name, "seconds": min(seconds), "kilobytes": grown}})
print(json.dumps(result))
"""


@cache
def bombs():
    """Files that would fill the memory, and what each is refused as."""
    deep, head = np.uint16(FILM) * 16, {"Rows": 65_535, "Columns": 65_535}
    return {
        "12000": (png_of_size(12_000, 12_000), "too large"),
        "30000": (png_of_size(30_000, 30_000), "too large"),
        "rows": (png_of_size(100, 100, rows=bytes(300_000_000)), "blank"),
        "text": (png_of_film(before=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(300_000_000), 9))), "damaged"),
        "deflated": (deflated(meta_of(DEFLATED), bytes(600_000_000)), "too large"),
        "65535": (written(FILM, **head), "too large"),
        "65535 deflated": (written(FILM, DEFLATED, **head), "too large"),
        **{
            f"65535 {name}": (written(deep, syntax, bits=12, **head), "too large")
            for name, syntax in dicom_files.NATIVE.items()
            if name != "deflated"
        },
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted in kilobytes on Linux only")
@pytest.mark.parametrize(("module", "reader"), [("film.load", "load_radiograph"), ("decoding.pool", "decode")])
def test_bombs_cost_nothing_where_they_are_read_nor_in_the_app(tmp_path, request, module, reader):
    """In a process of its own, where no earlier peak hides a new one."""
    films = {"film": (phantom.png(SMALL), "read"), "DICOM film": (written(FILM), "read")}
    files = films | bombs()
    for name, (data, _) in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", BOMBS.format(module=f"model_store.{module}", reader=reader), *files],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(request.config.rootpath)},
        capture_output=True,
        text=True,
        check=True,
    )
    for name, result in zip(files, json.loads(done.stdout), strict=True):
        assert result["name"] == files[name][1], name
        if name not in films:  # The first of each loads what reads it.
            assert result["seconds"] < 1, (name, result)
            assert result["kilobytes"] < 50_000, (name, result)
