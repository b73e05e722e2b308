"""What is seen on a page to hand on? The film beside its map and outlines; no map where pneumonia is not suspected."""

from dataclasses import dataclass, replace

from model_store.export.colours import Picture, colour_ramp
from model_store.export.map_sentences import map_caption
from model_store.export.page import wording
from model_store.export.picture import View, has_map, in_colour, panes, shows_against, shrunk, with_outlines
from model_store.export.point_sentences import called
from model_store.export.sentences import correction
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Explanation, Reading

_LONGEST_SIDE = 1200
"""Of a picture in pixels: more than a printer shows on half the width of a page."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """What is seen, all of the same shape.

    Attributes:
        film: (height, width), uint8, as a display shows it.
        film_title: what stands below it.
        beside: (height, width, 3), uint8, the film with its outlines, and with the map where that is shown.
        title: what stands below that.
        ramp: (8, n, 3), uint8, the colours of the map; None where none is shown.
        ends: what the ends of the ramp mean.
        caption: what the map shows, or why there is none.
    """

    film: Picture
    film_title: str
    beside: Picture
    title: str
    ramp: Picture | None
    ends: tuple[str, str]
    caption: str


def pictures_of(
    radiograph: Radiograph,
    reading: Reading,
    explanation: Explanation,
    view: View,
    *,
    folded: bool,
    chosen: float | None = None,
) -> Pictures:
    """Draw what is seen.

    Args:
        radiograph: the film, as it was read.
        reading: what was found on it.
        explanation: the map.
        view: how the clinician has it; both pictures are drawn whatever its layout.
        folded: whether the map is left out.
        chosen: the operating point that the clinician chose in place of the version's own, 0..1.
    """
    view = replace(view, lungs=True, layout="side by side")
    is_map_shown = has_map(explanation, view) and not folded
    drawn = replace(view, layout="side by side" if is_map_shown else "original")
    shown = [picture for _, picture in panes(shrunk(radiograph.pixels, _LONGEST_SIDE), explanation, drawn)]
    against = shows_against(explanation, view)
    outlines = wording.WITH_OUTLINES if explanation.lungs else wording.NO_LUNGS
    corrected = correction(radiograph.turn, is_inverted=radiograph.is_inverted, is_mirrored=radiograph.is_mirrored)
    return Pictures(
        film=shown[0],
        film_title=", ".join(filter(None, (wording.FILM, corrected))),
        beside=with_outlines(in_colour(shown[-1]), explanation, view),
        title=f"{wording.HEATMAP}; {outlines}" if is_map_shown else outlines.capitalize(),
        ramp=colour_ramp(view.colour_map, against=against) if is_map_shown else None,
        ends=("against", "for") if against else ("none", "most"),
        caption=wording.folded(called(reading.prediction, chosen)) if folded else map_caption(explanation, view),
    )
