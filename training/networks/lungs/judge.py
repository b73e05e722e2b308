"""How good are the outlines of the lungs? Against human ones, by their own confidence, and on films that are varied."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from model_store.reading.lungs.fields import LungFields, NoLungsFound
from model_store.reading.lungs.finder import LungFinder

Picture = NDArray[np.uint8]
Pair = tuple[Picture, Picture]
"""A film (224, 224) and its human outlines (224, 224, 2), 255 inside the right and inside the left lung."""

CURVE_BINS = 10
"""Groups of outlines, equally many in each, by which the Dice coefficient is shown against the confidence."""


def judge_outlines(finder: LungFinder, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return every figure of the lung network's card on films that it did not learn from."""
    scores, refused = outline_scores(finder, pairs)
    found = [(_found(finder, film), human) for film, human in pairs]
    sides = [
        (confidence, dice(outline, human[..., side] > 0))
        for lungs, human in found
        if lungs
        for side, (outline, confidence) in enumerate(zip((lungs.right, lungs.left), lungs.confidence, strict=True))
    ]
    confidences, agreements = np.array(sides).T
    swapped = sum(
        dice(lungs.right, human[..., 1] > 0) > dice(lungs.right, human[..., 0] > 0) for lungs, human in found if lungs
    )
    return {
        "val_dice": float(scores.mean()),
        "val_dice_p05": float(np.percentile(scores, 5)),
        "val_refused": refused,
        "val_swapped": int(swapped),
        "confidence_curve": _curve(confidences, agreements),
        "confidence_correlation": _correlation(confidences, agreements),
        "stability": {name: _stability(finder, pairs, vary) for name, vary in VARIATIONS.items()},
    }


def outline_scores(finder: LungFinder, pairs: Iterable[Pair]) -> tuple[NDArray[np.float64], int]:
    """Return the Dice coefficient of each film's outline, 0 where no lungs were found, and how many those were."""
    found = [(_found(finder, film), human) for film, human in pairs]
    scores = [dice(lungs.mask, np.asarray(human.any(axis=-1))) if lungs else 0.0 for lungs, human in found]
    return np.array(scores), sum(lungs is None for lungs, _ in found)


def dice(found: NDArray[np.bool_], human: NDArray[np.bool_]) -> float:
    """Return twice the shared area over the sum of both areas, 0..1; 1 where both are empty."""
    total = int(found.sum()) + int(human.sum())
    return 2 * int((found & human).sum()) / total if total else 1.0


def _found(finder: LungFinder, film: Picture) -> LungFields | None:
    try:
        return finder.find(film.astype(np.float32))
    except NoLungsFound:
        return None


def _correlation(confidences: NDArray[np.float64], agreements: NDArray[np.float64]) -> float | None:
    """Return Spearman's rank correlation; None where either never changes."""
    if np.ptp(confidences) == 0 or np.ptp(agreements) == 0:
        return None
    return float(spearmanr(confidences, agreements).statistic)


def _curve(confidences: NDArray[np.float64], agreements: NDArray[np.float64]) -> list[dict[str, float]]:
    order = np.argsort(confidences, kind="stable")
    return [
        {
            "confidence": float(confidences[rows].mean()),
            "dice": float(agreements[rows].mean()),
            "dice_p05": float(np.percentile(agreements[rows], 5)),
            "n": len(rows),
        }
        for rows in np.array_split(order, min(CURVE_BINS, len(order)))
    ]


def _moved(degrees: float = 0, scale: float = 1) -> Callable[[Picture], Picture]:
    def move(picture: Picture) -> Picture:
        side = picture.shape[0]
        matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), degrees, scale)
        return np.asarray(cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR), np.uint8)

    return move


VARIATIONS: dict[str, Callable[[Picture], Picture]] = {
    "turned by 10 degrees": _moved(degrees=10),
    "turned by -10 degrees": _moved(degrees=-10),
    "framed wider by 15 %": _moved(scale=0.85),
    "framed closer by 10 %": _moved(scale=1.1),
    "inverted": lambda film: np.asarray(255 - film, np.uint8),
}
"""How films are varied; outlines are moved alike, and an inversion moves none."""


def _stability(finder: LungFinder, pairs: Sequence[Pair], vary: Callable[[Picture], Picture]) -> dict[str, float]:
    """Return how well the outlines on varied films fit the varied human ones: mean Dice and 5th percentile."""
    moved = vary if vary is not VARIATIONS["inverted"] else lambda mask: mask
    varied = [(vary(film), np.where(moved(human) > 127, 255, 0).astype(np.uint8)) for film, human in pairs]
    scores, _ = outline_scores(finder, varied)
    return {"dice": float(scores.mean()), "dice_p05": float(np.percentile(scores, 5))}
