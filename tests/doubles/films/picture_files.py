"""Picture files for tests of the reader: the phantom's film in any kind, and PNG files put together chunk by chunk."""

import io
import struct
import zlib

from PIL import Image

from tests.doubles.films import phantom

SMALL = phantom.Chest(width=320, height=256)
FILM = phantom.chest_film(SMALL)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
DAMAGED = "(damaged or incomplete|cut off at its end); please export the radiograph again"


def encoded(image, kind="PNG", **options):
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, kind, **options)
    return file.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of_size(width, height, *, before=b"", after=b"", rows=b"\0"):
    """Write a grey PNG file by hand; whatever is said in the header, it holds only `rows`."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return SIGNATURE + header + before + chunk(b"IDAT", zlib.compress(rows)) + after + chunk(b"IEND", b"")


def png_of_film(**extra):
    return png_of_size(FILM.shape[1], FILM.shape[0], rows=b"".join(b"\0" + row.tobytes() for row in FILM), **extra)


def chunks_of(data):
    """Yield (offset, name, length) of each chunk of a PNG file."""
    offset = len(SIGNATURE)
    while offset < len(data):
        (length,) = struct.unpack(">I", data[offset : offset + 4])
        yield offset, data[offset + 4 : offset + 8], length
        offset += 12 + length
