"""How does a result come on paper? In letters of any script and either direction, measured before they are drawn."""

from datetime import UTC, date, datetime

import numpy as np
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TextMode
from PIL import Image

from model_store.export.fonts import faces_of, runs_leftwards
from model_store.export.page import wording
from model_store.export.page.content import GREY, Block
from model_store.export.page.pictures import Pictures
from model_store.film.kind.own_results import PROGRAM

MARGIN = 14
"""Of the paper in millimetres; printers leave less than that white."""

WIDTH, HEIGHT = 210 - 2 * MARGIN, 297 - 2 * MARGIN
"""Of what is printed, in millimetres, on A4."""

_MM = 25.4 / 72
_LEADING = 1.36
_HEAVY = 0.022
"""Width of the line round heavy letters, as a share of their size; a bold font takes seconds to be made from Noto's."""

_GAP, _FOOT, _TITLES, _KEY = 6, 6, 7, 4
"""In millimetres: between pictures, kept for the foot, for titles below pictures, and for the key to their colours."""

_OUTLINE, _SEAM = 0.4, 0.25
"""Width in millimetres of a line on a picture, and of the black on either side of it, which is seen on white bone."""

_LOGO, _RAMP = (45, 18), (26, 2.2)
"""Width and height in millimetres, of a logo at most."""

_HEAD_SIZE, _SMALL_SIZE = 9.5, 7.5


