"""Which film stands beside the question what a class's name means? Names may be garbled, a film never is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from model_store.film.refusals import UnreadableImage
from model_store.trainings.folder import RunFolder
from model_store.trainings.folder_names import class_key
from training.data.labelled import labelled_image

HEIGHT = 224


def draw_samples(names: Sequence[str], films: Mapping[str, Path], run: RunFolder) -> dict[str, str]:
    """Draw a film of each name, 224 pixels high, into the examination's folder.

    Args:
        names: of classes that are asked about.
        films: one film of each name, by its `class_key`.
        run: the examination's folder.

    Returns:
        The PNG files' names by the names of the classes; none where the film cannot be read.
    """
    drawn = {}
    for number, name in enumerate(names):
        path = films.get(class_key(name))
        if path and (picture := _picture(path)):
            drawn[name] = f"sample-{number}.png"
            (run.path / drawn[name]).write_bytes(picture)
    return drawn


def _picture(path: Path) -> bytes:
    try:
        film = labelled_image(path, split="", label="").radiograph()
    except (UnreadableImage, OSError):
        return b""
    height, width = film.pixels.shape
    size = (max(round(HEIGHT * width / height), 1), HEIGHT)
    shown = cv2.resize(film.reduced, size, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".png", np.rint(shown).astype(np.uint8))[1])
