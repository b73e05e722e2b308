"""How do lungs come onto another chest? By composites of crops that are made otherwise than those of the training."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

WIDENING = 0.03
"""By this share of the side an outline is widened: rims and consolidations beside it belong to the lungs too."""

RAMP = 0.02
"""Over this share of the side what is laid on a picture fades, in a straight line; that of the training is Gaussian."""

Crop = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Share = NDArray[np.float32]


def widened(region: Mask, share: float = WIDENING) -> Mask:
    """Return a region with everything that lies within a share of the side of it; (side, side), bool."""
    reach = round(share * len(region))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.dilate(region.astype(np.uint8), disc), bool)


def hull(lungs: Mask) -> Mask:
    """Return the convex hull of both lungs, so with the mediastinum between them; (side, side), bool."""
    points = np.column_stack(np.nonzero(lungs)[::-1]).astype(np.int32)
    filled = np.zeros(lungs.shape, np.uint8)
    return np.asarray(cv2.fillConvexPoly(filled, cv2.convexHull(points), 1), bool)


def faded(region: Mask) -> Share:
    """Return 1 in a region, and beyond it less in a straight line, to 0 at `RAMP` of the side; (side, side)."""
    away = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.clip(1 - away / (RAMP * len(region)), 0, 1), np.float32)


def laid(below: NDArray[np.generic], above: NDArray[np.generic], share: Share) -> Crop:
    """Return one picture laid on another one, (side, side), uint8, as far as `share` says, 0..1."""
    mixed = below.astype(np.float32) * (1 - share) + above.astype(np.float32) * share
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def matched(picture: NDArray[np.generic], region: Mask, mean: float, deviation: float) -> NDArray[np.float32]:
    """Return a picture, (side, side), float32, whose grey has a given mean and deviation in a region."""
    grey = picture.astype(np.float32)
    if not region.any():
        return grey
    scale = deviation / max(float(grey[region].std()), 1e-6)
    return np.asarray((grey - grey[region].mean()) * np.float32(scale) + np.float32(mean), np.float32)


def exchanged(film: Crop, lungs: Mask, chest: Crop, *, with_mediastinum: bool = False) -> Crop:
    """Lay the lungs of a film on the chest of another one.

    Around them the chest gets the mean and the deviation that the film's own surround has, so that the exposure tells
    nothing of whose it is. What of the chest's own lungs is not covered stays.

    Args:
        film: (side, side), uint8, the crop whose lungs are taken.
        lungs: (side, side), bool, where they are.
        chest: (side, side), uint8, the crop on which they are laid.
        with_mediastinum: whether what lies between the lungs comes with them.
    """
    taken = widened(hull(lungs) if with_mediastinum else lungs)
    around = film[~taken].astype(np.float64)
    if not around.size:
        return film.copy()
    return laid(matched(chest, ~taken, float(around.mean()), float(around.std())), film, faded(taken))


def laid_in(film: Crop, lungs: Mask, chest: Crop, place: Mask) -> Crop:
    """Lay the lungs of a film into those of another one, each into the place of its counterpart.

    The chest keeps its own exposure and its own outlines, to which the lungs are stretched.

    Args:
        film: (side, side), uint8, the crop whose lungs are taken.
        lungs: (side, side), bool, where they are.
        chest: (side, side), uint8, the crop that keeps all but its lungs.
        place: (side, side), bool, where these are.
    """
    picture = chest
    for stretched, goal in stretched_lungs(film, lungs, place, widening=WIDENING):
        picture = laid(picture, stretched, faded(goal))
    return picture


def aligned(film: Crop, lungs: Mask, place: Mask) -> Crop:
    """Return a film's lungs at the place of other ones, (side, side), uint8; outside of these it is black."""
    picture = np.zeros_like(film)
    for stretched, goal in stretched_lungs(film, lungs, place, widening=0.0):
        picture[goal] = np.clip(np.rint(stretched[goal]), 0, 255)
    return picture


def stretched_lungs(
    film: Crop, lungs: Mask, place: Mask, *, widening: float
) -> Iterator[tuple[NDArray[np.float32], Mask]]:
    """Yield each lung, stretched row by row to the shape of its counterpart, and the counterpart's place.

    Args:
        film: (side, side), uint8.
        lungs: (side, side), bool, its lungs.
        place: (side, side), bool, the lungs in whose place they come.
        widening: of both, as a share of the side.
    """
    for own, goal in zip(two_lungs(lungs), two_lungs(place), strict=True):
        if own.any() and goal.any():
            source, target = (widened(each, widening) if widening else each for each in (own, goal))
            yield _stretched(film, source, target), target


def two_lungs(lungs: Mask) -> tuple[Mask, Mask]:
    """Return both lungs, the one at the left of the picture first, parted at the emptiest column between them.

    Args:
        lungs: (side, side), bool, both.
    """
    columns = np.flatnonzero(lungs.any(axis=0))
    if not columns.size:
        return lungs, lungs
    # Away from the middle the emptiest column would be the edge of a lung.
    third = (columns[-1] - columns[0]) // 3
    first, last = columns[0] + third, columns[-1] - third + 1
    filled = lungs[:, first:last].sum(axis=0)
    emptiest = np.flatnonzero(filled == filled.min())
    parting = first + int(emptiest[len(emptiest) // 2])
    before = np.zeros_like(lungs)
    before[:, :parting] = lungs[:, :parting]
    return before, lungs & ~before


def _stretched(picture: Crop, source: Mask, target: Mask) -> NDArray[np.float32]:
    """Return the picture moved so that the rows of `source`, each from end to end, come onto those of `target`."""
    rows, lefts, rights = _ends(source)
    to_rows, to_lefts, to_rights = _ends(target)
    down = np.interp(np.arange(len(picture)), (to_rows[0], to_rows[-1]), (rows[0], rows[-1]))
    left, right = (np.interp(down, rows, ends) for ends in (lefts, rights))
    to_left, to_right = (np.interp(np.arange(len(picture)), to_rows, ends) for ends in (to_lefts, to_rights))
    scale = (right - left) / np.maximum(to_right - to_left, 1)
    across = left[:, None] + (np.arange(picture.shape[1]) - to_left[:, None]) * scale[:, None]
    from_rows = np.broadcast_to(down[:, None], across.shape)
    taken = cv2.remap(
        *(_filled_from(picture, source), across.astype(np.float32), from_rows.astype(np.float32)),
        interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(taken, np.float32)


def _ends(region: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of a region, and the first and last column of all its rows down to each.

    Below its widest row, where the diaphragm cuts a lung to a narrow tip, no row is to be drawn out to a wide one.
    """
    rows = np.flatnonzero(region.any(axis=1))
    firsts, lasts = region[rows].argmax(axis=1), region.shape[1] - 1 - region[rows, ::-1].argmax(axis=1)
    return rows, np.minimum.accumulate(firsts), np.maximum.accumulate(lasts)


def _filled_from(film: Crop, source: Mask) -> NDArray[np.float32]:
    """Return a film in which the nearest pixel of a region stands for each one outside of it."""
    _, nearest = cv2.distanceTransformWithLabels(
        (~source).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    grey_of = np.zeros(int(nearest.max()) + 1, np.float32)
    grey_of[nearest[source]] = film[source]
    return np.asarray(grey_of[nearest], np.float32)
