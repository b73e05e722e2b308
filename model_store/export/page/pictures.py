"""What is seen on a page to hand on? The film beside its map and outlines; no map where pneumonia is not suspected."""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.export.colours import Picture, colour_ramp
from model_store.export.dicom.regions import highlighted_lines
from model_store.export.page import wording
from model_store.export.picture import CROP_COLOUR, LUNG_COLOUR, View, has_map, panes, shows_against, shrunk
from model_store.export.wording.map_sentences import is_folded, map_caption
from model_store.export.wording.sentences import correction
from model_store.film.radiograph import Radiograph
from model_store.reading.lungs.outlines import crop_outline, lung_outlines, side_labels
from model_store.reading.results import Explanation, Reading

_LONGEST_SIDE = 1200
"""Of a picture in pixels: more than a printer shows on half the width of a page."""

_STEP = 0.001
"""How far a line may be drawn from where it lies, as a share of the film's sides."""

_WHITE = (255, 255, 255)


@dataclass(frozen=True, eq=False)
class Outline:
    """A closed line on a picture.

    Attributes:
        points: (points, 2), float32, x and y as shares 0..1 of the picture's sides.
        colour: red, green, blue.
        is_broken: whether it is drawn with gaps.
    """

    points: NDArray[np.float32]
    colour: tuple[int, int, int]
    is_broken: bool = False


@dataclass(frozen=True, eq=False)
class Shown:
    """A result as the clinician has it before them.

    Attributes:
        radiograph: the film, as it was read.
        reading: what was found on it.
        explanation: the map.
        view: how the film is shown; on a page film and map are side by side always.
        folded: whether the map is left out; None for what the version's own operating point says.
        chosen: the operating point that the clinician chose in place of that, 0..1.
    """

    radiograph: Radiograph
    reading: Reading
    explanation: Explanation
    view: View = field(default_factory=View)
    folded: bool | None = None
    chosen: float | None = None

    @property
    def is_folded(self) -> bool:
        """Whether the map is left out."""
        return is_folded(self.reading.prediction) if self.folded is None else self.folded


@dataclass(frozen=True, eq=False)
class Pictures:
    """What is seen, all of the same shape.

    Attributes:
        film: (height, width), uint8, as a display shows it.
        film_title: what stands below it.
        beside: (height, width) or (height, width, 3), uint8, the film, and the map on it where that is shown.
        outlines: what is drawn on that: in lines, since a grey printer prints a map as grey as the film.
        letters: of the patient's sides, each with the x and y of its middle, as shares of the picture's sides.
        title: what stands below that.
        ramp: (8, n, 3), uint8, the colours of the map; None where none is shown.
        ends: what the ends of the ramp mean.
        caption: what the map shows, or why there is none.
    """

    film: Picture
    film_title: str
    beside: Picture
    outlines: tuple[Outline, ...]
    letters: list[tuple[str, float, float]]
    title: str
    ramp: Picture | None
    ends: tuple[str, str]
    caption: str


def pictures_of(shown: Shown) -> Pictures:
    """Draw what is seen of a result; both pictures, whatever the layout of its view."""
    radiograph, explanation, view = shown.radiograph, shown.explanation, replace(shown.view, layout="side by side")
    is_map_shown = has_map(explanation, view) and not shown.is_folded
    drawn = replace(view, layout="side by side" if is_map_shown else "original")
    seen = [picture for _, picture in panes(shrunk(radiograph.pixels, _LONGEST_SIDE), explanation, drawn)]
    against = shows_against(explanation, view)
    highlighted = highlighted_lines(explanation) if is_map_shown else []
    titles = [wording.HIGHLIGHTED if highlighted else wording.HEATMAP] if is_map_shown else []
    titles.append(wording.WITH_OUTLINES if explanation.lungs else wording.NO_LUNGS)
    decided_at = wording.point_called(shown.reading.prediction, shown.chosen)
    corrected = correction(radiograph.turn, is_inverted=radiograph.is_inverted, is_mirrored=radiograph.is_mirrored)
    return Pictures(
        film=seen[0],
        film_title=", ".join(filter(None, (wording.FILM, corrected))),
        beside=seen[-1],
        outlines=_outlines(explanation, view, highlighted),
        letters=side_labels(explanation.lungs, (1, 1)),
        title=_capital("; ".join(titles)),
        ramp=colour_ramp(view.colour_map, against=against) if is_map_shown else None,
        ends=("against", "for") if against else ("none", "most"),
        caption=wording.folded(decided_at) if shown.is_folded else map_caption(explanation, view),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _outlines(explanation: Explanation, view: View, highlighted: list[NDArray[np.float32]]) -> tuple[Outline, ...]:
    """Return the lines round the lungs, round what a map that is shown highlights, and the frame that is asked for."""
    return (
        *(Outline(_fewer(line), LUNG_COLOUR) for line in lung_outlines(explanation.lungs, (1, 1))),
        *(Outline(_fewer(line), _WHITE, is_broken=True) for line in highlighted),
        *([Outline(crop_outline(explanation.crop, (1, 1)), CROP_COLOUR, is_broken=True)] if view.crop else []),
    )


def _fewer(line: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.approxPolyDP(line, _STEP, closed=True)[:, 0], np.float32)
