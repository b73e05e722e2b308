"""What does the network learn from? Every film is prepared once, as reading prepares it, and kept by its hash."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_store.film.refusals import UnreadableImage
from model_store.reading.film_check.check import FilmCheck
from model_store.reading.film_check.verdict import FilmRefused
from model_store.reading.preparation import INPUT_SIDE, PREPARATION, lungs_in_crop
from model_store.versions.bundled import LUNGS_SHA256
from training.data.labelled import LabelledImage
from training.prepared.arrays import keep, kept
from training.prepared.fingerprints import keep_fingerprints
from training.run.progress import Progress


@dataclass
class CropSet:
    """Prepared images, and those that could not be.

    Attributes:
        images: the images that were prepared.
        pixels: (n, 224, 224), uint8, one crop an image.
        lungs: (n, 224, 224), bool, where the lungs are in it.
        refused: (image, sentence) of each image that reading would refuse.
    """

    images: list[LabelledImage]
    pixels: NDArray[np.uint8]
    lungs: NDArray[np.bool_]
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
        return CropSet([self.images[row] for row in rows], self.pixels[rows], self.lungs[rows], refused)


def prepare_crops(
    images: list[LabelledImage], film_check: FilmCheck, cache: Path, progress: Progress | None = None
) -> CropSet:
    """Prepare every image with the function that reading uses, or take it from the cache.

    Args:
        images: what to prepare, and to know by its pixels from then on; those that reading would refuse are listed in
            `refused`.
        film_check: which films are read.
        cache: folder for the crops, one file an image hash in a folder for this preparation and lung network.
        progress: where it is said how far the preparation is.
    """
    progress = progress or Progress()
    keep_fingerprints(images, cache, progress)
    folder = cache / f"{PREPARATION}-with-lungs-{LUNGS_SHA256[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.empty((len(images), INPUT_SIDE, INPUT_SIDE), np.uint8)
    lungs = np.empty(pixels.shape, bool)
    kept: list[LabelledImage] = []
    refused: list[tuple[LabelledImage, str]] = []
    new, seconds = 0, 0.0
    for image in progress.track(images, "preparing films"):
        is_new, began = not _file(image, folder).is_file(), time.monotonic()
        try:
            pixels[len(kept)], lungs[len(kept)] = _crop(image, film_check, folder)
        except (UnreadableImage, FilmRefused) as refusal:
            refused.append((image, str(refusal)))
        else:
            kept.append(image)
        if is_new:
            new, seconds = new + 1, seconds + time.monotonic() - began
    progress.paced("preparing films", new, seconds)
    return CropSet(kept, pixels[: len(kept)], lungs[: len(kept)], refused)


def _file(image: LabelledImage, folder: Path) -> Path:
    return folder / f"{image.sha256}.npz"


def _crop(image: LabelledImage, film_check: FilmCheck, folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    path = _file(image, folder)
    if arrays := kept(path, "crop", "lungs"):
        return arrays[0], np.unpackbits(arrays[1], axis=1).astype(bool)
    examined = film_check.examine(image.radiograph())
    assert examined.lungs is not None  # Only a clinician has a film read without lungs.
    crop, inside = examined.seen.pixels, lungs_in_crop(examined.lungs, examined.seen.crop)
    keep(path, crop=crop, lungs=np.packbits(inside, axis=1))
    return crop, inside
