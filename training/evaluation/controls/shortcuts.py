"""What does a version tell from parts of a film? It reads films without the lungs, and the lungs without the film."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.export.wording.claims import MEANINGFUL
from model_store.film.radiograph import FILM_SIDE
from model_store.reading.network import BATCH, build_logits
from model_store.reading.preparation import INPUT_SIDE
from training.data.labelled import LabelledImage
from training.evaluation.composites import faded, laid, matched, widened
from training.prepared.crops import CropSet
from training.run.progress import Progress
from training.statistics import metrics

if TYPE_CHECKING:
    import keras

RING = 28
"""Width of the outer ring in pixels of the reduced film, an eighth of its side; the lungs rarely reach into it."""

GREY = 128
"""What stands for everything outside the lungs, or for the lungs."""

SPREAD = 0.1
"""Standard deviation, as a share of the side, of the blur by which the surround fills the lungs."""

Film = NDArray[np.float32]
Crop = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def outline_only(crop: Crop, lungs: Mask) -> Crop:
    """Return black lungs on even grey: nothing of the crop, (224, 224), uint8, but the shape of its lungs."""
    return np.where(lungs, 0, GREY).astype(np.uint8)


def lungs_only(crop: Crop, lungs: Mask) -> Crop:
    """Return the lungs, as their outline has them, on even grey; (224, 224), uint8."""
    return laid(np.full_like(crop, GREY), crop, faded(lungs))


PARTS: dict[str, Callable[[Crop, Mask], Crop]] = {"lungs_only": lungs_only, "outline_only": outline_only}
"""What a version is shown in place of a crop, by the control's name in the report."""


def _blurred(grey: NDArray[np.float32], filled: Mask) -> NDArray[np.float32]:
    """Return the surround, spread into the lungs by a wide blur: normalised convolution, Knutsson, Westin 1993."""
    known = (~filled).astype(np.float32)
    weight, total = (cv2.GaussianBlur(each, (0, 0), SPREAD * len(grey)) for each in (known, known * grey))
    return np.asarray(total / np.maximum(weight, 1e-3), np.float32)


def _noise(grey: NDArray[np.float32], filled: Mask, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return spots of chance with the mean and deviation of the surround."""
    spots = cv2.GaussianBlur(rng.normal(0, 1, grey.shape).astype(np.float32), (0, 0), 0.02 * len(grey))
    around = grey[~filled]
    return matched(spots, np.ones_like(filled), float(around.mean()), float(around.std()))


FILLS: dict[str, Callable[[NDArray[np.float32], Mask, np.random.Generator], NDArray[np.float32]]] = {
    "filled_grey": lambda grey, filled, rng: np.full_like(grey, GREY),
    "filled_mean": lambda grey, filled, rng: np.full_like(grey, grey[~filled].mean()),
    "filled_noise": lambda grey, filled, rng: _noise(grey, filled, rng),
    "filled_blurred": lambda grey, filled, rng: _blurred(grey, filled),
}
"""What stands for the lungs, by the control's name: of a crop, float32, and where the lungs are filled."""


def without_lungs(crops: CropSet) -> Iterator[dict[str, Crop]]:
    """Yield each crop of a set with its widened lungs filled, by each of `FILLS`.

    Reading evens a film by its lungs, so the grey of the surround tells how bright these are. Here every surround gets
    the mean and the deviation that those of the set have on average. What was clipped at the lungs' exposure stays so.

    Args:
        crops: films; in none of them do the widened lungs fill the crop.
    """
    filled = [widened(lungs) for lungs in crops.lungs]
    around = [crop[~region].astype(np.float64) for crop, region in zip(crops.pixels, filled, strict=True)]
    mean, deviation = (float(np.mean([measure(each) for each in around])) for measure in (np.mean, np.std))
    for row, (crop, region) in enumerate(zip(crops.pixels, filled, strict=True)):
        grey = np.clip(matched(crop, ~region, mean, deviation), 0, 255)
        rng = np.random.default_rng(row)
        yield {name: laid(grey, fill(grey, region, rng), faded(region)) for name, fill in FILLS.items()}


def outer_ring_only(film: Film) -> Crop:
    """Return the whole film with everything but its outer ring black, its exposure evened by the ring alone.

    The ring is the same for every film. One round the crop would tell where the lungs are and how large, and the
    exposure that reading takes from inside the lungs would tell how bright they are.

    Args:
        film: (224, 224), float32 in 0..255, as `Radiograph.reduced`.

    Returns:
        (224, 224), uint8.
    """
    ring = np.ones((FILM_SIDE, FILM_SIDE), bool)
    ring[RING:-RING, RING:-RING] = False
    low, high = np.percentile(film[ring], (1, 99))
    evened = np.clip((film - low) * (255.0 / max(high - low, 1e-6)), 0, 255)
    assert evened.shape == (INPUT_SIDE, INPUT_SIDE)  # The reduced film has the network's size.
    return np.where(ring, np.rint(evened), 0).astype(np.uint8)


def part_logits(
    network: "keras.Model", crops: CropSet, *, progress: Progress | None = None
) -> dict[str, NDArray[np.float64]]:
    """Return what a version says of films of which it sees a part: logits (n,) by each of `PARTS` and `FILLS`.

    Args:
        network: of the version, as `build_network` makes it; it is given the outlines of the lungs as ever.
        crops: films.
        progress: where it is said how far the reading is.
    """
    read, filled = build_logits(network), without_lungs(crops)
    logits: dict[str, list[NDArray[np.float64]]] = {name: [] for name in (*PARTS, *FILLS)}
    for start in (progress or Progress()).track(range(0, len(crops.images), BATCH), "reading parts of films"):
        rows = range(start, min(start + BATCH, len(crops.images)))
        shown = [
            {name: part(crops.pixels[row], crops.lungs[row]) for name, part in PARTS.items()} | next(filled)
            for row in rows
        ]
        for name, parts in logits.items():
            parts.append(read(np.stack([each[name] for each in shown]), crops.lungs[rows.start : rows.stop]))
    return {name: np.concatenate(parts) for name, parts in logits.items()}


def ring_logits(
    network: "keras.Model", images: list[LabelledImage], *, progress: Progress | None = None
) -> NDArray[np.float64]:
    """Return the logits (n,) of films whose outer ring alone is seen; no part of it is lung, so all cells count."""
    read, parts = build_logits(network), []
    for start in (progress or Progress()).track(range(0, len(images), BATCH), "reading rings of films"):
        shown = np.stack([outer_ring_only(image.radiograph().reduced) for image in images[start : start + BATCH]])
        parts.append(read(shown, np.zeros(shown.shape, bool)))
    return np.concatenate(parts)


def control(name: str, images: list[LabelledImage], scores: NDArray[Any]) -> dict[str, Any]:
    """Return the AUROC of scores (n,) for n films with its interval, drawn by patient.

    `missed` says whether that means something: its interval lies above 0.5, of those controls that should tell nothing.
    """
    targets = np.array([image.target for image in images])
    area = {"auroc": metrics.roc_auc}
    interval = metrics.patient_bootstrap(area, targets, scores, [image.patient_key for image in images])["auroc"]
    found: dict[str, Any] = {"n": len(images), "auroc": metrics.roc_auc(targets, scores), "auroc_ci": list(interval)}
    return found | {"missed": bool(interval[0] > 0.5 and name in MEANINGFUL)}
