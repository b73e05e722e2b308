"""Films on which the place that a result highlights is white, so that the pixels say where its outline belongs."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.export.dicom.export import DicomFiles, export_dicom
from model_store.export.dicom.regions import regions_of
from tests.doubles.films.dicom_sources import PATIENT, drawn_film, result_of
from tests.doubles.films.phantom import Chest, chest_film

HEIGHT, WIDTH = 550, 700
"""Of the film as it is read, in pixels."""

_SHEET = (700, 1200, 3)
_DARK, _WHITE = 100, 255


def white_where_highlighted() -> NDArray[np.uint8]:
    """Draw a dark chest, (HEIGHT, WIDTH), with the regions of the result of these tests in white."""
    reading = result_of(b"any")
    lines = [line for _, line in regions_of(reading.reading, reading.explanation)]
    film = np.minimum(chest_film(Chest(width=WIDTH, height=HEIGHT)) // 2, _DARK).astype(np.uint8)
    return np.asarray(cv2.fillPoly(film, [np.round(line * (WIDTH, HEIGHT)).astype(int) for line in lines], _WHITE))


def film_and_result(*, keep_patient: bool, turn: int = 0, is_mirrored: bool = False) -> tuple[bytes, DicomFiles]:
    """Make a film that is read once it was turned and mirrored so, and the objects of its result."""
    seen = white_where_highlighted()
    stored = np.rot90(np.fliplr(seen) if is_mirrored else seen, turn)
    height, width = stored.shape
    window = {"WindowCenter": "128", "WindowWidth": "256"}
    source = drawn_film(PATIENT | window | {"PixelData": stored.tobytes()}, width=width, height=height)
    sheet = np.zeros(_SHEET, np.uint8)
    sheet[:HEIGHT, :WIDTH] = seen[..., np.newaxis]
    result = result_of(source)
    reading = replace(result.reading, turn=turn, is_mirrored=is_mirrored)
    result = replace(result, reading=reading, film_size=(HEIGHT, WIDTH))
    return source, export_dicom(sheet, result, source, keep_patient=keep_patient)


def dice(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Return how far two masks agree, 0..1."""
    return float(2 * (first & second).sum() / (first.sum() + second.sum()))
