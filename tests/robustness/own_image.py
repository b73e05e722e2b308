"""R6: does every result belong to the image beside it, with many readers and films hardly told apart?"""

import io
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from tests.browser.server import running_app
from tests.doubles.films import dicom_files
from tests.doubles.films.phantom import Chest, chest_film, png
from tests.robustness.http_reader import HttpReader, http_reader
from tests.robustness.report import Result, command
from xray_ui.reading.case.shown import sha256_of

READERS, UPLOADS = 20, 50
LARGE = Chest(2000, 1600, seed=5)
OTHER_PIXELS = 10
"""In how many pixels one large film differs from the next."""


KINDS = 4


def film_of(reader: int, upload: int) -> bytes:
    """Return a film that nobody else uploads.

    By turns a small one, a large one with a few other pixels, one whose palette alone differs, and a DICOM film of
    which the patient's ID alone differs.
    """
    number = reader * UPLOADS + upload
    return (_small, _large, _palette, _dicom)[upload % KINDS](number)


def _small(number: int) -> bytes:
    return png(Chest(700, 550, seed=number))


def _large(number: int) -> bytes:
    film = chest_film(LARGE)
    places = np.random.default_rng(number).choice(film.size, OTHER_PIXELS, replace=False)
    film.flat[places] = film.flat[places] ^ 1
    return _png(Image.fromarray(film))


def _palette(number: int) -> bytes:
    image = Image.fromarray(chest_film(Chest(700, 550, seed=3)) // 4, "P")
    greys = np.minimum(np.arange(64) * 4, 255)
    greys[:10] += [number >> bit & 1 for bit in range(10)]  # The number in the last bits of the darkest greys.
    image.putpalette(np.repeat(greys, 3).astype(np.uint8).tobytes())
    return _png(image)


def _dicom(number: int) -> bytes:
    pixels = chest_film(Chest(700, 550, seed=4)).astype(np.uint16) * 16
    return dicom_files.written(pixels, bits=12, PatientID=f"{number:04}")


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def own_image(address: str, *, readers: int, uploads: int) -> Result:
    """Let readers upload films at once, and look which film each result names, and which film lies beside it.

    Args:
        address: of the running app.
        readers: how many sessions at once.
        uploads: how many films in each, one after the other.
    """
    result = Result("R6", f"{readers} readers at once, {uploads} uploads each")
    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(lambda reader: _reads(address, result, reader, uploads), range(readers)))
    return result


def _reads(address: str, result: Result, number: int, uploads: int) -> None:
    with http_reader(address) as reader:
        for upload in range(uploads):
            with result.trial(f"reader {number}, upload {upload}"):
                read_own(reader, f"film-{number}-{upload}", film_of(number, upload))


def read_own(reader: HttpReader, name: str, film: bytes) -> None:
    """Upload a film and wait for its result; raises AssertionError where anything shown is another film's."""
    reader.read(name, film)
    sha256 = sha256_of(film)
    assert set(reader.results) == {sha256[:12]}, f"the result is of {reader.results}"
    assert set(reader.pictures) == {sha256}, f"the pictures beside it are of {reader.pictures}"
    assert set(reader.names) == {name}, f"{reader.names} lies beside it"


def results(count: int | None = None) -> Iterator[Result]:
    """Yield the full count."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "home", Path(folder) / "log") as address:
        yield own_image(address, readers=READERS, uploads=UPLOADS if count is None else count)


if __name__ == "__main__":
    command(results, unit="uploads of each reader")
