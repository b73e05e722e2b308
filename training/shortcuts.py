"""Does a version tell pneumonia where it cannot see the lungs? It reads the same films with the lungs taken away."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.film_gate import Examined, FilmGate
from model_store.preprocessing import INPUT_SIDE, lungs_in_crop
from model_store.radiograph import FILM_SIDE
from training import metrics
from training.dataset import LabelledImage
from training.features import BATCH, build_logits
from training.progress import Progress

if TYPE_CHECKING:
    import keras

RING = 28
"""Width of the outer ring in pixels of the reduced film, an eighth of its side; the lungs rarely reach into it."""

GREY = 128
"""What stands for everything outside the lungs where only their outline is shown."""

Film = NDArray[np.float32]
Crop = NDArray[np.uint8]

_CLAIMS = {
    "lungs_blacked_out": (
        "The network tells pneumonia with AUROC {auroc:.3f} even where the lungs are blacked out: part of its answer "
        "rests on what is outside the lungs."
    ),
    "outline_only": (
        "The network tells pneumonia with AUROC {auroc:.3f} from the black outline of the lungs alone: part of what it "
        "tells where the lungs are blacked out is their shape."
    ),
    "outer_ring_only": (
        "The network tells pneumonia with AUROC {auroc:.3f} from the outer ring of the film alone: how the films were "
        "taken gives part of the label away."
    ),
    "file_size": (
        "The size of the files alone tells pneumonia with AUROC {auroc:.3f}: how the films were stored gives part of "
        "the label away."
    ),
}


def lungs_blacked_out(film: Film, examined: Examined) -> Crop:
    """Return the crop that the network sees with both lungs filled black.

    What is left is what lies between and round the lungs, at the exposure at which the network sees it. It also shows
    the outline of the lungs, so it is to be read beside `outline_only`.

    Args:
        film: (224, 224), float32 in 0..255, as `Radiograph.reduced`.
        examined: the same film with its lungs.

    Returns:
        (224, 224), uint8.
    """
    assert examined.lungs is not None  # Only a clinician has a film read without lungs.
    return np.where(lungs_in_crop(examined.lungs, examined.seen.crop), 0, examined.seen.pixels).astype(np.uint8)


def outline_only(film: Film, examined: Examined) -> Crop:
    """Return black lungs on even grey, at the place of the crop: nothing of the film but their shape.

    Arguments and result as in `lungs_blacked_out`.
    """
    assert examined.lungs is not None
    return np.where(lungs_in_crop(examined.lungs, examined.seen.crop), 0, GREY).astype(np.uint8)


def outer_ring_only(film: Film, examined: Examined) -> Crop:
    """Return the whole film with everything but its outer ring black, its exposure evened by the ring alone.

    The ring is the same for every film. One round the crop would tell where the lungs are and how large, and the
    exposure that reading takes from inside the lungs would tell how bright they are.

    Arguments and result as in `lungs_blacked_out`.
    """
    ring = np.ones((FILM_SIDE, FILM_SIDE), bool)
    ring[RING:-RING, RING:-RING] = False
    low, high = np.percentile(film[ring], (1, 99))
    evened = np.clip((film - low) * (255.0 / max(high - low, 1e-6)), 0, 255)
    assert evened.shape == (INPUT_SIDE, INPUT_SIDE)  # The reduced film has the network's size.
    return np.where(ring, np.rint(evened), 0).astype(np.uint8)


CONTROLS: dict[str, Callable[[Film, Examined], Crop]] = {
    "lungs_blacked_out": lungs_blacked_out,
    "outline_only": outline_only,
    "outer_ring_only": outer_ring_only,
}
"""What a version is shown in place of a film, by the control's name in the report."""


def shortcut_controls(
    network: "keras.Model", images: list[LabelledImage], gate: FilmGate, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Let a version read films on which it cannot see the lungs.

    Args:
        network: of the version, as `build_network` makes it.
        images: films that the gate lets be read.
        gate: finds their lungs.
        progress: where it is said how far the reading is.

    Returns:
        For each of `CONTROLS` what `control` says.
    """
    logits_of, progress = build_logits(network), progress or Progress()
    logits: dict[str, list[NDArray[np.float64]]] = {name: [] for name in CONTROLS}
    for start in progress.track(range(0, len(images), BATCH), "reading films without lungs"):
        shown = [_without_lungs(image, gate) for image in images[start : start + BATCH]]
        for name in CONTROLS:
            logits[name].append(logits_of(np.stack([each[name] for each in shown])))
    return {name: control(name, images, np.concatenate(parts)) for name, parts in logits.items()}


def control(name: str, images: list[LabelledImage], scores: NDArray[Any]) -> dict[str, Any]:
    """Return the AUROC of scores (n,) for n films with its interval, drawn by patient.

    Where the interval lies above 0.5, "sentence" says what that means.
    """
    targets = np.array([image.target for image in images])
    area = {"auroc": metrics.roc_auc}
    interval = metrics.patient_bootstrap(area, targets, scores, [image.patient_key for image in images])["auroc"]
    found: dict[str, Any] = {"auroc": metrics.roc_auc(targets, scores), "auroc_ci": list(interval)}
    return found | ({"sentence": _CLAIMS[name].format(**found)} if interval[0] > 0.5 else {})


def _without_lungs(image: LabelledImage, gate: FilmGate) -> dict[str, Crop]:
    radiograph = image.radiograph()
    examined = gate.examine(radiograph)
    return {name: shown(radiograph.reduced, examined) for name, shown in CONTROLS.items()}
