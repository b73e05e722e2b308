"""What is known of a film beside its pixels, in a form that travels between processes?"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.radiograph import Radiograph


def facts_of(film: Radiograph) -> dict[str, Any]:
    """Return what is known of a stored film, as JSON can say it."""
    return {"sha256": film.sha256, "source_format": film.source_format, "colour": float(film.colour)}


def film_of(pixels: NDArray[np.uint8] | NDArray[np.uint16], facts: dict[str, Any]) -> Radiograph:
    """Return the film of `facts_of`; raises KeyError, TypeError or ValueError where these are not such facts."""
    film = Radiograph(
        pixels=pixels, sha256=facts["sha256"], source_format=facts["source_format"], colour=facts["colour"]
    )
    if film.source_format not in ("PNG", "JPEG", "DICOM") or not math.isfinite(film.colour):
        raise ValueError
    return film
