"""A drawn chest radiograph: enough of a chest for the lung network, and nobody's."""

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]


@dataclass(frozen=True)
class Chest:
    """What is drawn.

    Attributes:
        width: of the film, in pixels.
        height: of the film, in pixels.
        seed: of the noise and of small differences in shape; two seeds give two films.
        opacity: how much brighter a patch in the lower right lung is, 0..1.
    """

    width: int = 1400
    height: int = 1100
    seed: int = 0
    opacity: float = 0.0


def chest_film(chest: Chest | None = None) -> NDArray[np.uint8]:
    """Draw a frontal chest: (height, width), uint8; the heart lies to the right of the picture, as it should."""
    return _drawn(chest or Chest()).copy()


@lru_cache(maxsize=64)
def _drawn(chest: Chest) -> NDArray[np.uint8]:
    rng = np.random.default_rng(chest.seed)
    side = 1000
    film = _lungs(_body(side), rng)
    film = _mediastinum(film)
    film = film + _ribs(side)
    if chest.opacity:
        patch = _soft(side, (330, 620), (95, 110), 0, 45)
        film = film + patch * np.float32(110 * chest.opacity)
    film = film * _collimator(side)
    film += cv2.GaussianBlur(rng.normal(0, 14, film.shape).astype(np.float32), (0, 0), 1.5)
    return np.clip(cv2.resize(film, (chest.width, chest.height)), 0, 255).astype(np.uint8)


def told_apart(film: NDArray[Any], *seed: int) -> NDArray[np.uint8]:
    """Lay blocks above and below the lungs: two films drawn alike are else one that was saved anew with some noise."""
    height, width = film.shape
    strip, told = height // 9, film.astype(np.float32)
    blocks = np.random.default_rng([*seed, 7]).uniform(0, 100, (2, 2, 16)).astype(np.float32)
    for rows, shades in zip((slice(strip), slice(height - strip, height)), blocks, strict=True):
        told[rows] += cv2.resize(shades, (width, strip), interpolation=cv2.INTER_NEAREST)
    return np.clip(told, 0, 255).astype(np.uint8)


def png(chest: Chest | None = None) -> bytes:
    """Return the film as an 8-bit grey PNG file."""
    return _file(Image.fromarray(chest_film(chest)), "PNG")


def jpeg(chest: Chest | None = None) -> bytes:
    """Return the film as a grey JPEG file."""
    return _file(Image.fromarray(chest_film(chest)), "JPEG", quality=92)


def png_16_bit(chest: Chest | None = None) -> bytes:
    """Return the film as a 16-bit PNG file that uses 12 of its bits, as detectors do."""
    return _file(Image.fromarray(chest_film(chest).astype(np.uint16) * 16), "PNG")


def png_colour(chest: Chest | None = None) -> bytes:
    """Return the film as a colour PNG file with an opaque alpha channel."""
    return _file(Image.fromarray(chest_film(chest)).convert("RGBA"), "PNG")


