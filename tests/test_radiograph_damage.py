"""May a damaged or hostile file crash, hang, fill memory, or be read as other pixels? It must not."""

import hashlib
import json
import subprocess
import sys
import time
import warnings
import zlib

import numpy as np
import phantom
import pytest
from picture_files import DAMAGED, SMALL, chunk, chunks_of, encoded, png_of_film, png_of_size
from PIL import Image

from model_store.radiograph import UnreadableImage, load_radiograph

BOMBS = """
import json, resource, sys, time, warnings
from model_store.radiograph import UnreadableImage, load_radiograph
warnings.simplefilter("ignore")
result = []
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    try:
        load_radiograph(data)
        refused = False
    except UnreadableImage:
        refused = True
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    result.append({"refused": refused, "seconds": time.perf_counter() - started, "kilobytes": grown})
print(json.dumps(result))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted in kilobytes on Linux only")
def test_bombs_cost_nothing(tmp_path, request):
    """In a process of its own, where no earlier peak hides a new one."""
    files = {
        "12000": png_of_size(12_000, 12_000),
        "30000": png_of_size(30_000, 30_000),
        "rows": png_of_size(100, 100, rows=bytes(300_000_000)),
        "text": png_of_film(before=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(300_000_000), 9))),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", BOMBS, *(tmp_path / name for name in files)],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        check=True,
    )
    results = dict(zip(files, json.loads(done.stdout), strict=True))
    for name, result in results.items():
        assert result["refused"], name
        assert result["seconds"] < 1, name
        assert result["kilobytes"] < 50_000, name


@pytest.mark.parametrize("kind", ["PNG", "16-bit PNG", "palette PNG", "JPEG", "JPEG with EXIF"])
def test_damaged_files_are_read_or_refused(kind):
    """Two hundred damaged copies of each kind: bits flipped, parts cut out, repeated or overwritten."""
    chest = phantom.Chest(width=96, height=80)
    palette = Image.fromarray(phantom.chest_film(chest)).convert("P")
    original = {
        "PNG": phantom.png(chest),
        "16-bit PNG": phantom.png_16_bit(chest),
        "palette PNG": encoded(palette, transparency=3),
        "JPEG": phantom.jpeg(chest),
        "JPEG with EXIF": phantom.jpeg_rotated(chest),
    }[kind]
    rng = np.random.default_rng(sum(kind.encode()))
    outcomes = {"read": 0, "refused": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in the app, where Pillow's warnings stop nothing
        for _ in range(200):
            data = damaged(original, rng)
            started = time.perf_counter()
            try:
                read = load_radiograph(data)
            except UnreadableImage as refusal:
                assert str(refusal).endswith(".")
                outcomes["refused"] += 1
            else:
                assert read.sha256 == hashlib.sha256(data).hexdigest()
                assert read.pixels.ndim == 2
                assert read.pixels.dtype in (np.uint8, np.uint16)
                assert np.isfinite(read.reduced).all()
                outcomes["read"] += 1
            assert time.perf_counter() - started < 5
    assert outcomes["refused"] > 20, outcomes


def damaged(original, rng):
    """Return a copy with one to three damages; half of them lie in the first 200 bytes, where the structure is."""
    data = bytearray(original)
    for _ in range(rng.integers(1, 4)):
        end = len(data) if rng.random() < 0.5 else min(200, len(data))
        place = int(rng.integers(0, end))
        match rng.integers(0, 5):
            case 0:
                data[place] ^= 1 << int(rng.integers(0, 8))
            case 1:
                del data[place:]
            case 2:
                del data[place : place + int(rng.integers(1, 50))]
            case 3:
                data[place:place] = data[place : place + int(rng.integers(1, 200))]
            case 4:
                data[place : place + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
        if not data:
            break
    return bytes(data)


def test_a_damaged_png_is_never_read_as_other_pixels():
    """Behind the first chunks every byte of a PNG file is under a checksum."""
    data = phantom.png(SMALL)
    start = next(offset for offset, name, _ in chunks_of(data) if name == b"IDAT")
    rng = np.random.default_rng(8)
    for place in rng.integers(start, len(data) - 4, 150):
        flipped = bytearray(data)
        flipped[place] ^= 1 << int(rng.integers(0, 8))
        with pytest.raises(UnreadableImage, match=DAMAGED):
            load_radiograph(bytes(flipped))
