"""Where is something left of a patient? Films that carry marks, and the search for these on the disk."""

import io
import os
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from model_store.film.load import load_radiograph
from tests.doubles.films.dicom_files import written
from tests.doubles.films.phantom import Chest, chest_film


@dataclass(frozen=True)
class MarkedFilm:
    """A film of more than a megabyte with marks in it.

    Attributes:
        kind: "PNG" or "DICOM".
        file_name: with a mark in it.
        data: of the file.
        media: its MIME type, as a browser would send it.
        identifiers: marks that name the patient.
        picture: marks in the pixels, and part of the file.
    """

    kind: str
    file_name: str
    data: bytes
    media: str
    identifiers: list[bytes]
    picture: list[bytes]

    @property
    def marks(self) -> list[bytes]:
        """All marks, which are nowhere else."""
        return self.identifiers + self.picture


def marked_films(number: int) -> tuple[MarkedFilm, MarkedFilm]:
    """Return a PNG and a DICOM film of a patient; another number is another patient."""
    return _png(f"Zebedee-Quillfeather-{number}", _noisy(number)), _dicom(f"Philippa-Quillfeather-{number}", number)


def _noisy(seed: int) -> NDArray[np.uint8]:
    film = chest_film(Chest(1400, 1100, seed=9))
    noise = np.random.default_rng(seed).integers(0, 256, film.shape, np.uint8)
    return np.clip(film.astype(int) + noise // 6, 0, 255).astype(np.uint8)


def _png(name: str, film: NDArray[np.uint8]) -> MarkedFilm:
    info, exif, file = PngInfo(), Image.Exif(), io.BytesIO()
    info.add_text("PatientName", f"text {name}")
    exif[0x010E] = f"exif {name}"  # ImageDescription
    Image.fromarray(film).save(file, "PNG", pnginfo=info, exif=exif)
    return _marked("PNG", f"{name}.png", file.getvalue(), [name], film)


def _dicom(name: str, number: int) -> MarkedFilm:
    stored = _noisy(number + 1).astype(np.uint16) * 16
    # A day on which nothing else on the disk was made, and another one for each patient.
    identity, birth = f"QF-{number}-4711", f"{1700 + number % 150}0911"
    header = {"PatientName": name, "PatientID": identity, "PatientBirthDate": birth, "PatientSex": "F"}
    study = {"StudyInstanceUID": "1.2.3.4.6", "SeriesInstanceUID": "1.2.3.4.7", "PatientAge": "004Y"}
    data = written(stored, bits=12, **header, **study)
    return _marked("DICOM", name, data, [name, identity, birth], stored)


def _marked(
    kind: str, file_name: str, data: bytes, identifiers: list[str], pixels: NDArray[np.uint8] | NDArray[np.uint16]
) -> MarkedFilm:
    rows = {row.tobytes()[:64] for row in (pixels[0], load_radiograph(data).pixels[0])}  # As stored, and as decoded.
    picture = [*rows, data[len(data) // 2 :][:64]]
    media = "image/png" if kind == "PNG" else ""
    return MarkedFilm(kind, file_name, data, media, [each.encode() for each in identifiers], picture)


def hits(root: Path, marks: list[bytes], *, since: float = 0.0) -> list[str]:
    """Return the files below a folder that hold a mark, or have one in their name.

    Args:
        root: the folder.
        marks: what is looked for.
        since: files that were last written before are left out, in seconds since 1970.
    """
    found = []
    for parent, _, names in os.walk(root):
        for path in (Path(parent) / name for name in names):
            content = _content(path, since)
            if any(mark in content or mark in os.fsencode(path) for mark in marks):
                found.append(str(path))
    return found


def _content(path: Path, since: float) -> bytes:
    try:
        status = path.lstat()
        return path.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_mtime >= since else b""
    except OSError:
        return b""  # Gone meanwhile.


def contents_of(path: Path) -> list[bytes]:
    """Return what is in a saved file: the files of a ZIP unpacked, any other as it is."""
    if not zipfile.is_zipfile(path):
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as packed:
        return [packed.read(name) for name in packed.namelist()]
