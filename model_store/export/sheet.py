"""How does a result leave the screen? As one picture that holds the film, the map and what has to be read with them."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model_store.export.colours import Picture, colour_ramp
from model_store.export.fonts import east_asian_face
from model_store.export.picture import CROP_COLOUR, View, in_colour, panes, shows_against, shrunk, with_outlines
from model_store.export.wording.map_sentences import map_caption
from model_store.export.wording.sentences import RESEARCH_USE
from model_store.export.wording.words import Words
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Explanation

_PANE_SIDE = 1000
_LONGEST_WORD = 30
_GROUND = (11, 13, 16)
_INK = (230, 233, 237)
_DIM_INK = (176, 184, 194)
_ALERT = (255, 138, 122)
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def render_sheet(radiograph: Radiograph, explanation: Explanation, view: View, words: Words) -> Picture:
    """Render a result to be kept: all pictures of a view, the colour bar, and what has to be read with them.

    Args:
        radiograph: the film.
        explanation: where the network looked on it.
        view: what the reader has chosen to see.
        words: what is written below.

    Returns:
        (height, width, 3), uint8, red green blue.
    """
    shown = panes(shrunk(radiograph.pixels), explanation, view)
    drawn = [with_outlines(_sized(in_colour(picture)), explanation, view) for _, picture in shown]
    height = drawn[0].shape[0]
    strips = [strip for picture in drawn for strip in (picture, _ground(height, 12))]
    has_map = any(picture.ndim == 3 for _, picture in shown)
    if has_map:
        strips.append(_colour_bar(height, view.colour_map, against=shows_against(explanation, view)))
    row = np.concatenate(strips, axis=1)
    caption = map_caption(explanation, view) if has_map or explanation.is_empty else ""
    lines = [
        (words.headline, 34, _INK),
        *((notice, 24, _ALERT) for notice in words.notices),
        (RESEARCH_USE, 22, CROP_COLOUR),
        (caption, 22, _INK),
        *((finding, 22, _INK) for finding in words.findings),
        (words.details, 20, _DIM_INK),
    ]
    return np.concatenate([row, _text_block(lines, row.shape[1])], axis=0)


def film_size(shape: tuple[int, int]) -> tuple[int, int]:
    """Return the (height, width) in pixels of a film of this shape at the top left of its sheet."""
    height, width = (max(round(side * _PANE_SIDE / max(shape)), 1) for side in shape)
    return height, width


def _sized(picture: Picture) -> Picture:
    """Bring a picture to the size for which the words below it are made."""
    height, width = film_size((picture.shape[0], picture.shape[1]))
    how = cv2.INTER_AREA if height < picture.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how), np.uint8)


def _ground(height: int, width: int) -> Picture:
    return np.full((height, width, 3), _GROUND, np.uint8)


def _colour_bar(height: int, colour_map: str, *, against: bool) -> Picture:
    bar, table = _ground(height, 90), colour_ramp(colour_map, against=against)[0]
    ramp = np.linspace(len(table) - 1, 0, height - 80).round().astype(int)
    bar[40 : height - 40, :24] = table[ramp][:, None]
    image = Image.fromarray(bar)
    pen = ImageDraw.Draw(image)
    labels = ("for", "none", "against") if against else ("most", "none")
    for y, label in zip(np.linspace(40, height - 40, len(labels)), labels, strict=True):
        pen.text((34, y), label, fill=_INK, font=ImageFont.load_default(18), anchor="lm")
    return np.asarray(image)


def _text_block(lines: list[tuple[str, int, tuple[int, int, int]]], width: int) -> Picture:
    set_in = [(text, _font_of(text, size), size, ink) for text, size, ink in lines]
    wrapped = [(part, font, size, ink) for text, font, size, ink in set_in for part in _wrapped(text, font, width - 32)]
    block = Image.new("RGB", (width, sum(round(size * 1.45) for _, _, size, _ in wrapped) + 32), _GROUND)
    pen, y = ImageDraw.Draw(block), 16
    for part, font, size, ink in wrapped:
        pen.text((16, y), part, fill=ink, font=font)
        y += round(size * 1.45)
    return np.asarray(block)


def _font_of(text: str, size: int) -> _Font:
    """Return the letters of a line. Pillow's own have no umlaut, and what somebody typed may be in any language.

    Those that come with matplotlib are Latin, Greek, Cyrillic, Hebrew and Arabic.
    """
    if text.isascii():
        return ImageFont.load_default(size)
    if face := east_asian_face(text):
        return _font(face.path, size, face.number)
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        return ImageFont.load_default(size)
    return _font(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf", size, 0)


@cache
def _font(path: Path, size: int, number: int) -> _Font:
    return ImageFont.truetype(path, size, index=number)


def _wrapped(text: str, font: _Font, width: int) -> list[str]:
    rows = [""]
    for word in _short_words(text):
        longer = f"{rows[-1]} {word}".strip()
        if font.getlength(longer) > width and rows[-1]:
            rows.append(word)
        else:
            rows[-1] = longer
    return [row for row in rows if row]


def _short_words(text: str) -> list[str]:
    """Split a text into words, of which a typed one without spaces is cut so that it fits in a line."""
    return [word[i : i + _LONGEST_WORD] for word in text.split() for i in range(0, len(word), _LONGEST_WORD)]
