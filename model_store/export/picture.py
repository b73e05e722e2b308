"""How does a reading look? The film as a display shows it, and the map laid on it."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.export.colours import Picture, heat_colours
from model_store.film.grey import default_window
from model_store.film.kind.own_results import marked
from model_store.reading.lungs.outlines import crop_outline, lung_outlines, side_labels
from model_store.reading.preparation import to_film
from model_store.reading.results import Explanation

Pixels = NDArray[np.uint8] | NDArray[np.uint16]
Layout = Literal["side by side", "overlay", "heatmap", "original"]

SCREEN_SIDE = 1600
"""Longest side in pixels of a film that is sent to the screen."""

THUMBNAIL_SIDE = 96
"""Longest side in pixels of a film in a list; as JPEG it has some two kilobytes."""

LUNG_COLOUR = (110, 231, 210)
CROP_COLOUR = (255, 196, 87)


@dataclass(frozen=True)
class View:
    """What the reader has chosen to see.

    Attributes:
        layout: which pictures are shown.
        opacity: of the map where it is greatest, 0..1.
        colour_map: a name in `COLOUR_MAPS`.
        window: grey values that become black and white, in the film's own units; None for `default_window`.
        invert: True shows black as white.
        lungs: True draws the outline of the lungs.
        crop: True draws the frame of the part that the network saw.
        against: True draws what speaks against pneumonia too, where the explanation knows it.
    """

    layout: Layout = "side by side"
    opacity: float = 0.5
    colour_map: str = "inferno"
    window: tuple[float, float] | None = None
    invert: bool = False
    lungs: bool = False
    crop: bool = False
    against: bool = False


def to_display(pixels: Pixels, *, window: tuple[float, float] | None = None, invert: bool = False) -> Picture:
    """Turn a film into 8-bit display grey.

    Args:
        pixels: (height, width), uint8 or uint16.
        window: grey values that become black and white; None for `default_window`.
        invert: True shows black as white.

    Returns:
        (height, width), uint8.
    """
    low, high = window or default_window(pixels)
    levels = np.arange(np.iinfo(pixels.dtype).max + 1, dtype=np.float32)
    table = np.rint(np.clip((levels - low) / max(high - low, 1e-6), 0, 1) * 255).astype(np.uint8)
    return np.asarray((255 - table if invert else table)[pixels], np.uint8)


def shrunk(pixels: Pixels, longest: int = SCREEN_SIDE) -> Pixels:
    """Return the film with its longest side at most `longest` pixels, its shape kept."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small: Pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small


def thumbnail(pixels: Pixels) -> bytes:
    """Return a film, (height, width), uint8 or uint16, small, as a display shows it, as JPEG."""
    small = to_display(shrunk(pixels, THUMBNAIL_SIDE))
    written, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])
    if not written:
        raise ValueError(f"A picture of shape {small.shape} cannot be written as JPEG.")
    return data.tobytes()


def overlay(grey: Picture, heatmap: NDArray[np.float32], *, opacity: float, colour_map: str) -> Picture:
    """Lay a map on a film; the more the map says, the less the film shines through.

    Args:
        grey: (height, width), uint8, as `to_display` makes it.
        heatmap: (height, width), float32, for pneumonia to 1 and against it to -1.
        opacity: share of colour where the map is 1 or -1, 0..1.
        colour_map: a name in `COLOUR_MAPS`.

    Returns:
        (height, width, 3), uint8; untouched where the map is zero.
    """
    film = np.repeat(grey[..., None], 3, axis=2).astype(np.float32)
    share = (np.clip(np.abs(heatmap), 0, 1) * np.float32(opacity))[..., None]
    return np.rint(film + share * (heat_colours(heatmap, colour_map) - film)).astype(np.uint8)


def with_outlines(picture: Picture, explanation: Explanation, view: View) -> Picture:
    """Return a copy of a picture, (height, width, 3), uint8, with the outlines that the view asks for."""
    drawn = picture.copy()
    shape = (picture.shape[0], picture.shape[1])
    thickness = max(round(max(shape) / 500), 1)
    lines = [(line, LUNG_COLOUR) for line in lung_outlines(explanation.lungs, shape) if view.lungs]
    if view.crop:
        lines.append((crop_outline(explanation.crop, shape), CROP_COLOUR))
    for line, colour in lines:
        points = np.clip(np.rint(line), 0, (shape[1] - 1, shape[0] - 1)).astype(np.int32)
        cv2.polylines(drawn, [points], isClosed=True, color=colour, thickness=thickness, lineType=cv2.LINE_AA)
    for letter, x, y in side_labels(explanation.lungs, shape) if view.lungs else []:
        _write(drawn, letter, (x, y))
    return drawn


