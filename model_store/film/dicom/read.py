"""What film does a DICOM file hold? Its kind, its sizes, its pixels and its header, each asked in turn."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from model_store.film.dicom.file import damaged, parsed, silent
from model_store.film.dicom.fitting import WHOLE_RANGE, fitting
from model_store.film.dicom.grey import Grey, shown, windows_of
from model_store.film.dicom.header.header import aspect_of, header_of
from model_store.film.dicom.kinds import refuse_other_kinds
from model_store.film.dicom.pixels import stored_pixels
from model_store.film.dicom.values import text
from model_store.film.grey import colour_of, grey_of
from model_store.film.radiograph import Radiograph
from model_store.film.refusals import UnreadableImage, refuse_size


def read_dicom(data: bytes, window: int, sha256: str) -> Radiograph:
    """Read a DICOM file of one radiograph.

    Args:
        data: the bytes of the whole file.
        window: which of the windows that fit it, from 0; the last one is the whole range of its values.
        sha256: of the bytes.

    Raises:
        UnreadableImage: with a sentence that says what it is, or what is wrong, and what to do.
    """
    with silent():
        try:
            return _read(data, window, sha256)
        except UnreadableImage:
            raise
        except Exception as error:  # Whatever a damaged file leads pydicom and its decoders to.
            raise damaged() from error


def _read(data: bytes, window: int, sha256: str) -> Radiograph:
    dataset = parsed(data)
    refuse_other_kinds(dataset)
    stored = stored_pixels(dataset)
    windows: list[str] = []
    unfit: tuple[str, ...] = ()
    colour = 0.0
    if stored.ndim == 3 or text(dataset, "PhotometricInterpretation") == "PALETTE COLOR":
        picture = _in_colour(stored, dataset)
        colour, pixels = colour_of(picture), grey_of(picture)
    else:
        fit, unfit = fitting(windows_of(dataset), stored, dataset)
        windows = [*(offered.name for offered in fit), WHOLE_RANGE]
        pixels = shown(stored, dataset, fit[window] if 0 <= window < len(fit) else None)
    return Radiograph(
        pixels=_with_square_pixels(pixels, aspect_of(dataset)),
        sha256=sha256,
        source_format="DICOM",
        colour=colour,
        transfer_syntax=dataset.file_meta.TransferSyntaxUID.name,
        header=header_of(dataset, windows, unfit),
        window=window,
    )


def _in_colour(stored: NDArray[np.generic], dataset: Dataset) -> Image.Image:
    colours = stored if stored.ndim == 3 else apply_color_lut(stored, dataset)
    if colours.dtype != np.uint8:
        # The tables of a palette have 16 bits, whatever the indices into them have; some have 8 bits in 16 (PS3.3
        # C.7.6.3.1.6).
        bits = (16 if colours.max() > 255 else 8) if stored.ndim == 2 else int(dataset.BitsStored)
        colours = np.right_shift(np.asarray(colours, np.uint16), bits - 8).astype(np.uint8)
    return Image.fromarray(colours)


def _with_square_pixels(pixels: Grey, aspect: float) -> Grey:
    if aspect == 1:
        return pixels
    height, width = pixels.shape
    size = (width, round(height * aspect)) if aspect > 1 else (round(width / aspect), height)
    refuse_size(*size)
    # numpy's types forget here which integers these are.
    return cast(Grey, cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR))
