"""How long does a large DICOM film take until the network may see it? Against pydicom's own decoding of it."""

import io

import numpy as np
from pydicom import dcmread

from model_store.film_gate import load_film_gate
from model_store.radiograph import load_radiograph
from model_store.registry import BUNDLED_FOLDER
from tests.benchmarks.measure import ROUNDS, alternate, asked, ratio, show
from tests.dicom_files import COMPRESSED, written
from tests.phantom import Chest, chest_film


def large_film() -> bytes:
    """Return the drawn phantom as lossless JPEG 2000 of 3000 x 2500 pixels and 16 bits, with a window."""
    film = chest_film(Chest(width=2500, height=3000)).astype(np.uint16) * 257
    film ^= np.random.default_rng(0).integers(0, 256, film.shape, np.uint16)  # The noise of a detector.
    return written(film, COMPRESSED["JPEG 2000 lossless"], WindowCenter=32768, WindowWidth=65536)


def main() -> None:
    """Print the ratio."""
    rounds, data, gate = asked("--rounds", ROUNDS), large_film(), load_film_gate(BUNDLED_FOLDER)
    seconds = alternate(
        {
            "decode_and_prepare": lambda: gate.examine(load_radiograph(data)) and None,
            "pydicom": lambda: dcmread(io.BytesIO(data)).pixel_array.shape and None,
        },
        rounds=rounds,
    )
    name = "decoding and preparing a JPEG 2000 film, against pydicom's decoding alone"
    show(ratio(name, seconds, over=("decode_and_prepare", "pydicom"), limit=1.5, rounds=rounds))


if __name__ == "__main__":
    main()
