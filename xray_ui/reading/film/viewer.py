"""How are the pictures of a film shown? In frames that zoom and move together and keep their place.

A Plotly chart cannot do the last: Streamlit makes a new one whenever its content changes, so that every move of the
opacity slider would throw a reader who has zoomed in back to the whole film. Film and map are sent as two pictures, one
on the other, so that window, greys and opacity follow the hand at once; what was chosen is sent back, and the film then
comes anew as it is saved.
"""

import base64
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2.types import ComponentRenderer

from model_store.export.colours import Picture, colour_ramp, heat_colours
from model_store.export.picture import (
    CROP_COLOUR,
    LUNG_COLOUR,
    Pixels,
    View,
    laid,
    layers,
    shows_against,
    shrunk,
    to_display,
    to_png,
)
from model_store.film.grey import default_window
from model_store.film.radiograph import Radiograph
from model_store.reading.lungs.outlines import crop_outline, lung_outlines, side_labels
from model_store.reading.results import Explanation
from xray_ui.reading.film import corner, keys
from xray_ui.reading.film import view as film_view

SCRIPTS = ("place", "window", "tools", "viewer")

_OF_THE_MAP = ("map", "outlines", "letters")
_OF_THE_FILM = (*_OF_THE_MAP, "film", "width", "height", "spacing", "name", "corner")


@dataclass(frozen=True)
class Side:
    """One of two pictures that stand beside each other, with all that is said of it.

    Attributes:
        radiograph: its film.
        explanation: where the network looked on it; None for a film that was refused.
        view: how it is drawn.
        name: of its film, for screen readers and the corner.
        said: what stands under the picture, line by line, as plain text.
    """

    radiograph: Radiograph
    explanation: Explanation | None
    view: View
    name: str
    said: tuple[str, ...]


def show(radiograph: Radiograph, explanation: Explanation | None, view: View, *, name: str) -> None:
    """Show the pictures that a view asks for.

    Args:
        radiograph: the film.
        explanation: where the network looked on it; None while the film has not been read.
        view: what the reader has chosen to see.
        name: of the film, for screen readers and the corner.
    """
    key = "-".join(map(str, ("viewer", *radiograph.identity)))
    _draw(key, radiograph, frames(radiograph, explanation, view) | _named(name, radiograph))


def show_beside(present: Side, other: Side, *, key: str) -> None:
    """Show two pictures that zoom together; what is chosen beside them is chosen for the present one.

    Args:
        present: of the film that is open. Another film stands left of it, another version's map right of it.
        other: what stands beside it.
        key: short name of these two, so that no others ever take their place.
    """
    _draw(f"viewer-beside-{key}", present.radiograph, frames_beside(present, other))


def _draw(key: str, radiograph: Radiograph, data: dict[str, Any]) -> None:
    data |= {"keys": keys.listed(), "hands": list(keys.BY_HAND)}
    _component()(key=key, data=data, on_view_change=partial(_take, key, radiograph))


def _named(name: str, radiograph: Radiograph) -> dict[str, Any]:
    return {"name": name, "corner": corner.lines(name, radiograph) if st.session_state.get(film_view.CORNER) else []}


def frames_beside(present: Side, other: Side) -> dict[str, Any]:
    """Return what the browser draws of two sides: one frame each, with what is said of it in that frame."""
    data, beside = (_alone(side) for side in (present, other))
    is_same_film = present.radiograph.identity == other.radiograph.identity
    panes = [
        data["panes"][0] | {"said": present.said},
        beside["panes"][0]
        | {"said": other.said, "own": {name: beside[name] for name in (_OF_THE_MAP if is_same_film else _OF_THE_FILM)}},
    ]
    legends = [each for each in (data["legend"], beside["legend"]) if each]
    # The one with both ends, where only one of the maps has what speaks against pneumonia.
    legend = max(legends, key=lambda each: bool(each["low"] == "against"), default=None)
    return data | {"panes": panes if is_same_film else panes[::-1], "legend": legend}


def _alone(side: Side) -> dict[str, Any]:
    view = replace(side.view, layout="overlay") if side.view.layout == "side by side" else side.view
    return frames(side.radiograph, side.explanation, view) | _named(side.name, side.radiograph)


