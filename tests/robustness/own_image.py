"""R6: does every result belong to the image beside it, with many readers and films hardly told apart?"""

import io
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from tests.browser.server import running_app
from tests.phantom import Chest, chest_film, png
from tests.robustness.http_reader import http_reader
from tests.robustness.report import Result, command
from xray_ui.state import sha256_of

READERS, UPLOADS = 20, 50
LARGE = Chest(2000, 1600, seed=5)
OTHER_PIXELS = 10
"""In how many pixels one large film differs from the next."""


def film_of(reader: int, upload: int) -> bytes:
    """Return a film that nobody else uploads: by turns a small one, a large one, one whose palette alone differs."""
    number = reader * UPLOADS + upload
    if upload % 3 == 0:
        return png(Chest(700, 550, seed=number))
    return _large(number) if upload % 3 == 1 else _palette(number)


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


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def own_image(folder: Path, *, readers: int, uploads: int, script: Path | None = None) -> Result:
    """Let readers upload films at once, and look which image each result names, and which film lies beside it.

    Args:
        folder: for home and log.
        readers: how many sessions at once.
        uploads: how many films in each, one after the other.
        script: what is run in place of the app.
    """
    result = Result("R6", f"{readers} readers at once, {uploads} uploads each")
    more = {"script": script} if script else {}
    with running_app(folder / "home", folder / "app.log", **more) as address, ThreadPoolExecutor(readers) as pool:
        list(pool.map(lambda reader: _reads(address, result, reader, uploads), range(readers)))
    return result


def _reads(address: str, result: Result, number: int, uploads: int) -> None:
    with http_reader(address) as reader:
        for upload in range(uploads):
            with result.trial(f"reader {number}, upload {upload}"):
                film, name = film_of(number, upload), f"{number}-{upload}.png"
                shown = reader.read(name, film)
                assert set(reader.images) == {sha256_of(film)[:12]}, f"{shown[0]} is another image"
                assert set(reader.names) == {name}, f"{shown[1]} lies beside it"


def results(count: int | None = None) -> Iterator[Result]:
    """Yield the full count."""
    with tempfile.TemporaryDirectory() as folder:
        yield own_image(Path(folder), readers=READERS, uploads=UPLOADS if count is None else count)


if __name__ == "__main__":
    command(results, unit="uploads of each reader")
