"""What does an uploaded file show? Bytes become a greyscale radiograph, or a sentence that says why not."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.grey import inverted
from model_store.header import Header

MAX_BYTES = 100_000_000
"""Largest file that is read, in bytes; an uncompressed 16-bit film of 40 megapixels has 80 million."""

MAX_PIXELS = 40_000_000
"""Largest picture that is decoded; the finest chest detectors in use have about 18 megapixels."""

MIN_SIDE = 64
"""Shortest side in pixels on which ribs can still be told from lung."""

FILM_SIDE = 224
"""Side of the reduced film: the training set keeps every film at 224 x 224 pixels, so nothing finer was ever learnt."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""How a PNG file begins."""

_OTHER_FORMATS = {
    b"GIF8": "a GIF",
    b"BM": "a BMP",
    b"II*\x00": "a TIFF",
    b"MM\x00*": "a TIFF",
    b"8BPS": "a Photoshop",
    b"%!PS": "a PostScript",
    b"%PDF": "a PDF",
    b"RIFF": "a WebP or other RIFF",
    b"PK\x03\x04": "a ZIP or Office",
    b"\0\0\0\x0cjP  ": "a JPEG 2000",
    b"\xff\x4f\xff\x51": "a JPEG 2000",
}
_MEDIA = b"ftyp"
"""At the fifth byte of what phones take; ISO/IEC 14496-12."""


FilmIdentity = tuple[str, int, bool, int]
"""What tells one film from any other: SHA-256 of the file's bytes, quarter turns clockwise, whether it is inverted, and
which of the windows that the file offers it is seen in (0 for the default, and where there is none)."""


class UnreadableImage(ValueError):
    """The bytes are not a picture that can be read; the message is one sentence for the clinician.

    Attributes:
        name: what is wrong, as programs know it, for example "damaged".
    """

    def __init__(self, sentence: str, name: str = "unreadable") -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True, eq=False)
