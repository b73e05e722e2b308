"""What does the network see of a film? One function prepares for training and for reading; its inverse maps back."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.lungs.fields import LungFields

INPUT_SIDE = 224
"""Side of a crop, in pixels; a network may read it at another one."""

CELL = 16
"""Distance of the network's cells in pixels of its input, whose side is 16 k + 1."""

CROP_MARGIN = 0.06
"""Margin round both lungs, as a share of the box's sides."""

PREPARATION = "lung-crop-1"
"""Version of this preparation; it is part of every card and of the key of every cached crop."""


@dataclass(frozen=True, eq=False)
class ModelInput:
    """What the network sees.

    Attributes:
        pixels: (224, 224), uint8; black and white are the 1st and 99th percentile inside the lungs.
        crop: left, top, right, bottom of the part of the film that is seen, as fractions 0..1 of its sides.
    """

    pixels: NDArray[np.uint8]
    crop: tuple[float, float, float, float]


def to_model_input(film: NDArray[np.float32], lungs: LungFields | None) -> ModelInput:
    """Crop a film to its lungs, even the exposure inside them, and bring it to the network's size.

    Args:
        film: (224, 224), float32 in 0..255, as `Radiograph.reduced`.
        lungs: the outlines on the same film; None to take the whole film, as a clinician may decide.
    """
    side_y, side_x = film.shape
    left, top, right, bottom = _with_margin(lungs.box() if lungs else (0, 0, 1, 1), (side_x, side_y))
    low, high = np.percentile(film[lungs.mask] if lungs else film, (1, 99))
    crop = (film[top:bottom, left:right] - low) * (255.0 / max(high - low, 1e-6))
    sized = cv2.resize(np.clip(crop, 0, 255), (INPUT_SIDE, INPUT_SIDE), interpolation=cv2.INTER_LINEAR)
    pixels = np.rint(sized).astype(np.uint8)
    pixels.setflags(write=False)
    return ModelInput(pixels=pixels, crop=(left / side_x, top / side_y, right / side_x, bottom / side_y))


def at_side(crop: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return a crop, (224, 224), uint8, as a network of another side sees it: shrunk by area to (side, side)."""
    if side == len(crop):
        return crop
    shrunk = cv2.INTER_AREA if side < len(crop) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(crop, (side, side), interpolation=shrunk), np.uint8)


def lung_cells(inside: NDArray[np.generic], side: int) -> NDArray[np.float32]:
    """Return how far each of the network's cells is lung, (cells, cells), float32 in 0..1.

    Cell i is `CELL` pixels wide round pixel `CELL` * i. One that is half lung or less has 0, and so does not count, one
    that is all lung 1: what lies beside the lungs, as the mediastinum, is not to decide.

    Args:
        inside: (height, width), bool, or float32 in 0..1, where the lungs are in the crop.
        side: of the network's input, `CELL` * k + 1 pixels.
    """
    mask = cv2.resize(inside.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    # An odd box has the cell's pixel in its middle; at the border it is reflected, as only its inner half is there.
    share = cv2.blur(mask, (CELL + 1, CELL + 1), borderType=cv2.BORDER_REFLECT_101)[::CELL, ::CELL]
    return np.asarray(np.clip(2 * share - 1, 0, 1), np.float32)


def enlarged(heatmap: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Lay a map of cells on the pixels of what it covers, between its cells by bilinear interpolation.

    The corners are aligned: the first cell lies on the first pixel and the last one on the last, as the network sees
    them on sides of `CELL` * k + 1 pixels. `cv2.resize` would lay every cell up to half a cell too far to the middle.

    Args:
        heatmap: (rows, columns), float32.
        shape: (height, width) in pixels.
    """
    down, across = (_hats(cells, size) for cells, size in zip(heatmap.shape, shape, strict=True))
    return np.asarray(down @ heatmap @ across.T, np.float32)


def _hats(cells: int, size: int) -> NDArray[np.float32]:
    """Return (size, cells), by how much each cell weighs at each pixel."""
    places = np.linspace(0, cells - 1, size, dtype=np.float32)[:, None]
    return np.asarray(np.clip(1 - np.abs(places - np.arange(cells, dtype=np.float32)), 0, 1), np.float32)


def to_film(
    heatmap: NDArray[np.float32], crop: tuple[float, float, float, float], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Lay a map of the crop on the whole film: the inverse of the crop.

    Args:
        heatmap: (rows, columns), float32 in 0..1, covering the crop.
        crop: left, top, right, bottom as fractions 0..1, as in `ModelInput.crop`.
        shape: (height, width) of the film in pixels.

    Returns:
        (height, width), float32 in 0..1, zero outside the crop; its greatest value is that of `heatmap`.
    """
    height, width = shape
    left, right = _span(crop[0], crop[2], width)
    top, bottom = _span(crop[1], crop[3], height)
    laid = np.zeros(shape, np.float32)
    laid[top:bottom, left:right] = enlarged(heatmap, (bottom - top, right - left))
    # No pixel's centre need fall on the centre of the greatest cell, so interpolation alone can lower the peak.
    if (peak := float(laid.max())) > 0:
        laid *= np.float32(float(heatmap.max()) / peak)
    return laid


def lungs_in_crop(lungs: LungFields | None, crop: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Return where the lungs are in what the network sees: (224, 224), bool.

    Args:
        lungs: the outlines on the reduced film; None where there are none.
        crop: left, top, right, bottom as fractions 0..1, as in `ModelInput.crop`.
    """
    if lungs is None:
        return np.zeros((INPUT_SIDE, INPUT_SIDE), bool)
    height, width = lungs.mask.shape
    left, right = _span(crop[0], crop[2], width)
    top, bottom = _span(crop[1], crop[3], height)
    inside = lungs.mask[top:bottom, left:right].astype(np.float32)
    return np.asarray(cv2.resize(inside, (INPUT_SIDE, INPUT_SIDE), interpolation=cv2.INTER_LINEAR) > 0.5)


def _span(start: float, end: float, size: int) -> tuple[int, int]:
    """Return the pixels of a span of fractions; at least one, however thin the film."""
    first = min(round(start * size), size - 1)
    return first, max(round(end * size), first + 1)


def _with_margin(box: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    margin_x, margin_y = CROP_MARGIN * (right - left), CROP_MARGIN * (bottom - top)
    width, height = size
    return (
        max(round((left - margin_x) * width), 0),
        max(round((top - margin_y) * height), 0),
        min(round((right + margin_x) * width), width),
        min(round((bottom + margin_y) * height), height),
    )
