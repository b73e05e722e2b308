"""Can these two outlines be the lungs of a frontal film? Their areas, their places and their edges."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.lungs.fields import LungFields


@dataclass(frozen=True)
class LungShape:
    """What is measured of two outlines.

    Attributes:
        area: share of the film that both cover, 0..1.
        symmetry: area of the smaller over that of the larger, 0..1.
        alongside: share of the rows of the shorter lung in which the other one is too, 0..1.
        apart: distance of the centres from side to side, as a share of the film's width; negative where the right
            lung does not lie on the left of the picture.
        solidity: area over that of the convex hull, of the lung where it is smaller, 0..1.
        upright: height over width, of the lung where it is smaller, in a film that was squashed to a square.
        on_edge: share of the outlines' height that lies on the left or right edge of the film, of the worse lung, 0..1.
        cut_above: share of the lungs' width that lies on the upper edge of the film, of the worse lung, 0..1.
        cut_below: the same on the lower edge.
    """

    area: float
    symmetry: float
    alongside: float
    apart: float
    solidity: float
    upright: float
    on_edge: float
    cut_above: float
    cut_below: float


def shape_of(lungs: LungFields) -> LungShape:
    """Measure both outlines."""
    right, left = (_Lung.of(mask) for mask in (lungs.right, lungs.left))
    both = (right, left)
    rows = min(right.bottom, left.bottom) - max(right.top, left.top)
    areas = sorted((right.area, left.area))
    return LungShape(
        area=(right.area + left.area) / lungs.right.size,
        symmetry=areas[0] / areas[1],
        alongside=max(rows, 0) / min(lung.bottom - lung.top for lung in both),
        apart=(left.centre - right.centre) / lungs.right.shape[1],
        solidity=min(lung.solidity for lung in both),
        upright=min((lung.bottom - lung.top) / lung.width for lung in both),
        on_edge=max(lung.on_edge for lung in both),
        cut_above=max(lung.cut_above for lung in both),
        cut_below=max(lung.cut_below for lung in both),
    )


@dataclass(frozen=True)
class _Lung:
    area: int
    top: int
    bottom: int
    width: int
    centre: float
    solidity: float
    on_edge: float
    cut_above: float
    cut_below: float

    @classmethod
    def of(cls, mask: NDArray[np.bool_]) -> "_Lung":
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        height, width = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
        points = np.column_stack(np.nonzero(mask)[::-1]).astype(np.int32)
        # The hull runs through the centres of the pixels, which takes half a pixel from every side.
        hull, area = cv2.contourArea(cv2.convexHull(points)) + (height + width) - 1, int(mask.sum())
        return cls(
            area=area,
            top=int(rows[0]),
            bottom=int(rows[-1]) + 1,
            width=width,
            centre=float(points[:, 0].mean()),
            solidity=min(area / hull, 1.0),
            on_edge=max(int(mask[:, 0].sum()), int(mask[:, -1].sum())) / height,
            cut_above=int(mask[0].sum()) / width,
            cut_below=int(mask[-1].sum()) / width,
        )
