"""What of a film is a result about? What the map highlights on a suspected film, else the whole film; as outlines."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.lungs.outlines import crop_outline, mask_outlines
from model_store.reading.maps.deletion import highlighted_region
from model_store.reading.preparation import lungs_in_crop
from model_store.reading.results import Explanation, Reading

Line = NDArray[np.float32]

HIGHLIGHTED = "What the heatmap highlights"
WHOLE_FILM = "Whole film"

_STEP = 0.002
"""How far an outline may be drawn from where it lies, as a share of the film's sides; an eye sees no less."""


_NO_RECTANGLE = 5
"""Corners: OHIF 3.12 draws a line of four or five points as the box round it, so that fewer get points between them."""


def regions_of(reading: Reading, explanation: Explanation) -> list[tuple[str, Line]]:
    """Return what a result is about, the largest part first; at least one.

    Highlighted is what the deletion test takes away: where the map is at least half of its peak, held between two
    shares of the lungs.

    Args:
        reading: the result.
        explanation: the map that is shown with it.

    Returns:
        What each part is called, and its closed outline: (points, 2), float32, x and y as shares 0..1 of the sides of
        the film as it was read; the last point is the first.
    """
    lines = highlighted_lines(explanation) if reading.prediction.answer == "suspected" else []
    return [(HIGHLIGHTED, line) for line in lines] or [(WHOLE_FILM, crop_outline((0, 0, 1, 1), (1, 1)))]


def highlighted_lines(explanation: Explanation) -> list[Line]:
    """Return the closed outline of each part that a map highlights, as `regions_of` does; none without lungs."""
    if explanation.is_empty or explanation.lungs is None:
        return []
    mask = highlighted_region(explanation.heatmap, lungs_in_crop(explanation.lungs, explanation.crop))
    left, top, right, bottom = explanation.crop
    parts = [
        (left, top) + line * (right - left, bottom - top) for line in map(_simplified, mask_outlines(mask, (1, 1)))
    ]
    return sorted((part.astype(np.float32) for part in parts), key=lambda part: -float(cv2.contourArea(part)))


def _simplified(line: Line) -> Line:
    points = cv2.approxPolyDP(line[:-1], _STEP, closed=True)[:, 0]
    if len(points) < _NO_RECTANGLE:
        points = np.stack([points, (points + np.roll(points, -1, axis=0)) / 2], axis=1).reshape(-1, 2)
    return np.asarray(np.concatenate([points, points[:1]]), np.float32)


def in_pixels(line: Line, size: tuple[int, int], turn: int = 0, *, is_mirrored: bool = False) -> NDArray[np.float64]:
    """Return an outline in the pixels of a picture, (points, 2): column and row, 0 at the outer edge of the first.

    DICOM counts so in a report (PS3.3, C.18.6) and in a presentation state (C.10.5).

    Args:
        line: as `regions_of` returns it.
        size: rows and columns of the picture.
        turn: quarter turns clockwise from the picture to the film as it was read, which are taken back, 0..3.
        is_mirrored: whether the film was mirrored once it was turned, which is taken back before.
    """
    x, y = np.asarray(line, np.float64).T
    x = 1 - x if is_mirrored else x
    for _ in range(turn):
        x, y = y, 1 - x
    limits = np.array([size[1], size[0]], np.float64)
    return np.asarray(np.clip(np.stack([x, y], axis=1) * limits, 0, limits), np.float64)


def top_left(lines: Iterable[NDArray[np.float64]]) -> tuple[float, float]:
    """Return the column and row of the corner of a box round outlines, from where words are written."""
    column, row = np.concatenate(list(lines)).min(axis=0)
    return float(column), float(row)
