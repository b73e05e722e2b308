"""May a damaged file crash, hang, or be read as other pixels? It must not."""

import hashlib
import time
import warnings

import numpy as np
import pytest
from PIL import Image

from model_store.film.load import load_radiograph
from model_store.film.refusals import UnreadableImage
from tests.doubles.films import phantom
from tests.doubles.films.picture_files import DAMAGED, SMALL, chunks_of, encoded


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