def _write(picture: Picture, letter: str, middle: tuple[float, float]) -> None:
    font, scale, thickness = (
        cv2.FONT_HERSHEY_SIMPLEX,
        max(picture.shape[:2]) / 700,
        max(max(picture.shape[:2]) // 400, 1),
    )
    (width, height), _ = cv2.getTextSize(letter, font, scale, thickness)
    place = (round(middle[0] - width / 2), round(middle[1] + height / 2))
    # Dark round the letter, so that it can be read on bone as on air.
    for colour, wide in (((0, 0, 0), 3 * thickness), (LUNG_COLOUR, thickness)):
        cv2.putText(picture, letter, place, font, scale, colour, wide, cv2.LINE_AA)


def panes(pixels: Pixels, explanation: Explanation | None, view: View) -> list[tuple[str, Picture]]:
    """Make the pictures that a view shows, without outlines, each with its title.

    Args:
        pixels: (height, width), uint8 or uint16, the film at the size to be shown.
        explanation: where the network looked; None while the film has not been read.
        view: what the reader has chosen to see.

    Returns:
        Titles and pictures, (height, width) or (height, width, 3), uint8. Without a map, or with an empty one, it
        is the film alone.
    """
    film = to_display(pixels, window=view.window, invert=view.invert)
    heatmap = laid(explanation, view, (film.shape[0], film.shape[1])) if explanation else None
    made = []
    for title, has_film, map_on_it in layers(explanation, view):
        if heatmap is None or not map_on_it:
            made.append((title, film))
        elif has_film:
            made.append((title, overlay(film, heatmap, opacity=view.opacity, colour_map=view.colour_map)))
        else:
            made.append((title, heat_colours(heatmap, view.colour_map)))
    return made


def layers(explanation: Explanation | None, view: View) -> list[tuple[str, bool, bool]]:
    """Return the pictures of a view: the title of each, whether the film is in it, and whether a map is."""
    if explanation is None or view.layout == "original" or not has_map(explanation, view):
        return [("Radiograph", True, False)]
    if view.layout == "heatmap":
        return [("Heatmap", False, True)]
    with_map = ("Radiograph with heatmap", True, True)
    return [with_map] if view.layout == "overlay" else [("Radiograph", True, False), with_map]


def has_map(explanation: Explanation, view: View) -> bool:
    """Return whether there is something to draw of a map as a reader has chosen to see it."""
    return not explanation.is_empty or shows_against(explanation, view)


def shows_against(explanation: Explanation | None, view: View) -> bool:
    """Return whether there is something to draw that speaks against pneumonia."""
    against = explanation.against if explanation and view.against and view.layout != "original" else None
    return against is not None and bool(against.any())


def laid(explanation: Explanation, view: View, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Lay a map on the film, (height, width), float32, for pneumonia to 1 and, where it is shown, against it to -1."""
    heatmap = to_film(explanation.heatmap, explanation.crop, shape)
    if explanation.against is None or not view.against:
        return heatmap
    return heatmap - to_film(explanation.against, explanation.crop, shape)


def in_colour(picture: Picture) -> Picture:
    """Return a grey or coloured picture as (height, width, 3), uint8."""
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


def to_png(picture: Picture) -> bytes:
    """Encode a picture as a PNG file that is no film.

    Args:
        picture: (height, width), (height, width, 3) red green blue or (height, width, 4) with opacity, uint8.
    """
    ordered = picture if picture.ndim == 2 else np.ascontiguousarray(picture[..., [2, 1, 0, 3][: picture.shape[2]]])
    # The least compression: it is written for a browser on the same machine, and a reader is waiting.
    written, data = cv2.imencode(".png", ordered, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not written:
        raise ValueError(f"A picture of shape {picture.shape} cannot be written as PNG.")
    return marked(data.tobytes())