class Paper(FPDF):
    """One sheet of A4 that says nothing of who made it, where, or at what time of the day."""

    def __init__(self, text: str, day: date) -> None:
        """Lay out an empty sheet.

        Args:
            text: all that will be written on it besides what the sheet says itself, by which its fonts are chosen.
            day: on which it is made.
        """
        super().__init__(format="A4")
        self.day = day
        self._measured: dict[tuple[Block, float, bool], float] = {}
        self.set_title(f"{wording.TITLE}, research use only")
        self.set_producer(PROGRAM)
        self.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
        self.alias_nb_pages("")  # Else "{nb}" in what somebody typed would become the number of pages.
        self.set_margin(MARGIN)
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.add_page()
        faces = faces_of(f"{wording.TITLE}{text}")
        for face in faces:
            self.add_font(face.name, fname=face.path, collection_font_number=face.number)
        self.set_font(faces[0].name)
        self.set_fallback_fonts([face.name for face in faces[1:]], exact_match=False)
        self.set_text_shaping(True)

    def file_id(self) -> None:
        """Return no identifier: it would be made of the time."""

    @property
    def remaining(self) -> float:
        """How many millimetres are left above the foot, below what was written last."""
        return MARGIN + HEIGHT - _FOOT - self.y

    def head(self, lines: list[str], logo: Image.Image | None) -> None:
        """Write the head: the clinic's lines and logo above a rule, if there are any, and what this page is."""
        end, left = self.y, MARGIN
        if logo is not None:
            scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height)
            self.image(logo, x=MARGIN, y=MARGIN, w=logo.width * scale, h=logo.height * scale)
            end, left = end + logo.height * scale, MARGIN + round(logo.width * scale) + _GAP
        for number, line in enumerate(lines):
            self.x = left
            block = Block(line, space=0) if number else Block(line, scale=1.25, heavy=True, space=0)
            self.write_block(block, _HEAD_SIZE, WIDTH + MARGIN - left)
        if lines or logo:
            end = max(end, self.y) + 1.5
            self.line(MARGIN, end, MARGIN + WIDTH, end)
            self.y = end + 1.5
        self.x = MARGIN
        self.write_block(Block(wording.TITLE, scale=1.15, space=0), _HEAD_SIZE)
        self._small(wording.made_on(self.day), self.y - 4.5, align="R")

    def foot(self) -> None:
        """Write the foot: what no part of the page may be read without."""
        self._small(wording.FOOT, MARGIN + HEIGHT - 4, align="C")

    def height_of(self, block: Block, size: float, *, roughly: bool = False) -> float:
        """Return how many millimetres a block needs on the whole width, the space above it included.

        Args:
            block: which.
            size: of the page's letters in points.
            roughly: whether letters may count as if each stood alone, which is many times faster.
        """
        key = block, size, roughly
        if key not in self._measured:
            self.set_text_shaping(not roughly)
            lines = sum(self._written(line, block, size, WIDTH, dry=True) for line in block.text.split("\n"))
            self.set_text_shaping(True)
            self._measured[key] = lines + block.space * _line_height(block, size)
        return self._measured[key]

    def write_block(self, block: Block, size: float, width: float = WIDTH) -> None:
        """Write a block below what was written last; `width` in millimetres, the others as in `height_of`."""
        self.y += block.space * _line_height(block, size)
        mode = TextMode.FILL_STROKE if block.heavy else TextMode.FILL
        stroke = _HEAVY * size * block.scale * _MM
        with self.local_context(text_mode=mode, line_width=stroke, text_color=block.ink, draw_color=block.ink):
            for line in block.text.split("\n"):
                self._written(line, block, size, width, dry=False)

    def _written(self, line: str, block: Block, size: float, width: float, *, dry: bool) -> float:
        """Write one line of a text, broken where it has to be, and return its height; only that where it is dry."""
        self.set_font_size(size * block.scale)
        x, y = self.x, self.y
        height = self.multi_cell(
            *(width, _line_height(block, size), line or " "),
            align="R" if runs_leftwards(line) else "L",
            dry_run=dry,
            output=MethodReturnValue.HEIGHT,
        )
        assert isinstance(height, float | int)
        self.x, self.y = x, y if dry else y + height
        return height

    def height_of_pictures(self, pictures: Pictures, highest: float) -> float:
        """Return how many millimetres the pictures need with their titles, if they may be so high."""
        return _size_of(pictures, highest)[1] + _TITLES + 2 + (_KEY if pictures.ramp is not None else 0)

    def draw_pictures(self, pictures: Pictures, highest: float) -> None:
        """Draw the film and what stands beside it below what was written last."""
        (width, height), top = _size_of(pictures, highest), self.y + 2
        places = (MARGIN, MARGIN + (WIDTH + _GAP) / 2)
        for x, picture in zip(places, (pictures.film, pictures.beside), strict=True):
            self.image(Image.fromarray(picture), x=x, y=top, w=width, h=height)
        self._on_picture(pictures, (places[1], top), (width, height))
        below = top + height + 0.8
        for x, title in zip(places, (pictures.film_title, pictures.title), strict=True):
            self._small(title, below, x=x)
        if pictures.ramp is not None:
            self._key_to_colours(pictures.ramp, pictures.ends, places[1], below + _KEY)
        self.set_xy(MARGIN, top + self.height_of_pictures(pictures, highest) - 2)

    def _on_picture(self, pictures: Pictures, corner: tuple[float, float], size: tuple[float, float]) -> None:
        """Draw the lines and letters of a picture that lies with its upper left corner there."""
        for outline in pictures.outlines:
            points = [(float(x), float(y)) for x, y in outline.points * size + corner]
            gaps = {"dash": 1.6, "gap": 1.0} if outline.is_broken else {"dash": 0}
            with self.local_context(draw_color=(0, 0, 0), line_width=_OUTLINE + 2 * _SEAM):
                self.polyline(points, polygon=True)
            with self.local_context(draw_color=outline.colour, line_width=_OUTLINE, dash_pattern=gaps):
                self.polyline(points, polygon=True)
        self.set_font_size(_HEAD_SIZE)
        for letter, x, y in pictures.letters:
            place = corner[0] + x * size[0] - self.get_string_width(letter) / 2, corner[1] + y * size[1] + 1.2
            for mode, ink in ((TextMode.STROKE, 0), (TextMode.FILL, 255)):
                with self.local_context(text_mode=mode, line_width=3 * _SEAM, text_color=ink, draw_color=ink):
                    self.text(*place, letter)

    def _key_to_colours(self, ramp: np.ndarray, ends: tuple[str, str], x: float, y: float) -> None:
        """Draw the colours of the map between what their ends mean."""
        self.set_font_size(_SMALL_SIZE)
        self._small(ends[0], y, x=x)
        x += self.get_string_width(ends[0]) + 1.5
        self.image(Image.fromarray(ramp), x=x, y=y + 0.7, w=_RAMP[0], h=_RAMP[1])
        self._small(ends[1], y, x=x + _RAMP[0] + 1.5)

    def _small(self, text: str, y: float, *, x: float = MARGIN, align: str = "L") -> None:
        """Write one line in small grey letters, and stay where it was written from."""
        before = self.x, self.y
        self.set_font_size(_SMALL_SIZE)
        self.set_xy(x, y)
        with self.local_context(text_color=GREY):
            self.cell(MARGIN + WIDTH - x, _SMALL_SIZE * _MM * _LEADING, text, align=align)
        self.x, self.y = before


def _line_height(block: Block, size: float) -> float:
    return size * block.scale * _MM * _LEADING


def _size_of(pictures: Pictures, highest: float) -> tuple[float, float]:
    """Return width and height in millimetres of each picture."""
    height, width = pictures.film.shape
    scale = min((WIDTH - _GAP) / 2 / width, highest / height)
    return width * scale, height * scale
