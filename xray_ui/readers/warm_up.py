"""What does a model need to live behind a screen? To be left alone by it, and to have read a film before the first."""

import contextlib
import io

import cv2
import numpy as np
from PIL import Image

from model_store.film.load import load_radiograph
from model_store.film.radiograph import Radiograph
from model_store.reading.film_check.verdict import FilmRefused
from xray_ui.readers.background import Reader


def warm_up(reader: Reader) -> None:
    """Let the reader compile what it compiles at its first reading."""
    # The check does not take the drawing for a chest, and without a reason nothing after the check would be compiled.
    # Where it refuses all the same, what was compiled until then is worth the call.
    with contextlib.suppress(FilmRefused):
        reader.read(drawn_film(), overruled="a drawing, to compile the networks")


def drawn_film() -> Radiograph:
    """Draw two dark lungs in a bright chest: (256, 256), uint8."""
    film = np.full((256, 256), 40, np.uint8)
    cv2.ellipse(film, (128, 170), (118, 150), 0, 0, 360, 170, cv2.FILLED)
    for x, lean in ((78, 6), (178, -6)):
        cv2.ellipse(film, (x, 125), (34, 80), lean, 0, 360, 60, cv2.FILLED)
    cv2.ellipse(film, (140, 160), (36, 48), 20, 0, 360, 200, cv2.FILLED)
    film = np.asarray(cv2.GaussianBlur(film, (0, 0), 5), np.uint8)
    file = io.BytesIO()
    Image.fromarray(film).save(file, "PNG")
    return load_radiograph(file.getvalue())
