"""What stands in the corner of a film, and how long is a millimetre on it? Only what the file's header gives."""

from model_store.film.header.header import age_in_words
from model_store.film.radiograph import Radiograph

_AT = {"imager pixel spacing": " at the detector", "scanned film": " on the scanned film"}
"""Where a spacing holds; a pixel spacing without more is the patient's."""


def lines(name: str, radiograph: Radiograph) -> list[str]:
    """Return the lines of the corner: the file, and what is known of view, age and spacing; nobody's name or dates.

    Args:
        name: of the film, as it may be shown.
        radiograph: the film.
    """
    header = radiograph.header
    if header is None:
        return [name]
    age = "" if header.age_years is None else age_in_words(header.age_years)
    ruler = spacing(radiograph)
    pixel = f"{ruler[1]:.3g} mm a pixel{ruler[2]}" if ruler else ""
    return [line for line in (name, header.view, age, pixel) if line]


def spacing(radiograph: Radiograph) -> tuple[float, float, str] | None:
    """Return the height and the width of a pixel of the film as it is turned, in mm, and where that holds.

    Returns:
        None where the header gives no spacing.
    """
    header = radiograph.header
    if header is None or header.spacing is None:
        return None
    height, width = header.spacing[::-1] if radiograph.turn % 2 else header.spacing
    return height, width, _AT.get(header.spacing_kind, "")
