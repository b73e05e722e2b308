"""How is a result that this program has saved told from a film? By a name that every picture of it carries.

A picture of a film with little or no heatmap looks like a film, and would be read as one: with another probability than
it names.
"""

import struct
import zlib

PROGRAM = "X-Ray Reader"
"""What the program calls itself: the manufacturer of its DICOM objects, the software of its PNG files."""

OWN_RESULT = "a result that this program saved"
"""What such a picture is, for the sentence that refuses it."""

SOFTWARE = "Software"
"""Where a PNG file names the program that wrote it: a keyword of the PNG specification, section 11.3.3.2."""

PNG_MARK = f"{PROGRAM}, a result and not a film"
"""What stands there; the name alone another program may have."""

_HEADER_END = 33
"""Bytes of a PNG file's signature and its first chunk, after which others may stand."""


def marked(png: bytes) -> bytes:
    """Return a PNG file that says that it is a result of this program.

    Args:
        png: the bytes of a whole PNG file.
    """
    text = b"tEXt" + f"{SOFTWARE}\0{PNG_MARK}".encode("latin-1")
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return png[:_HEADER_END] + chunk + png[_HEADER_END:]
