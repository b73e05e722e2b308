"""What does it cost to decode an upload? Against decoding in this process, and a large film against pydicom alone."""

import io
from typing import Any

import cv2
import numpy as np
from pydicom import dcmread
from pydicom.uid import UID

from model_store.decoding import pool
from model_store.film.load import load_radiograph
from model_store.versions.bundled import BUNDLED_FOLDER
from model_store.versions.loading import load_film_check
from tests.benchmarks.measure import ROUNDS, alternate, asked, ratio, show
from tests.doubles.films.dicom_files import COMPRESSED, written
from tests.doubles.films.phantom import Chest, chest_film, jpeg, png

LIMIT = 0.015
"""Seconds that the process may add to a read."""


def large_film() -> np.ndarray:
    """Return a film of 3000 x 2500 pixels and 12 of 16 bits, with the noise of a detector."""
    film = cv2.resize(chest_film(Chest(1500, 1250)), (3000, 2500)).astype(np.float32) * 16
    noise = np.random.default_rng(5).normal(0, 8, film.shape)
    return np.clip(film + noise, 0, 4095).astype(np.uint16)


def compared(name: str, data: bytes, rounds: int) -> dict[str, Any]:
    """Return what the process adds to the reading of a file, by medians in alternation."""
    seconds = alternate(
        {"child": lambda: pool.decode(data), "same process": lambda: load_radiograph(data)}, rounds=rounds
    )
    added = seconds["child"] - seconds["same process"]
    return {
        "benchmark": f"what the decoding process adds: {name}",
        "median_seconds": {key: round(value, 6) for key, value in seconds.items()},
        "added_seconds": round(added, 6),
        "limit": LIMIT,
        "within": added <= LIMIT,
        "rounds": rounds,
    }


def against_pydicom(data: bytes, rounds: int) -> dict[str, Any]:
    """Return how long a DICOM file takes until the network may see it, against pydicom's decoding alone."""
    gate = load_film_check(BUNDLED_FOLDER)
    seconds = alternate(
        {
            "decode_and_prepare": lambda: gate.examine(pool.decode(data)) and None,
            "pydicom": lambda: dcmread(io.BytesIO(data)).pixel_array.shape and None,
        },
        rounds=rounds,
    )
    name = "decoding and preparing JPEG 2000 of 3000 x 2500, against pydicom's decoding alone"
    return ratio(name, seconds, over=("decode_and_prepare", "pydicom"), limit=1.5, rounds=rounds)


def main() -> None:
    """Print what is added for ordinary films and for large ones, and the ratio to pydicom."""
    rounds = asked("--rounds", ROUNDS)
    film = large_film()
    attributes = {"bits": 12, "WindowCenter": 2048, "WindowWidth": 4096}
    jpeg_2000 = written(film, UID(COMPRESSED["JPEG 2000 lossless"]), **attributes)
    files = {
        "JPEG 2000 x 1500": jpeg(Chest(2000, 1500)),
        "PNG 1200 x 1000": png(Chest(1200, 1000)),
        "DICOM 3000 x 2500, 16 bits, uncompressed": written(film, **attributes),
        "DICOM 3000 x 2500, 16 bits, JPEG 2000": jpeg_2000,
    }
    for name, data in files.items():
        show(compared(name, data, rounds))
    show(against_pydicom(jpeg_2000, max(rounds // 3, 3)))


if __name__ == "__main__":
    main()
