"""Where does the film lie within even borders? Collimation leaves black ones, scanners and viewers white ones too."""

import numpy as np
from numpy.typing import NDArray

from model_store.film.grey import judged_range

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions 0..1 of a picture's sides."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)

TOLERANCE = 0.04
"""How far from black or white an even line may reach, as a share of the picture's range: JPEG leaves a little noise."""

LEAST, MOST = 0.08, 0.33
"""Share of a side from which a border is cut away, and up to which. Below, it may be the air beside a narrow chest: of
786 validation films one has as much (0.10), and the networks know it. What covers more is no border."""

_FINE = 448
"""Lines of the shorter side by which a border is told."""


def content_of(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Box:
    """Return the part of a picture that even black or white borders leave; all of it where there are none.

    Args:
        pixels: (height, width), uint8 or uint16.
    """
    step = max(min(pixels.shape) // _FINE, 1)
    # What is whiter than white, as letters are on a film of 10 bits in 16, would make all else black.
    seen = np.clip(pixels[::step, ::step].astype(np.float32), *judged_range(pixels))
    low, high = float(seen.min()), float(seen.max())
    margin = TOLERANCE * (high - low)
    sides = [_border(lines, low + margin, high - margin) for lines in (seen.T, seen, seen.T[::-1], seen[::-1])]
    left, top, right, bottom = sides
    return left, top, 1 - right, 1 - bottom


def cut(pixels: NDArray[np.generic], box: Box) -> NDArray[np.generic]:
    """Return the part of a picture, (height, width), that lies in a box; a view of it."""
    height, width = pixels.shape
    left, top, right, bottom = box
    return pixels[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]


def placed(part: Box, box: Box) -> Box:
    """Return where a part of what lies in a box lies in the whole picture."""
    width, height = box[2] - box[0], box[3] - box[1]
    return (
        box[0] + part[0] * width,
        box[1] + part[1] * height,
        box[0] + part[2] * width,
        box[1] + part[3] * height,
    )


def _border(lines: NDArray[np.float32], black: float, white: float) -> float:
    """Return the share of lines, (n, length), from the first on that are all black or all white; 0 for no border."""
    if black >= white:
        return 0.0
    longest = max(_first_other(lines.max(axis=1) <= black), _first_other(lines.min(axis=1) >= white)) / len(lines)
    return longest if LEAST <= longest <= MOST else 0.0


def _first_other(even: NDArray[np.bool_]) -> int:
    return len(even) if even.all() else int(np.argmin(even))
