"""Does a map name the pixels that matter? The answer of the network while those of a normal film take their place."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.preprocessing import INPUT_SIDE

STEPS = 12
"""Equal parts of the pixels that are taken away one after the other."""

Map = NDArray[np.float32]
Crop = NDArray[np.uint8]
Logits = Callable[[Crop], NDArray[np.float64]]
"""A function of crops (n, 224, 224), uint8, to logits (n,)."""


def order_of(heatmap: Map, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return each pixel's place in the order of a map, its greatest value first.

    Args:
        heatmap: (rows, columns), float32, not negative; it is brought to the crop's size as the screen does it.
        rng: puts pixels of one value in a random order; without it a map with many zeros would be judged by where
            in the picture they are.

    Returns:
        (224, 224), int64: 0 for the first pixel.
    """
    sized = cv2.resize(heatmap, (INPUT_SIDE, INPUT_SIDE), interpolation=cv2.INTER_LINEAR).ravel()
    order = np.lexsort((rng.random(sized.size), -sized))
    places = np.empty(sized.size, np.int64)
    places[order] = np.arange(sized.size)
    return places.reshape(INPUT_SIDE, INPUT_SIDE)


def replaced(crop: Crop, other: Crop, places: NDArray[np.int64], *, steps: int = STEPS) -> Crop:
    """Return the crop with more and more of its pixels taken from another one, the first in the order first.

    Args:
        crop: (224, 224), uint8.
        other: (224, 224), uint8.
        places: as `order_of` returns them.
        steps: how many equal parts.

    Returns:
        (steps + 1, 224, 224), uint8: from the crop itself to the other one.
    """
    counts = np.arange(steps + 1) * crop.size // steps
    return np.stack([np.where(places < count, other, crop) for count in counts])


def curves(
    crop: Crop, normal: Crop, heatmap: Map, logits: Logits, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the logits while the pixels of a map are taken away, and while they are given back.

    Deletion and insertion: Petsiuk, Das, Saenko 2018 (RISE), arXiv 1806.07421. There a pixel is blurred or black when
    it is away. To this network a blurred film is a pneumonia, be it normal or not: what it misses is the fine drawing
    of the vessels. So in the place of a pixel comes the one of a normal film, cropped to its lungs alike.

    Args:
        crop: (224, 224), uint8.
        normal: (224, 224), uint8, the crop of a normal film.
        heatmap: (rows, columns), float32, not negative.
        logits: the network.
        rng: as for `order_of`.

    Returns:
        Two arrays (steps + 1,), float64: from the film to the normal one, and from the normal one to the film.
    """
    places = order_of(heatmap, rng)
    deletion, insertion = replaced(crop, normal, places), replaced(normal, crop, places)
    found = logits(np.concatenate([deletion, insertion[1:-1]]))  # Each ends where the other begins.
    deleted, between = found[: len(deletion)], found[len(deletion) :]
    return deleted, np.concatenate([deleted[-1:], between, deleted[:1]])


def area(curve: NDArray[np.float64]) -> float:
    """Return the area under a curve over the share of the pixels, 0..1, by trapezes."""
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def share_inside(heatmap: Map, inside: NDArray[np.bool_]) -> float:
    """Return the share of a map's energy, the sum of its values, inside a mask; NaN for an empty map.

    Args:
        heatmap: (rows, columns), float32, not negative.
        inside: (224, 224), bool.
    """
    sized = cv2.resize(heatmap, (INPUT_SIDE, INPUT_SIDE), interpolation=cv2.INTER_LINEAR)
    return float(sized[inside].sum() / sized.sum()) if sized.any() else float("nan")


def rank_correlation(first: Map, second: Map) -> float:
    """Return Spearman's correlation of two maps of one shape; 0 where one of them has no order."""
    from scipy.stats import rankdata

    one, other = (rankdata(each) - (each.size + 1) / 2 for each in (first, second))
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one.ravel() @ other.ravel() / length) if length else 0.0