def jpeg_rotated(chest: Chest | None = None) -> bytes:
    """Return the film lying on its side in a JPEG file whose EXIF orientation (6) puts it upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(chest_film(chest))))
    return _file(lying, "JPEG", quality=92, exif=exif)


def _file(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


# What is the same in every chest is drawn once: blurring it is most of the work. Nobody may write into these arrays.
@cache
def _soft(side: int, centre: tuple[int, int], axes: tuple[int, int], angle: float, blur: float) -> Grey:
    """Draw a filled ellipse with soft edges: (side, side), float32 in 0..1."""
    mask = np.zeros((side, side), np.float32)
    cv2.ellipse(mask, centre, axes, angle, 0, 360, 1.0, cv2.FILLED, cv2.LINE_AA)
    return _read_only(cv2.GaussianBlur(mask, (0, 0), blur))


def _read_only(drawn: Grey) -> Grey:
    drawn.flags.writeable = False
    return drawn


@cache
def _body(side: int) -> Grey:
    trunk = np.maximum(_soft(side, (500, 720), (440, 620), 0, 18), _soft(side, (500, 260), (640, 150), 0, 25))
    trunk = np.maximum(trunk, _soft(side, (500, 60), (130, 170), 0, 18))
    fat = _soft(side, (500, 640), (400, 560), 0, 30)
    return _read_only(12 + trunk * 95 + fat * 50)


def _lung(side: int, points: list[tuple[int, int]], rng: np.random.Generator) -> Grey:
    outline = np.array(points, np.float32) + rng.normal(0, 5, (len(points), 2)).astype(np.float32)
    # A closed quadratic spline through the middles of the sides makes the corners round.
    curve = []
    for before, corner, after in zip(np.roll(outline, 1, 0), outline, np.roll(outline, -1, 0), strict=True):
        start, end = (before + corner) / 2, (corner + after) / 2
        t = np.linspace(0, 1, 12, endpoint=False)[:, None]
        curve.append((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    mask = np.zeros((side, side), np.float32)
    cv2.fillPoly(mask, [np.concatenate(curve).round().astype(np.int32)], 1.0, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 9), np.float32)


def _lungs(film: Grey, rng: np.random.Generator) -> Grey:
    side = film.shape[0]
    right = [(330, 130), (430, 190), (450, 420), (430, 690), (330, 730), (160, 800), (120, 600), (165, 330), (230, 180)]
    left = [(670, 130), (770, 180), (840, 330), (885, 600), (850, 810)]
    left += [(730, 760), (690, 640), (600, 520), (560, 400), (565, 190)]
    air = np.maximum(_lung(side, right, rng), _lung(side, left, rng))
    vessels = np.zeros_like(film)
    for hilum, sign in ((430, -1), (570, 1)):
        for angle in rng.uniform(-1.2, 1.2, 26):
            length = rng.uniform(120, 280)
            end = (hilum + sign * length * np.cos(angle), 430 + length * np.sin(angle))
            cv2.line(vessels, (hilum, 430), (round(end[0]), round(end[1])), 1.0, int(rng.integers(3, 9)), cv2.LINE_AA)
    return film - air * 112 + cv2.GaussianBlur(vessels, (0, 0), 5) * 42 * air


def _mediastinum(film: Grey) -> Grey:
    side = film.shape[0]
    spine = _soft(side, (500, 520), (48, 620), 0, 16)
    heart = _soft(side, (575, 640), (150, 165), -28, 14)
    hila = np.maximum(_soft(side, (415, 440), (34, 80), 12, 18), _soft(side, (590, 420), (34, 75), -12, 18))
    trachea = _soft(side, (496, 170), (16, 170), 0, 8)
    belly = np.maximum(_soft(side, (290, 930), (230, 190), 8, 10), _soft(side, (760, 960), (210, 180), -8, 10))
    film = film + hila * 38
    for shade, level in ((spine, 182.0), (heart, 198.0), (belly, 205.0)):
        film = film + shade * np.maximum(level - film, 0)
    return np.asarray(film - trachea * 40, np.float32)


@cache
def _ribs(side: int) -> Grey:
    lines = np.zeros((side, side), np.float32)
    for i in range(9):
        top = 150 + i * 72
        for centre, angle in ((330, -14), (670, 14)):
            cv2.ellipse(lines, (centre, top + 70), (225, 82), angle, 190, 350, 1.0, 15, cv2.LINE_AA)
    for centre, angle in ((300, 12), (700, -12)):
        cv2.ellipse(lines, (centre, 165), (200, 34), angle, 180, 360, 1.4, 20, cv2.LINE_AA)
    return _read_only(cv2.GaussianBlur(lines, (0, 0), 3.5) * 30)


@cache
def _collimator(side: int) -> Grey:
    frame = np.zeros((side, side), np.float32)
    frame[18:-12, 14:-14] = 1
    return _read_only(cv2.GaussianBlur(frame, (0, 0), 4))
