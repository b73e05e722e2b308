"""Does a window of the header fit the values of its film, or would it show one grey, or white or black alone?"""

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from model_store.film.dicom.grey import Window, padding_of, values_of, whole_range

WHOLE_RANGE = "Whole range"
"""The window that every film in grey has: from the least of its values to the greatest."""

_LEAST_GREY = 0.25
"""Of the pixels that are grey in the whole range, the share that a window leaves grey, below which it shows nothing;
chosen by hand: windows of radiographs leave more than half of them."""

_LEAST_SPREAD = 20
"""Levels of 255 from the 1st to the 99th percentile, below which all is one grey."""

_STEP = 4
"""Every fourth row and column is enough to tell."""


def fitting(
    windows: list[Window], pixels: NDArray[np.generic], dataset: Dataset
) -> tuple[list[Window], tuple[str, ...]]:
    """Tell the windows that fit a film from those that do not.

    Args:
        windows: as `windows_of` finds them.
        pixels: (rows, columns), uint8 or uint16, as `stored_pixels` returns them.
        dataset: the film's.

    Returns:
        Those that fit, and of each other one its name and what it would show: "white", "black", "black and white" or
        "one grey".
    """
    if not windows:
        return [], ()
    counts = np.bincount(pixels[::_STEP, ::_STEP].ravel(), minlength=2 ** (8 * pixels.itemsize))
    values, counted = values_of(pixels, dataset), (counts > 0) & ~padding_of(pixels, dataset)
    counts, values = counts[counted], values[counted]
    whole = _levels(whole_range(values, np.ones(len(values), np.bool_)))
    found = {window: _shows(_levels(window.shares(values)), whole, counts) for window in windows}
    unfit = tuple(f"{window.name}: {shown}" for window, shown in found.items() if shown)
    return [window for window, shown in found.items() if not shown], unfit


def _levels(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.rint(np.clip(shares, 0, 1) * 255)


def _shows(levels: NDArray[np.float64], whole: NDArray[np.float64], counts: NDArray[np.int64]) -> str:
    """Say what a window would show that does not fit; "" where it fits, or shows no less than the whole range."""
    grey = (whole > 0) & (whole < 255)
    kept = counts[grey & (levels > 0) & (levels < 255)].sum()
    if kept < _LEAST_GREY * counts[grey].sum():
        mean = np.average(levels[grey], weights=counts[grey])
        return "white" if mean > 170 else "black" if mean < 85 else "black and white"
    return "one grey" if _spread(levels, counts) < _LEAST_SPREAD <= _spread(whole, counts) else ""


def _spread(levels: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    order = np.argsort(levels)
    share = np.cumsum(counts[order]) / max(counts.sum(), 1)
    low, high = levels[order][np.minimum(np.searchsorted(share, (0.01, 0.99)), len(levels) - 1)]
    return float(high - low)
