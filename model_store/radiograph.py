"""What does an uploaded file show? Bytes become a greyscale radiograph, or a sentence that says why not."""

import hashlib
import io
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from model_store.grey import colour_of, grey_of, inverted
from model_store.missing_pixels import is_incomplete

MAX_BYTES = 100_000_000
"""Largest file that is read, in bytes; an uncompressed 16-bit film of 40 megapixels has 80 million."""

MAX_PIXELS = 40_000_000
"""Largest picture that is decoded; the finest chest detectors in use have about 18 megapixels."""

MIN_SIDE = 64
"""Shortest side in pixels on which ribs can still be told from lung."""

FILM_SIDE = 224
"""Side of the reduced film: the training set keeps every film at 224 x 224 pixels, so nothing finer was ever learnt."""

_PNG = b"\x89PNG\r\n\x1a\n"

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
}


FilmIdentity = tuple[str, int, bool]
"""What tells one film from any other: SHA-256 of the file's bytes, quarter turns clockwise, whether it is inverted."""


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
        source_format: "PNG" or "JPEG".
        colour: how far the picture is from grey or one tint, in grey levels of 255, as `colour_of` measures it.
        turn: quarter turns clockwise from the film as it was stored, 0..3.
        is_inverted: whether black and white are exchanged.
        stored: the film as it was stored; None where this is it.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    sha256: str
    source_format: str
    colour: float = 0.0
    turn: int = 0
    is_inverted: bool = False
    stored: "Radiograph | None" = None

    @property
    def identity(self) -> FilmIdentity:
        """What a result of this film is kept under: a corrected film is another film."""
        return self.sha256, self.turn, self.is_inverted

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


def load_radiograph(data: bytes) -> Radiograph:
    """Read a PNG or JPEG file into a greyscale radiograph.

    Colour becomes luminance (ITU-R BT.601), 16-bit grey stays 16-bit, the EXIF orientation is applied and
    transparent parts are laid on black.

    Args:
        data: the bytes of the whole file.

    Returns:
        The radiograph; its `pixels` are (height, width), uint8 or uint16.

    Raises:
        UnreadableImage: with a sentence that says what was expected and what to do.
    """
    _refuse_by_content(data)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            _refuse_by_header(image)
            source_format = "JPEG" if image.format in ("JPEG", "MPO") else "PNG"
            if source_format == "PNG":
                _verify_checksums(data)
            image.load()
            if is_incomplete(image, data):
                raise EOFError("pixels are missing")
            upright = ImageOps.exif_transpose(image)
            colour, pixels = colour_of(upright), grey_of(upright)
    except UnreadableImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImage(_too_large_sentence(), "too large") from error
    except Exception as error:  # Decoders raise whatever a damaged file leads them to, from struct.error to KeyError.
        raise UnreadableImage(
            "This picture file is damaged or incomplete; please export the radiograph again as PNG or JPEG.", "damaged"
        ) from error
    _refuse_blank(pixels)
    pixels.setflags(write=False)
    return Radiograph(
        pixels=pixels, sha256=hashlib.sha256(data).hexdigest(), source_format=source_format, colour=colour
    )


def _refuse_by_content(data: bytes) -> None:
    if not data:
        raise UnreadableImage("This file is empty; please choose a radiograph in PNG or JPEG format.", "empty")
    if len(data) > MAX_BYTES:
        raise UnreadableImage(
            f"This file is larger than {MAX_BYTES // 1_000_000} MB; please export the radiograph as PNG or JPEG.",
            "too large",
        )
    if data[128:132] == b"DICM":
        raise UnreadableImage(
            "This is a DICOM file, which this version does not read yet; "
            "please export the radiograph from its viewer as PNG or JPEG.",
            "DICOM",
        )
    if data.startswith(_PNG) and b"\0\0\0\0" in (data[16:20], data[20:24]):
        raise UnreadableImage(
            "This picture has no pixels, 0 x 0; please export the radiograph again as PNG or JPEG.", "no pixels"
        )
    if data.startswith((_PNG, b"\xff\xd8\xff")):
        return
    kind = next((name for magic, name in _OTHER_FORMATS.items() if data.startswith(magic)), None)
    if kind:
        raise UnreadableImage(f"This is {kind} file; please export the radiograph as PNG or JPEG.", "other format")
    raise UnreadableImage(
        "This file is not a picture; please choose a radiograph in PNG or JPEG format.", "not a picture"
    )


def _refuse_by_header(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableImage(_too_large_sentence(), "too large")
    if getattr(image, "is_animated", False):
        kind = "several pages or pictures" if image.format == "MPO" else "an animation"
        raise UnreadableImage(
            f"This file holds {kind}; please export the one frontal radiograph as a single picture.", "several pictures"
        )
    if min(image.size) < MIN_SIDE:
        raise UnreadableImage(
            f"This picture has {image.width} x {image.height} pixels, too few to read; "
            f"please use a radiograph of at least {MIN_SIDE} x {MIN_SIDE}.",
            "too small",
        )


def _verify_checksums(data: bytes) -> None:
    # Decoding stops at the last row and passes over the checksums of the pixel data.
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        image.verify()


def _too_large_sentence() -> str:
    return (
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels, more than any chest radiograph; "
        "please export the radiograph at its normal size."
    )


def _refuse_blank(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    # Every 7th row is enough to tell a film from an empty sheet, and keeps large films fast.
    low, high = np.percentile(pixels[::7], (1, 99))
    if high - low < 0.02 * np.iinfo(pixels.dtype).max and high - low < 0.05 * max(float(high), 1.0):
        raise UnreadableImage(
            "This picture is blank, all of one grey; please choose another export of the radiograph.", "blank"
        )