class Radiograph:
    """One greyscale radiograph, as it was stored or as a clinician has corrected it.

    Attributes:
        pixels: (height, width), uint8 or uint16, read-only; larger is whiter.
        sha256: hexadecimal SHA-256 of the file's bytes.
        source_format: "PNG", "JPEG" or "DICOM".
        colour: how far the picture is from grey or one tint, in grey levels of 255, as `colour_of` measures it.
        turn: quarter turns clockwise from the film as it was stored, 0..3.
        is_inverted: whether black and white are exchanged.
        stored: the film as it was stored; None where this is it.
        transfer_syntax: how a DICOM file stores its pixels, the name of its UID; None for other files.
        header: what a DICOM file says of its film; None for other files.
        window: in which of the header's windows the film is seen, 0 for the default.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    sha256: str
    source_format: str
    colour: float = 0.0
    turn: int = 0
    is_inverted: bool = False
    stored: "Radiograph | None" = None
    transfer_syntax: str | None = None
    header: Header | None = None
    window: int = 0

    @property
    def identity(self) -> FilmIdentity:
        """What a result of this film is kept under: a corrected film, or one in another window, is another film."""
        return self.sha256, self.turn, self.is_inverted, self.window

    @property
    def window_name(self) -> str:
        """The window in which the film is seen; "" where the file offers no choice."""
        offered = self.header.windows if self.header else ()
        return offered[self.window] if len(offered) > 1 else ""

    def corrected(self, turn: int = 0, invert: bool = False) -> "Radiograph":
        """Return the film turned or inverted; corrections of a corrected film add up.

        Args:
            turn: further quarter turns clockwise; negative ones turn back.
            invert: whether to exchange black and white within the bits that the film uses.

        Returns:
            A film of the same file; the stored one itself where nothing of the corrections is left.
        """
        # Always from the stored film: what is corrected twice loses nothing, and taking back is exact.
        stored = self.stored or self
        turn, is_inverted = (self.turn + turn) % 4, self.is_inverted != invert
        if not turn and not is_inverted:
            return stored
        pixels = inverted(stored.pixels) if is_inverted else stored.pixels
        # numpy's types forget here which integers these are.
        pixels = cast("NDArray[np.uint8] | NDArray[np.uint16]", np.ascontiguousarray(np.rot90(pixels, -turn)))
        pixels.setflags(write=False)
        return replace(self, pixels=pixels, turn=turn, is_inverted=is_inverted, stored=stored)

    @cached_property
    def reduced(self) -> NDArray[np.float32]:
        """The whole film squashed to (224, 224), float32 in 0..255, as the training set keeps its films."""
        height, width = self.pixels.shape
        shrinks = height >= FILM_SIDE and width >= FILM_SIDE
        interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        film = np.asarray(cv2.resize(self.pixels, (FILM_SIDE, FILM_SIDE), interpolation=interpolation), np.float32)
        if self.pixels.dtype == np.uint16:
            film = film / np.float32(257.0)  # 65535 / 255: a 16-bit film and its 8-bit copy have the same grey values
        film.setflags(write=False)
        return film


def load_radiograph(data: bytes, *, window: int = 0, sha256: str | None = None) -> Radiograph:
    """Read a PNG, JPEG or DICOM file into a greyscale radiograph.

    Colour becomes luminance (ITU-R BT.601), 16-bit grey stays 16-bit, the EXIF orientation is applied and
    transparent parts are laid on black. A DICOM film is seen as its header says, bone white.

    Args:
        data: the bytes of the whole file.
        window: which of the windows that a DICOM file offers, from 0.
        sha256: of the bytes, where somebody else takes it, for it is a good part of reading a large file.

    Returns:
        The radiograph; its `pixels` are (height, width), uint8 or uint16.

    Raises:
        UnreadableImage: with a sentence that says what was expected and what to do.
        ValueError: the file does not offer this window.
    """
    _refuse_by_content(data)
    sha256 = hashlib.sha256(data).hexdigest() if sha256 is None else sha256
    film = _from_dicom(data, window, sha256) if is_dicom(data) else _from_picture(data, sha256)
    offered = film.header.windows if film.header else ()
    if window and not 0 < window < len(offered):
        raise ValueError(f"This file offers no window {window}.")
    _refuse_blank(film.pixels)
    film.pixels.setflags(write=False)
    return film


def is_dicom(data: bytes) -> bool:
    """Return whether bytes are those of a DICOM file, which may lack the 128 bytes before its mark, and the mark.

    Without them it begins with an element of the file's or the object's description (groups 0002 and 0008), whose
    type is two letters, or whose length is short.
    """
    if data[128:132] == b"DICM":
        return True
    little, big = data[:2] in (b"\x02\0", b"\x08\0"), data[:2] == b"\0\x08"
    is_typed = data[4:6].isalpha() and data[4:6].isupper()
    is_short = little and int.from_bytes(data[4:8], "little") <= 256
    return len(data) > 132 and (is_short or (is_typed and (little or big)))


def _from_dicom(data: bytes, window: int, sha256: str) -> Radiograph:
    # pydicom takes a third of a second to import, which the screen does not wait for.
    from model_store.dicom import read_dicom

    return read_dicom(data, window, sha256)


def _from_picture(data: bytes, sha256: str) -> Radiograph:
    from model_store.picture_file import read_picture  # It makes radiographs, so it cannot be imported before them.

    return read_picture(data, sha256)


def _refuse_by_content(data: bytes) -> None:
    if not data:
        raise UnreadableImage("This file is empty; please choose a radiograph in PNG, JPEG or DICOM format.", "empty")
    if len(data) > MAX_BYTES:
        raise UnreadableImage(
            f"This file is larger than {MAX_BYTES // 1_000_000} MB; please export the radiograph at its normal size.",
            "too large",
        )
    if is_dicom(data):
        return
    if data.startswith(PNG_SIGNATURE) and b"\0\0\0\0" in (data[16:20], data[20:24]):
        raise UnreadableImage(
            "This picture has no pixels, 0 x 0; please export the radiograph again as PNG or JPEG.", "no pixels"
        )
    if data.startswith((PNG_SIGNATURE, b"\xff\xd8\xff")):
        return
    known = (name for magic, name in _OTHER_FORMATS.items() if data.startswith(magic))
    kind = "a HEIC, AVIF or video" if data[4:8] == _MEDIA else next(known, None)
    if kind:
        raise UnreadableImage(
            f"This is {kind} file; please export the radiograph as PNG, JPEG or DICOM.", "other format"
        )
    raise UnreadableImage(
        "This file is not a picture; please choose a radiograph in PNG, JPEG or DICOM format.", "not a picture"
    )


def refuse_size(width: int, height: int) -> None:
    """Let pass what may be decoded; raises UnreadableImage for a picture of too many pixels, or too few, or none."""
    if not width or not height:
        raise UnreadableImage("This picture has no pixels; please export the radiograph again.", "no pixels")
    if width * height > MAX_PIXELS:
        raise too_large()
    if min(width, height) < MIN_SIDE:
        raise UnreadableImage(
            f"This picture has {width} x {height} pixels, too few to read; "
            f"please use a radiograph of at least {MIN_SIDE} x {MIN_SIDE}.",
            "too small",
        )


def too_large() -> UnreadableImage:
    """Return what is said of a picture of more pixels than are decoded."""
    return UnreadableImage(
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels, more than any chest radiograph; "
        "please export the radiograph at its normal size.",
        "too large",
    )


def _refuse_blank(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    # Every 7th row is enough to tell a film from an empty sheet, and keeps large films fast.
    low, high = np.percentile(pixels[::7], (1, 99))
    if high - low < 0.02 * np.iinfo(pixels.dtype).max and high - low < 0.05 * max(float(high), 1.0):
        raise UnreadableImage(
            "This picture is blank, all of one grey; please choose another export of the radiograph.", "blank"
        )
