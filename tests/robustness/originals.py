"""Which files are damaged to see what becomes of them? Drawn chests in every kind of file, and their parts."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image
from pydicom import dcmread
from pydicom.dataelem import RawDataElement

from tests.doubles.films import phantom

CHEST = phantom.Chest(width=128, height=104)
_LONG = frozenset({"OB", "OW", "SQ", "UN", "UT", "OF", "OD", "OL", "UC", "UR"})
"""Value representations whose length has 4 bytes in explicit syntaxes, behind 2 that are reserved: PS3.5, 7.1.2."""


@dataclass(frozen=True)
class Part:
    """A chunk of a PNG file, a segment of a JPEG file or an element of a DICOM file.

    Attributes:
        start: its offset.
        end: the offset behind it.
        length_at: the offset of its length.
        length_size: bytes of its length.
    """

    start: int
    end: int
    length_at: int
    length_size: int


@dataclass(frozen=True)
class Original:
    """A whole file.

    Attributes:
        kind: "PNG", "JPEG" or "DICOM".
        name: what is special about it.
        data: its bytes.
        parts: where its parts lie.
    """

    kind: str
    name: str
    data: bytes
    parts: tuple[Part, ...]


def originals() -> list[Original]:
    """Draw and write all of them."""
    return [*_pngs(), *_jpegs(), *_dicoms()]


def png_parts(data: bytes) -> Iterator[Part]:
    """Yield the chunks of a PNG file, checksums included."""
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield Part(at, at + 12 + length, at, 4)
        at += 12 + length


def jpeg_parts(data: bytes) -> Iterator[Part]:
    """Yield the segments of a JPEG file up to its first scan."""
    at = 2
    while data[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, at + 2)
        yield Part(at, at + 2 + length, at + 2, 2)
        at += 2 + length


def dicom_parts(data: bytes) -> Iterator[Part]:
    """Yield the elements of a DICOM file behind its meta information; none of one that is deflated."""
    dataset = dcmread(io.BytesIO(data))
    if dataset.file_meta.TransferSyntaxUID.name.startswith("Deflated"):
        return
    implicit = dataset.original_encoding[0]
    raw = [each for each in dataset.elements() if isinstance(each, RawDataElement)]
    at = [_start_of(each, bool(implicit)) for each in raw]
    for element, start, end in zip(raw, at, [*at[1:], len(data)], strict=True):
        size = 4 if implicit or element.VR in _LONG else 2
        yield Part(start, end, element.value_tell - size, size)


def _start_of(element: RawDataElement, implicit: bool) -> int:
    return element.value_tell - (12 if not implicit and element.VR in _LONG else 8)


def _pngs() -> Iterator[Original]:
    film = Image.fromarray(phantom.chest_film(CHEST))
    files = {
        "8 bits": phantom.png(CHEST),
        "16 bits": phantom.png_16_bit(CHEST),
        "colour": phantom.png_colour(CHEST),
        "palette": _encoded(film.convert("P"), "PNG", transparency=3),
        "black and white": _encoded(film.convert("1"), "PNG"),
    }
    for name, data in files.items():
        yield Original("PNG", name, data, tuple(png_parts(data)))


def _jpegs() -> Iterator[Original]:
    film = Image.fromarray(phantom.chest_film(CHEST))
    files = {
        "grey": phantom.jpeg(CHEST),
        "lying": phantom.jpeg_rotated(CHEST),
        "colour": _encoded(film.convert("RGB"), "JPEG"),
        "progressive": _encoded(film, "JPEG", progressive=True),
        "CMYK": _encoded(film.convert("CMYK"), "JPEG"),
    }
    for name, data in files.items():
        yield Original("JPEG", name, data, tuple(jpeg_parts(data)))


def _dicoms() -> Iterator[Original]:
    from tests.doubles.films import dicom_files

    film = phantom.chest_film(CHEST)
    deep = film.astype(np.uint16) * 16
    attributes = {
        "WindowCenter": [2000, 1500],
        "WindowWidth": [4000, 3000],
        "PatientAge": "003Y",
        "BodyPartExamined": "CHEST",
        "ViewPosition": "AP",
        "ImagerPixelSpacing": [0.15, 0.15],
        "RescaleSlope": 1,
        "RescaleIntercept": 0,
    }
    for name, syntax in {**dicom_files.NATIVE, **dicom_files.COMPRESSED}.items():
        shallow = name == "JPEG baseline"
        pixels = film if shallow else deep
        data = dicom_files.written(pixels, syntax, bits=8 if shallow else 12, **({} if shallow else attributes))
        yield Original("DICOM", name, data, tuple(dicom_parts(data)))


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
