"""Does a file in a folder look like a film? Its name tells, or, where that says nothing, its first bytes."""

from pathlib import Path

from model_store.film.kind.formats import is_dicom

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".jp2"})
"""Names of pictures, of which not all can be read: that is said of each."""

_DIRECTORY = "DICOMDIR"
"""The name that the table of contents of a disc has to have, PS3.10."""

_START_BYTES = 256


def is_named_as_picture(name: str) -> bool:
    """Return whether a file's name is that of a picture."""
    return Path(name).suffix.lower() in _SUFFIXES


def looks_like_film(path: Path) -> bool:
    """Return whether a file is a picture by its name, or DICOM by its content; only of the latter anything is read.

    DICOM films often have no extension, or end like a number.
    """
    if is_named_as_picture(path.name):
        return True
    try:
        # To open a pipe could wait for ever.
        if path.name == _DIRECTORY or not path.is_file():
            return False
        with path.open("rb") as file:
            return is_dicom(file.read(_START_BYTES))
    except OSError:
        return False
