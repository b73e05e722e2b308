"""How are the pictures of a film shown? In frames that zoom and move together and keep their place.

A Plotly chart cannot do the last: Streamlit makes a new one whenever its content changes, so that every move of the
opacity slider would throw a reader who has zoomed in back to the whole film.
"""

import base64
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2.types import ComponentRenderer

from model_store.export.colours import Picture, colour_ramp
from model_store.export.picture import (
    CROP_COLOUR,
    LUNG_COLOUR,
    View,
    panes,
    shows_against,
    shrunk,
    to_png,
)
from model_store.film.radiograph import Radiograph
from model_store.reading.lungs.outlines import crop_outline, lung_outlines, side_labels
from model_store.reading.results import Explanation


def show(radiograph: Radiograph, explanation: Explanation | None, view: View, *, name: str) -> None:
    """Show the pictures that a view asks for.

    Args:
        radiograph: the film.
        explanation: where the network looked on it; None while the film has not been read.
        view: what the reader has chosen to see.
        name: of the film, for screen readers.
    """
    key = "-".join(map(str, ("viewer", *radiograph.identity)))
    _component()(key=key, data=frames(radiograph, explanation, view) | {"name": name})


def frames(radiograph: Radiograph, explanation: Explanation | None, view: View) -> dict[str, Any]:
    """Return what the browser draws: pictures as PNG, outlines as points in the film's own pixels."""
    shown = panes(shrunk(radiograph.pixels), explanation, view)
    height, width = radiograph.pixels.shape
    has_map = any(picture.ndim == 3 for _, picture in shown)
    return {
        "width": width,
        "height": height,
        "panes": [{"title": title, "source": _source(picture)} for title, picture in shown],
        "outlines": _outlines(explanation, (height, width), view) if explanation else [],
        "letters": _letters(explanation, (height, width), view) if explanation else [],
        "legend": _legend(explanation, view) if has_map else None,
    }


def _legend(explanation: Explanation | None, view: View) -> dict[str, str]:
    against = shows_against(explanation, view)
    low, high = ("against", "for") if against else ("none", "most")
    return {"source": _source(colour_ramp(view.colour_map, against=against)), "low": low, "high": high}


def _source(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(to_png(picture)).decode()


def _outlines(explanation: Explanation, shape: tuple[int, int], view: View) -> list[dict[str, Any]]:
    lungs = lung_outlines(explanation.lungs, shape) if view.lungs else []
    lines = [_line(outline, LUNG_COLOUR, dashed=False) for outline in lungs]
    return lines + ([_line(crop_outline(explanation.crop, shape), CROP_COLOUR, dashed=True)] if view.crop else [])


def _letters(explanation: Explanation, shape: tuple[int, int], view: View) -> list[dict[str, Any]]:
    labels = side_labels(explanation.lungs, shape) if view.lungs else []
    return [{"text": text, "x": round(x, 1), "y": round(y, 1), "colour": f"rgb{LUNG_COLOUR}"} for text, x, y in labels]


def _line(points: NDArray[Any], colour: tuple[int, int, int], *, dashed: bool) -> dict[str, Any]:
    return {"points": points.round(1).tolist(), "colour": f"rgb{colour}", "dashed": dashed}


@cache
def _component() -> ComponentRenderer:
    folder = Path(__file__).parent
    return st.components.v2.component(
        "film_viewer",
        html='<div class="xv-root"></div>',
        css=(folder / "viewer.css").read_text(encoding="utf-8"),
        js=(folder / "viewer.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
