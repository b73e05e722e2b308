"""In which colours is a map drawn? From none to most for pneumonia, and on request from none to most against it."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

COLOUR_MAPS = {
    "inferno": cv2.COLORMAP_INFERNO,
    "magma": cv2.COLORMAP_MAGMA,
    "plasma": cv2.COLORMAP_PLASMA,
    "viridis": cv2.COLORMAP_VIRIDIS,
    "cividis": cv2.COLORMAP_CIVIDIS,
}
"""Perceptual colour maps only: an even step of the map is an even step for the eye, which jet is not."""

AGAINST_COLOUR = (120, 190, 255)
"""Of what speaks most against pneumonia: a cool one, where every colour map ends in a warm one."""


def colours(colour_map: str) -> Picture:
    """Return a colour map as a table, (256, 3), uint8, red green blue.

    Raises:
        ValueError: the name is not in `COLOUR_MAPS`.
    """
    if colour_map not in COLOUR_MAPS:
        raise ValueError(f"There is no colour map {colour_map!r}; there are {', '.join(COLOUR_MAPS)}.")
    ramp = np.arange(256, dtype=np.uint8)[:, None]
    return np.ascontiguousarray(cv2.applyColorMap(ramp, COLOUR_MAPS[colour_map])[:, 0, ::-1], np.uint8)


def both_colours(colour_map: str) -> Picture:
    """Return the colours from most against pneumonia over none to most for it as a table, (511, 3), uint8.

    From none to `AGAINST_COLOUR` they lie on a straight line in CIELAB: an even step is one for the eye there too.
    """
    given = colours(colour_map)
    ends = np.array([[given[0], AGAINST_COLOUR]], np.float32) / 255
    none, most = cv2.cvtColor(ends, cv2.COLOR_RGB2LAB)[0]
    line = none + np.linspace(0, 1, 256, dtype=np.float32)[:, None] * (most - none)
    against = np.rint(np.clip(cv2.cvtColor(line[None], cv2.COLOR_LAB2RGB)[0], 0, 1) * 255).astype(np.uint8)
    return np.concatenate([against[:0:-1], given])


def colour_ramp(colour_map: str, *, against: bool = False) -> Picture:
    """Draw the colours of a map from none, or most against, at the left to most at the right: (8, n, 3), uint8."""
    return np.repeat((both_colours if against else colours)(colour_map)[None], 8, axis=0)


def heat_colours(heatmap: NDArray[np.float32], colour_map: str) -> Picture:
    """Colour a map, (height, width), float32, for pneumonia to 1 and against it to -1, as (height, width, 3), uint8."""
    levels = np.rint(np.clip(heatmap, -1, 1) * 255).astype(np.int16)
    return np.asarray(both_colours(colour_map)[levels + 255], np.uint8)
