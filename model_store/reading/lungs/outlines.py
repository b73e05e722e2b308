"""Where do the lungs and the crop lie in a film's own pixels? As lines to draw, and the patient's sides to write."""

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.film.header.sides import UNSTATED
from model_store.reading.lungs.fields import LungFields

_FINER = 4


def lung_outlines(lungs: LungFields | None, shape: tuple[int, int]) -> list[NDArray[np.float32]]:
    """Return the closed outline of each lung in a film's pixels; none without lungs.

    Args:
        lungs: on the reduced film, which covers the whole of it.
        shape: (height, width) of the film in pixels.

    Returns:
        For each lung (points, 2), float32, x and y; the last point is the first.
    """
    return [line for lung in (lungs.right, lungs.left) for line in mask_outlines(lung, shape)] if lungs else []


def side_labels(lungs: LungFields | None, shape: tuple[int, int]) -> list[tuple[str, float, float]]:
    """Return the patient's sides, "R" and "L", each with its place above the outer edge of its lung; none if unstated.

    Args:
        lungs: on the reduced film, which covers the whole of it; None for no labels.
        shape: (height, width) of the film in pixels.

    Returns:
        For each lung its letter and the x and y of the letter's middle, in the film's pixels.
    """
    if lungs is None or lungs.sides == UNSTATED:
        return []
    height, width = shape
    places = []
    for side, lung, edge in zip(lungs.sides, (lungs.right, lungs.left), (0, -1), strict=True):
        rows, columns = np.flatnonzero(lung.any(axis=1)), np.flatnonzero(lung.any(axis=0))
        x, y = (columns[edge] + 0.5) / lung.shape[1], (rows[0] + 0.5) / lung.shape[0]
        # A letter at the very edge would be cut in half.
        places.append((side[0].upper(), float(np.clip(x, 0.04, 0.96) * width), float(np.clip(y, 0.05, 0.95) * height)))
    return places


def mask_outlines(mask: NDArray[np.bool_], shape: tuple[int, int]) -> list[NDArray[np.float32]]:
    """Return the closed outline of each part of a mask, (points, 2), float32, x and y where `shape` is its whole."""
    # The mask is far coarser than a film: contours of its blurred enlargement have no stairs.
    fine = cv2.resize(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.5), None, fx=_FINER, fy=_FINER)
    contours, _ = cv2.findContours((fine > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    scale = np.array([shape[1] / fine.shape[1], shape[0] / fine.shape[0]], np.float32)
    # A contour runs through the centres of its pixels, which lie half a pixel from their corners.
    closed = [np.concatenate([contour, contour[:1]])[:, 0].astype(np.float32) for contour in contours]
    return [(line + np.float32(0.5)) * scale for line in closed]


def crop_outline(crop: tuple[float, float, float, float], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return the frame of the crop (fractions 0..1) in a film's pixels: (5, 2), float32, x and y, closed."""
    left, top, right, bottom = crop
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], np.float32)
    return np.asarray(corners * np.array([shape[1], shape[0]], np.float32), np.float32)
