"""What kind of picture is it, and how well was it exposed? Measured on the reduced film, whatever it shows."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.reading.lungs.fields import LungFields


@dataclass(frozen=True)
class PictureMeasures:
    """What is measured of a picture.

    Attributes:
        light_ground: share of the picture that is of one light grey, as paper and screens are, 0..1.
        contrast: from the 5th to the 95th percentile inside the lungs' box, in grey levels of 255.
        sharpness: spread of the Laplacian over that contrast, without unit.
        dark: share of the lungs that is black, 0..1.
        bright: share of the lungs that is white, 0..1.
        strokes: share of the lungs under thin bright lines, as of writing and wires, 0..1.
    """

    light_ground: float
    contrast: float
    sharpness: float
    dark: float
    bright: float
    strokes: float


def measure(film: NDArray[np.float32], lungs: LungFields) -> PictureMeasures:
    """Measure a picture.

    Args:
        film: (224, 224), float32 in 0..255, as `Radiograph.reduced`.
        lungs: their outlines on it.
    """
    left, top, right, bottom = lungs.box()
    height, width = film.shape
    part = film[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
    low, high = np.percentile(part, (5, 95))
    contrast = float(high - low)
    inside = film[lungs.mask]
    laplacian = cv2.Laplacian(cv2.GaussianBlur(part, (0, 0), 0.7), cv2.CV_32F)
    return PictureMeasures(
        light_ground=light_ground(film),
        contrast=contrast,
        sharpness=float(np.median(np.abs(laplacian))) / max(contrast, 1.0),
        dark=float((inside <= 2).mean()),
        bright=float((inside >= 253).mean()),
        strokes=float((_thin_lines(film) > 70)[lungs.mask].mean()),
    )


def light_ground(film: NDArray[np.float32]) -> float:
    """Return the share of a picture, (side, side) in 0..255, that is of its most common light grey, give or take 3."""
    counts = np.bincount(np.clip(np.rint(film), 0, 255).astype(np.int64).ravel(), minlength=256)
    near = np.convolve(counts, np.ones(7, np.int64), mode="same")
    return float(near[180:].max() / film.size)


def _thin_lines(film: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much each pixel is brighter than what remains once bright lines thinner than 7 pixels are gone."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    return np.asarray(cv2.morphologyEx(film, cv2.MORPH_TOPHAT, kernel), np.float32)
