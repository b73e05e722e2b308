"""What does the network learn from? Every film is prepared once, as reading prepares it, and kept by its hash."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_store.film_gate import FilmGate
from model_store.lungs import LUNGS_SHA256
from model_store.preprocessing import INPUT_SIDE, PREPARATION
from model_store.quality import FilmRefused
from model_store.radiograph import UnreadableImage
from training.dataset import LabelledImage
from training.progress import Progress


@dataclass
class CropSet:
    """Prepared images, and those that could not be.

    Attributes:
        images: the images that were prepared.
        pixels: (n, 224, 224), uint8, one crop an image.
        refused: (image, sentence) of each image that reading would refuse.
    """

    images: list[LabelledImage]
    pixels: NDArray[np.uint8]
    refused: list[tuple[LabelledImage, str]] = field(default_factory=list)

    @property
    def targets(self) -> NDArray[np.float32]:
        """(n,), 1 for PNEUMONIA and 0 for NORMAL."""
        return np.array([image.target for image in self.images], np.float32)

    def subset(self, chosen: list[LabelledImage], *, with_refused: bool = False) -> "CropSet":
        """Return the prepared images that are among the chosen ones, and with them the refused ones if wanted."""
        wanted = {image.path for image in chosen}
        rows = [row for row, image in enumerate(self.images) if image.path in wanted]
        refused = [(image, reason) for image, reason in self.refused if with_refused and image.path in wanted]
        return CropSet([self.images[row] for row in rows], self.pixels[rows], refused)


def prepare_crops(
    images: list[LabelledImage], gate: FilmGate, cache: Path, progress: Progress | None = None
) -> CropSet:
    """Prepare every image with the function that reading uses, or take it from the cache.

    Args:
        images: what to prepare; those that reading would refuse are listed in `refused`.
        gate: which films are read.
        cache: folder for the crops, one file an image hash in a folder for this preparation and lung network.
        progress: where it is said how far the preparation is.
    """
    progress = progress or Progress()
    folder = cache / f"{PREPARATION}-{LUNGS_SHA256[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.empty((len(images), INPUT_SIDE, INPUT_SIDE), np.uint8)
    kept: list[LabelledImage] = []
    refused: list[tuple[LabelledImage, str]] = []
    for image in progress.track(images, "preparing films"):
        try:
            pixels[len(kept)] = _crop(image, gate, folder)
        except (UnreadableImage, FilmRefused) as refusal:
            refused.append((image, str(refusal)))
        else:
            kept.append(image)
    return CropSet(kept, pixels[: len(kept)], refused)


def _crop(image: LabelledImage, gate: FilmGate, folder: Path) -> NDArray[np.uint8]:
    path = folder / f"{image.sha256}.npy"
    try:
        crop: NDArray[np.uint8] = np.load(path, allow_pickle=False)
    except (FileNotFoundError, EOFError, ValueError):
        crop = gate.examine(image.radiograph()).seen.pixels
        part = path.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as file:
            np.save(file, crop, allow_pickle=False)
        part.replace(path)
    return crop
