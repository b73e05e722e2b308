"""Does a picture file hold all of its pixels? Pillow fills in what is missing, and says nothing.

A PNG file whose compressed rows end early, between two of them, gets black rows; a JPEG file whose scan ends early,
with an end mark behind, gets grey blocks. Neither happens by accident to a file with its end and valid checksums, so
what costs time is done only where a picture ends as such filling does.
"""

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

_SIGNATURE = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Column and row of the first pixel, and the steps, of each pass of an interlaced picture (PNG specification, 8.2)."""

_GREY = 128
"""What a block of a JPEG becomes without coefficients (ITU-T T.81, A.3.1: the level shift)."""

_FOREIGN = bytes(range(1, 200))


def is_incomplete(image: Image.Image, data: bytes) -> bool:
    """Return whether pixels of a PNG or JPEG picture, loaded from these bytes, are not in them."""
    if image.format == "PNG":
        return _ends_in_zeros(image) and not _holds(data, _bytes_of_rows(data))
    ends_grey = bool(np.all(np.asarray(image.convert("L").crop(_last_block(image))) == _GREY))
    return (ends_grey or "progressive" in image.info) and _scan_ends_early(image, data)


def _ends_in_zeros(image: Image.Image) -> bool:
    # An interlaced picture has its last pass in every second row, so the last two rows tell of both kinds.
    rows = np.asarray(image.crop((0, image.height - 2, image.width, image.height)))
    return not rows[-1].any() or not rows[-2].any()


def _holds(data: bytes, expected: int) -> bool:
    """Return whether the pixel data are at least so many bytes when inflated; none of them is kept."""
    inflate, count, limit = zlib.decompressobj(), 0, 1 << 20
    for part in _pixel_chunks(data):
        while part and count < expected and not inflate.eof:
            count += len(inflate.decompress(part, limit))
            part = inflate.unconsumed_tail
    return count >= expected


def _pixel_chunks(data: bytes) -> Iterator[bytes]:
    offset = _SIGNATURE
    while offset + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, offset)
        if name == b"IDAT":
            yield data[offset + 8 : offset + 8 + length]
        offset += 12 + length


def _bytes_of_rows(data: bytes) -> int:
    """Return how many bytes the pixel data are by the header: each row has one for its filter."""
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    bits = depth * _CHANNELS[colour]
    count = 0
    for column, row, across, down in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - column) // across), -(-(height - row) // down)
        count += rows * (1 + -(-columns * bits // 8)) if columns > 0 else 0
    return count


def _last_block(image: Image.Image) -> tuple[int, int, int, int]:
    left, top = (image.width - 1) // 8 * 8, (image.height - 1) // 8 * 8
    return left, top, image.width, image.height


def _scan_ends_early(image: Image.Image, data: bytes) -> bool:
    """Return whether what follows the scan would be taken for a part of it."""
    end = data.find(b"\xff\xd9", _first_scan(data))
    with Image.open(io.BytesIO(data[:end] + _FOREIGN + data[end:]), formats=("JPEG",)) as longer:
        return not np.array_equal(np.asarray(longer), np.asarray(image))


def _first_scan(data: bytes) -> int:
    """Return the offset of the first scan; before it each segment says how long it is."""
    offset = 2
    while data[offset : offset + 2] != b"\xff\xda" and offset + 4 <= len(data):
        fill = data[offset + 1] == 0xFF
        offset += 1 if fill else 2 + struct.unpack_from(">H", data, offset + 2)[0]
    return offset
