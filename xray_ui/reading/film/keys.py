"""Which keys has the film, and what does each do? Listed under "?", and the one place where they are given."""

from typing import NamedTuple

from xray_ui.reading.film.view import LAYOUTS

PREVIOUS, NEXT = "P", "N"


class Key(NamedTuple):
    """One key.

    Attributes:
        keys: what is pressed, as `KeyboardEvent.key` has it in small letters; several do the same.
        act: what `browser/tools.js` does; "" where a button of Streamlit has the key.
        said: what it does, for the list.
    """

    keys: tuple[str, ...]
    act: str
    said: str


KEYS = (
    Key((NEXT.lower(),), "", "Next film"),
    Key((PREVIOUS.lower(),), "", "Previous film"),
    *(Key((str(i),), f"layout {layout}", name) for i, (layout, name) in enumerate(LAYOUTS.items(), 1)),
    Key((",",), "less", "Less of the heatmap"),
    Key((".",), "more", "More of the heatmap"),
    Key(("i",), "invert", "Invert the greys"),
    Key(("w",), "reset", "Reset the window"),
    Key(("o",), "outline", "Outline of the lungs"),
    Key(("0",), "fit", "Fit the film into its frame"),
    Key(("+", "="), "in", "Zoom in"),
    Key(("-",), "out", "Zoom out"),
    Key(("f",), "full", "Full screen, and back"),
    Key(("s",), "save", "Save"),
    Key(("?",), "help", "This list"),
)

BY_HAND = (
    ("Wheel", "Zoom"),
    ("Drag", "Move the film"),
    ("Right button and drag", "Window: up and down the level, across the width"),
    ("Double click", "Fit the film into its frame"),
    ("Arrows, on the film", "Move the film"),
    ("Shift and arrows, on the film", "Window: up and down the level, across the width"),
)
"""What mouse and arrows do on the film; a finger does what the mouse does, and two fingers zoom."""


def listed() -> list[dict[str, object]]:
    """Return the keys as the browser needs them."""
    return [key._asdict() for key in KEYS]
