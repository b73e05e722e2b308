"""Does the probability depend on what the map highlights? It is blurred away, and so are other parts as large.

The version's own tests replace such parts by normal lung, of which a program without films has none; a blurred part of
a lung with pneumonia is still hazy, so this test finds less than they do.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.preparation import enlarged, lungs_in_crop
from model_store.reading.results import Explanation

REGIONS = 20
"""Other regions that the highlighted one is compared with."""

PEAK_SHARE = 0.5
"""Part of its peak from which a map highlights."""

LEAST_AREA, GREATEST_AREA = 0.05, 0.25
"""Smallest and greatest highlighted region as shares of the lungs: less is hardly missed, more leaves no others."""

BLUR = 32.0
"""Standard deviation of the blur in pixels of the crop.

A region takes its grey from what lies round it: on ten validation films with pneumonia this lowered the logit by 0.54
in the highlighted region, and by -0.02 elsewhere in the lungs. Where the region kept its own grey, and with it the haze
of an infiltrate, the blur lowered it by 0.33 and 0.07; over 20 pixels, the outlines blurred too, by 0.13 and -0.07.
"""

SOFT_EDGE = 4.0
"""Standard deviation over which a blurred region passes into the crop, so that its edge is no finding of its own."""

_COARSER = 4
"""So many times coarser the blur is worked out, which is far finer than what it leaves."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Deleted:
    """A crop with parts of it blurred.

    Attributes:
        crops: (1 + `REGIONS`, 224, 224), uint8, the highlighted part blurred first, then one other part each.
        area: of each part, as a share of the lungs, or of the crop where the parts lie beside them, 0..1.
        in_lungs: whether the other parts lie in the lungs.
    """

    crops: NDArray[np.uint8]
    area: float
    in_lungs: bool


def deletions(crop: NDArray[np.uint8], explanation: Explanation, *, seed: str) -> Deleted | None:
    """Blur the highlighted region of a crop, and as many pixels elsewhere, again and again.

    Elsewhere is in the lungs too where most of the highlighted region lies in them, else anywhere in the crop.

    Deletion as a test of a map: Petsiuk, Das, Saenko 2018, arXiv 1806.07421; blurred, since a black patch is itself
    unlike any film (Fong, Vedaldi 2017, arXiv 1704.03296).

    Args:
        crop: (224, 224), uint8, as the network saw it.
        explanation: with the map of that crop.
        seed: where the other regions lie follows from it; the film's hash, so that the test can be repeated.

    Returns:
        The blurred crops; None for an empty map.
    """
    if explanation.is_empty:
        return None
    inside = lungs_in_crop(explanation.lungs, explanation.crop)
    everywhere = np.ones_like(inside)
    region = highlighted_region(explanation.heatmap, inside if inside.any() else everywhere)
    in_lungs = bool(2 * (region & inside).sum() > region.sum())
    among = inside if in_lungs else everywhere
    regions = [region, *other_regions(region, among, np.random.default_rng(list(seed.encode())))]
    crops = np.stack([_without(each, crop, inside) for each in regions])
    return Deleted(crops, float(region.sum() / among.sum()), in_lungs)


def highlighted_region(heatmap: NDArray[np.float32], inside: Mask) -> Mask:
    """Return where a map is at least half of its peak, held between two shares of the lungs' area.

    Args:
        heatmap: (rows, columns), float32 in 0..1, of the crop; not empty.
        inside: (224, 224), bool, the lungs in the crop; everything where there are none.

    Returns:
        (224, 224), bool; the pixels with the most, whether in the lungs or beside them, and none with nothing.
    """
    laid = enlarged(heatmap, inside.shape).ravel()
    least, greatest = math.ceil(LEAST_AREA * inside.sum()), max(int(GREATEST_AREA * inside.sum()), 1)
    size = min(int(np.clip((laid >= PEAK_SHARE * laid.max()).sum(), least, greatest)), int((laid > 0).sum()))
    region = np.zeros(laid.shape, bool)
    region[np.argsort(-laid, kind="stable")[:size]] = True
    return region.reshape(inside.shape)


def other_regions(region: Mask, inside: Mask, rng: np.random.Generator) -> Iterator[Mask]:
    """Yield `REGIONS` regions of as many pixels as `region` has, in as many discs as it has parts.

    They lie inside the lungs, cut by their outlines where need be; their centres lie outside of the region.

    Args:
        region: (224, 224), bool, smaller than the lungs.
        inside: (224, 224), bool, the lungs, or wherever they may lie.
        rng: where the chance comes from.
    """
    places = np.argwhere(inside)
    free = np.argwhere(inside & ~region)
    parts, _ = cv2.connectedComponents(region.astype(np.uint8))
    for _ in range(REGIONS):
        centres = free[rng.integers(0, len(free), parts - 1)]
        distance = np.square(places[:, None] - centres[None]).sum(axis=-1).min(axis=1)
        other = np.zeros_like(region)
        other[tuple(places[np.argsort(distance, kind="stable")[: region.sum()]].T)] = True
        yield other


def _without(region: Mask, crop: NDArray[np.uint8], inside: Mask) -> NDArray[np.uint8]:
    """Blur a region away: its grey becomes that of the same tissue round it, weighed by distance.

    The lungs and what lies round them are blurred apart, so that the lungs keep their shape. Normalised convolution:
    Knutsson, Westin 1993.
    """
    share = cv2.GaussianBlur(region.astype(np.float32), (0, 0), SOFT_EDGE)
    grey = crop.astype(np.float32)
    around = grey.copy()
    for tissue in (inside, ~inside):
        known = np.where(tissue, 1 - share, np.float32(0))
        weight, total = _spread(known), _spread(known * grey)
        reached = tissue & (weight > 1e-6)
        around[reached] = total[reached] / weight[reached]
    return np.asarray(np.rint(grey + share * (around - grey)), np.uint8)


def _spread(values: NDArray[np.float32]) -> NDArray[np.float32]:
    small = cv2.resize(values, None, fx=1 / _COARSER, fy=1 / _COARSER, interpolation=cv2.INTER_AREA)
    wide = cv2.GaussianBlur(small, (0, 0), BLUR / _COARSER)
    return np.asarray(cv2.resize(wide, values.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
