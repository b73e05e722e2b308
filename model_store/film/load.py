"""What does an uploaded file show? Bytes become a greyscale radiograph, or a sentence that says why not."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from model_store.film.kind.formats import is_dicom, refuse_by_content
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import UnreadableImage, refuse_shape


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
    refuse_by_content(data)
    sha256 = hashlib.sha256(data).hexdigest() if sha256 is None else sha256
    film = _from_dicom(data, window, sha256) if is_dicom(data) else _from_picture(data, sha256)
    offered = film.header.windows if film.header else ()
    if window and not 0 < window < len(offered):
        raise ValueError(f"This file offers no window {window}.")
    refuse_shape(*film.pixels.shape)
    _refuse_blank(film.pixels)
    film.pixels.setflags(write=False)
    return film


def _from_dicom(data: bytes, window: int, sha256: str) -> Radiograph:
    # pydicom takes a third of a second to import, which the screen does not wait for.
    from model_store.film.dicom.read import read_dicom

    return read_dicom(data, window, sha256)


def _from_picture(data: bytes, sha256: str) -> Radiograph:
    # Neither parser is loaded by the app itself, which draws a film to warm up by and reads it here.
    from model_store.film.picture.read import read_picture

    return read_picture(data, sha256)


def _refuse_blank(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    # Every 7th row is enough to tell a film from an empty sheet, and keeps large films fast.
    low, high = np.percentile(pixels[::7], (1, 99))
    if high - low < 0.02 * np.iinfo(pixels.dtype).max and high - low < 0.05 * max(float(high), 1.0):
        raise UnreadableImage(
            "This picture is blank, all of one grey; please choose another export of the radiograph.", "blank"
        )
