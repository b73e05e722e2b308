"""How may a training image vary? Framing, rotation, exposure and noise, drawn anew each time an image is seen."""

import cv2
import numpy as np
from numpy.typing import NDArray

Generator = np.random.Generator


def move_crop(
    crop: NDArray[np.uint8], inside: NDArray[np.uint8], rng: Generator, *, mirror: bool
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Vary the framing of a lung crop as films of other days vary, and move its lungs along.

    Args:
        crop: (side, side), uint8.
        inside: (side, side), uint8, 255 inside the lungs.
        rng: where the chance comes from.
        mirror: whether it is mirrored.

    Returns:
        A new crop and where the lungs are in it, of the same shapes and types.
    """
    side = crop.shape[0]
    matrix = _affine(side, rng, degrees=10, shift=0.06, scale=0.12, stretch=0.08, mirror=False)
    if mirror:
        matrix = matrix @ np.array([[-1, 0, side - 1], [0, 1, 0], [0, 0, 1]])
    warped = cv2.warpAffine(crop, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8), np.asarray(cv2.warpAffine(inside, matrix, (side, side)), np.uint8)


def retone(crop: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """Vary the exposure of a crop, (side, side), uint8, and now and then its sharpness, as machines vary."""
    exposed = cv2.LUT(crop, _exposure_curve(rng, gamma=0.35, contrast=0.25, brightness=25))
    return _blur_or_noise(exposed, rng) if rng.random() < 0.3 else np.asarray(exposed, np.uint8)


def augment_film(
    film: NDArray[np.uint8], mask: NDArray[np.uint8], rng: Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Vary a whole film and its lung outline together: framing, rotation, exposure, inversion and noise.

    Args:
        film: (side, side), uint8.
        mask: (side, side, 2), uint8, 255 inside the right and inside the left lung.
        rng: where the chance comes from.

    Returns:
        A new film and its mask, of the same shapes and types; on a mirrored film the lungs change places.
    """
    side = film.shape[0]
    varied, matrix = _vary(film, rng)
    outline = cv2.warpAffine(mask, matrix, (side, side), flags=cv2.INTER_LINEAR)
    if np.linalg.det(matrix[:, :2]) < 0:
        outline = outline[..., ::-1]
    if rng.random() < 0.15:
        varied = 255 - varied
    return varied, np.asarray(outline, np.uint8)


def augment_picture(picture: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """Vary framing, rotation and exposure of any picture, (side, side), uint8; half of them are mirrored."""
    return _vary(picture, rng)[0]


def _vary(film: NDArray[np.uint8], rng: Generator) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return a varied film and the matrix by which its points moved."""
    side = film.shape[0]
    matrix = _affine(side, rng, degrees=15, shift=0.12, scale=0.25, stretch=0.12, mirror=True)
    border = {"borderMode": cv2.BORDER_CONSTANT, "borderValue": int(rng.choice((0, 0, 30, 255)))}
    warped = cv2.warpAffine(film, matrix, (side, side), flags=cv2.INTER_LINEAR, **border)
    exposed = cv2.LUT(warped, _exposure_curve(rng, gamma=0.6, contrast=0.4, brightness=50))
    if rng.random() < 0.4:
        exposed = _blur_or_noise(exposed, rng)
    if rng.random() < 0.2:
        _erase(exposed, rng)
    return np.asarray(exposed, np.uint8), matrix


def _affine(
    side: int, rng: Generator, *, degrees: float, shift: float, scale: float, stretch: float, mirror: bool
) -> NDArray[np.float64]:
    angle = np.deg2rad(rng.uniform(-degrees, degrees))
    size = np.exp(rng.uniform(-scale, scale))
    aspect = np.exp(rng.uniform(-stretch, stretch))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([size * aspect, size / aspect])
    if mirror and rng.random() < 0.5:
        linear[:, 0] *= -1
    centre = np.full(2, (side - 1) / 2)
    offset = centre - linear @ centre + rng.uniform(-shift, shift, 2) * side
    return np.column_stack([linear, offset])


def _exposure_curve(rng: Generator, *, gamma: float, contrast: float, brightness: float) -> NDArray[np.uint8]:
    grey = np.linspace(0, 1, 256) ** np.exp(rng.uniform(-gamma, gamma))
    grey = (grey - 0.5) * np.exp(rng.uniform(-contrast, contrast)) * 255 + 127.5
    return np.asarray(np.clip(grey + rng.uniform(-brightness, brightness), 0, 255), np.uint8)


def _blur_or_noise(image: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.2)), np.uint8)
    noise = rng.normal(0, rng.uniform(2, 10), image.shape)
    return np.asarray(np.clip(image + noise, 0, 255), np.uint8)


def _erase(image: NDArray[np.uint8], rng: Generator) -> None:
    """Cover one rectangle of 2 to 12 percent with a random grey (random erasing, Zhong 2017, arXiv 1708.04896)."""
    side = image.shape[0]
    area, ratio = rng.uniform(0.02, 0.12) * side * side, np.exp(rng.uniform(-0.7, 0.7))
    height, width = min(int(np.sqrt(area * ratio)), side - 1), min(int(np.sqrt(area / ratio)), side - 1)
    top, left = rng.integers(0, side - height), rng.integers(0, side - width)
    image[top : top + height, left : left + width] = rng.integers(0, 256)