def _take(key: str, radiograph: Radiograph) -> None:
    # Nothing is there where another film took its place at that moment.
    film_view.take((st.session_state.get(key) or {}).get("view"), radiograph)


def frames(radiograph: Radiograph, explanation: Explanation | None, view: View) -> dict[str, Any]:
    """Return what the browser draws: pictures as PNG, outlines as points in the film's own pixels."""
    pixels = shrunk(radiograph.pixels)
    height, width = radiograph.pixels.shape
    shown = layers(explanation, view)
    has_map = any(on_it for _, _, on_it in shown)
    return {
        "width": width,
        "height": height,
        "panes": [{"title": title, "film": film, "map": on_it} for title, film, on_it in shown],
        "map": _map(explanation, view, (pixels.shape[0], pixels.shape[1])) if explanation and has_map else "",
        "layout": view.layout,
        "opacity": round(100 * view.opacity),
        "lungs": view.lungs,
        "outlines": _outlines(explanation, (height, width), view) if explanation else [],
        "letters": _letters(explanation, (height, width)) if explanation else [],
        "legend": _legend(explanation, view) if has_map else None,
        "spacing": corner.spacing(radiograph),
        **_film(pixels, view, radiograph),
    }


def _film(pixels: Pixels, view: View, radiograph: Radiograph) -> dict[str, Any]:
    """Return the film as it is to be seen, and all its greys where that shows others."""
    # Of all the greys the browser makes any window at once: in 8 bits, until what is exact comes from here.
    least, most = (float(pixels.min()), float(max(pixels.max(), pixels.min() + 1)))
    low, high = (0.0, 255.0) if pixels.dtype == np.uint8 else (least, most)
    film, greys = to_display(pixels, window=view.window, invert=view.invert), to_display(pixels, window=(low, high))
    return {
        "film": _source(film),
        "greys": {"source": "" if np.array_equal(film, greys) else _source(greys), "low": low, "high": high},
        "window": view.window,
        "own_window": default_window(radiograph.pixels),
        "invert": view.invert,
    }


def _map(explanation: Explanation, view: View, shape: tuple[int, int]) -> str:
    """Return the map alone; over a film it is the more opaque the more it says, as `overlay` has it."""
    heatmap = laid(explanation, view, shape)
    coloured = heat_colours(heatmap, view.colour_map)
    if view.layout == "heatmap":
        return _source(coloured)
    opaque = np.rint(np.clip(np.abs(heatmap), 0, 1) * 255).astype(np.uint8)
    return _source(np.dstack([coloured, opaque]))


def _legend(explanation: Explanation | None, view: View) -> dict[str, str]:
    against = shows_against(explanation, view)
    low, high = ("against", "for") if against else ("none", "most")
    return {"source": _source(colour_ramp(view.colour_map, against=against)), "low": low, "high": high}


def _source(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(to_png(picture)).decode()


def _outlines(explanation: Explanation, shape: tuple[int, int], view: View) -> list[dict[str, Any]]:
    lungs = [_line(outline, LUNG_COLOUR, dashed=False) for outline in lung_outlines(explanation.lungs, shape)]
    return ([_line(crop_outline(explanation.crop, shape), CROP_COLOUR, dashed=True)] if view.crop else []) + lungs


def _letters(explanation: Explanation, shape: tuple[int, int]) -> list[dict[str, Any]]:
    labels = side_labels(explanation.lungs, shape)
    return [{"text": text, "x": round(x, 1), "y": round(y, 1), "colour": f"rgb{LUNG_COLOUR}"} for text, x, y in labels]


def _line(points: NDArray[Any], colour: tuple[int, int, int], *, dashed: bool) -> dict[str, Any]:
    return {"points": points.astype(np.float64).round(1).tolist(), "colour": f"rgb{colour}", "dashed": dashed}


@cache
def _component() -> ComponentRenderer:
    folder = Path(__file__).parent / "browser"
    return st.components.v2.component(
        "film_viewer",
        html='<div class="xv-root"></div>',
        css=(folder / "viewer.css").read_text(encoding="utf-8"),
        # One script of four files: what a component is given has nothing to import from.
        js="\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS),
        isolate_styles=False,
    )
