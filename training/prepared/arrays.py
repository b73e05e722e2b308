"""How are arrays kept that took long to compute? In files that are there whole or not at all; a damaged one is none."""

import io
import os
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


def keep(path: Path, **arrays: NDArray[Any]) -> None:
    """Write arrays by name into one .npz file, which is there under its name only once it is whole."""
    written = io.BytesIO()
    np.savez(written, allow_pickle=False, **arrays)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(written.getvalue())
    part.replace(path)


def kept(path: Path, *names: str) -> list[NDArray[Any]] | None:
    """Return the arrays of these names from a file that `keep` wrote; None where it is missing or damaged."""
    try:
        # Opened here, since numpy leaves a file open that it finds to be cut off.
        with path.open("rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as arrays:
            return [arrays[name] for name in names]
    except (FileNotFoundError, EOFError, ValueError, KeyError, BadZipFile):
        return None
