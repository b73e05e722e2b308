"""What is on a PDF page, as other programs see it: its words, its look and what its file says of itself, by Poppler."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PICTURES_A_PAGE = 3
"""Film, film with map, and the ramp of colours."""


def _poppler(program: str, *arguments: str, data: bytes) -> bytes:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed (apt-get install poppler-utils)")
    return subprocess.run([program, *arguments], input=data, capture_output=True, check=True, timeout=60).stdout


def words_on(page: bytes) -> str:
    """Return the text of a PDF in the order of its lines, every space a plain one and no line broken."""
    return " ".join(_poppler("pdftotext", "-layout", "-", "-", data=page).decode().split())


def facts_of(page: bytes) -> dict[str, str]:
    """Return what the file says of itself, such as "Pages" and "Page size"."""
    lines = _poppler("pdfinfo", "-", data=page).decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def fonts_of(page: bytes) -> list[dict[str, str]]:
    """Return the fonts of a PDF, each with "name" and whether it is embedded ("emb")."""
    lines = _poppler("pdffonts", "-", data=page).decode().splitlines()[2:]
    found = (re.match(r"(\S+) .*?(yes|no) +(yes|no) +(yes|no) +\d+ +\d+$", line) for line in lines)
    return [{"name": each[1], "emb": each[2]} for each in found if each]


def seen(page: bytes, folder: Path, *, dpi: int = 100) -> np.ndarray:
    """Return how a page looks, (height, width, 3), uint8."""
    _poppler("pdftoppm", "-r", str(dpi), "-png", "-", str(folder / "seen"), data=page)
    (found,) = folder.glob("seen*.png")
    return np.asarray(Image.open(found).convert("RGB"))


def pictures_in(page: bytes, folder: Path) -> list[np.ndarray]:
    """Return the pictures of a page as they are stored, in their order."""
    (folder / "page.pdf").write_bytes(page)
    _poppler("pdfimages", "-png", str(folder / "page.pdf"), str(folder / "picture"), data=b"")
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("picture*.png"))]
