"""Do the lungs decide, or the chest round them? A version reads lungs that were laid on other chests."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.network import BATCH, Logits, build_logits
from training.evaluation.composites import exchanged, laid_in
from training.prepared.crops import CropSet
from training.run.progress import Progress
from training.statistics import metrics

if TYPE_CHECKING:
    import keras

FILMS = 300
"""Films whose lungs are exchanged at most, as many of each class as there are."""

AUROC_WANTED, FOLLOW_WANTED, SURROUND_ALLOWED = 0.97, 0.90, 0.56
"""Least AUROC for the lungs' label, least share of decisions that follow the lungs, greatest AUROC for the chest's."""

Rows = NDArray[np.int64]


def exchange_controls(
    network: "keras.Model", crops: CropSet, *, threshold: float, seed: int = 0, progress: Progress | None = None
) -> dict[str, Any]:
    """Let a version read the lungs of films on the chests of others.

    Args:
        network: of the version, as `build_network` makes it.
        crops: films of both classes; of `FILMS` of them at most, drawn by chance, the lungs are taken.
        threshold: the logit from which the version suspects pneumonia.
        seed: of what is drawn by chance.
        progress: where it is said how far the reading is.

    Returns:
        By name: `exchange` (lungs on a chest of the other class), `exchange_hull` (with the mediastinum), `replaced`
        (lungs stretched into those of a film of the other class), each with `auroc` for the lungs' label and `follow`,
        the share of decisions that are the lungs' label; `random_chests` and `random_chests_hull` (chests of both
        classes evenly, whatever the lungs are) with `auroc` for the chest's label. 95 % intervals are drawn by patient.
        `wanted` holds the limits, and `missed` says whether one was.
    """
    rng, read = np.random.default_rng(seed), build_logits(network)
    taken = drawn_films(crops, rng)
    opposite, any_chest = chests(crops, taken, rng, opposite=True), chests(crops, taken, rng, opposite=False)
    progress = progress or Progress()

    def logits(chosen: Rows, *, hull: bool) -> NDArray[np.float64]:
        def shown(lungs: int, chest: int) -> NDArray[np.uint8]:
            pixels = crops.pixels
            return exchanged(pixels[lungs], crops.lungs[lungs], pixels[chest], with_mediastinum=hull)

        return _read(read, shown, crops, taken, chosen, taken, progress)

    def replaced(lungs: int, chest: int) -> NDArray[np.uint8]:
        return laid_in(crops.pixels[lungs], crops.lungs[lungs], crops.pixels[chest], crops.lungs[chest])

    both = (("", False), ("_hull", True))
    found = {f"exchange{end}": _followed(crops, taken, logits(opposite, hull=hull), threshold) for end, hull in both}
    of_replaced = _read(read, replaced, crops, taken, opposite, opposite, progress)
    found["replaced"] = _followed(crops, taken, of_replaced, threshold)
    for end, hull in both:
        found[f"random_chests{end}"] = _surrounding(crops, any_chest, logits(any_chest, hull=hull))
    return {name: _judged(name, figures) for name, figures in found.items()}


def drawn_films(crops: CropSet, rng: np.random.Generator) -> Rows:
    """Return the rows of films drawn by chance, `FILMS` at most, as many of each class as there are of the rarer."""
    classes = [np.flatnonzero(crops.targets == label) for label in (0, 1)]
    count = min(FILMS // 2, *(len(rows) for rows in classes))
    return np.concatenate([rng.permutation(rows)[:count] for rows in classes])


def chests(crops: CropSet, taken: Rows, rng: np.random.Generator, *, opposite: bool) -> Rows:
    """Return for each film the row of the chest that gets its lungs, of another patient.

    Args:
        crops: all films.
        taken: (n,), rows of films, as many of each class.
        rng: where the chance comes from.
        opposite: whether the chest is of the other class; else both classes occur evenly with the lungs of each.
    """
    patients = np.array([image.patient_key for image in crops.images])
    targets = crops.targets
    # Films are ordered by class, so every second one is half of each.
    wanted = 1 - targets[taken] if opposite else np.arange(len(taken)) % 2
    chosen = []
    for row, label in zip(taken, wanted, strict=True):
        others = np.flatnonzero((targets == label) & (patients != patients[row]))
        chosen.append(rng.choice(others) if others.size else rng.choice(np.flatnonzero(targets == label)))
    return np.array(chosen, np.int64)


def _read(
    read: Logits,
    shown: Callable[[int, int], NDArray[np.uint8]],
    crops: CropSet,
    lungs: Rows,
    chests: Rows,
    outlines: Rows,
    progress: Progress,
) -> NDArray[np.float64]:
    """Return the logits of composites of lungs and chests, read with the outlines of a third list of films."""
    parts = []
    for start in progress.track(range(0, len(lungs), BATCH), "reading exchanged lungs"):
        rows = slice(start, start + BATCH)
        pictures = [shown(int(one), int(other)) for one, other in zip(lungs[rows], chests[rows], strict=True)]
        parts.append(read(np.stack(pictures), crops.lungs[outlines[rows]]))
    return np.concatenate(parts)


def _followed(crops: CropSet, lungs: Rows, logits: NDArray[np.float64], threshold: float) -> dict[str, Any]:
    targets, patients = crops.targets[lungs], [crops.images[row].patient_key for row in lungs]
    follows = (logits >= threshold) == (targets > 0.5)
    return {
        "n": len(lungs),
        **auroc(targets, logits, patients),
        **metrics.patient_mean("follow", follows.astype(np.float64), patients),
    }


def _surrounding(crops: CropSet, chests: Rows, logits: NDArray[np.float64]) -> dict[str, Any]:
    patients = [crops.images[row].patient_key for row in chests]
    return {"n": len(chests), **auroc(crops.targets[chests], logits, patients)}


def auroc(targets: NDArray[Any], scores: NDArray[Any], patients: list[str]) -> dict[str, Any]:
    """Return the AUROC of scores (n,) for targets (n,) with its 95 % interval, drawn by patient."""
    interval = metrics.patient_bootstrap({"auroc": metrics.roc_auc}, targets, scores, patients)["auroc"]
    return {"auroc": metrics.roc_auc(targets, scores), "auroc_ci": list(interval)}


def _judged(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    """Add what was wanted of a control, and whether it was missed."""
    if name.startswith("random_chests"):
        wanted = {"auroc": SURROUND_ALLOWED}
        missed = figures["auroc"] > SURROUND_ALLOWED
    else:
        wanted = {"follow": FOLLOW_WANTED} | ({} if name == "replaced" else {"auroc": AUROC_WANTED})
        missed = not all(figures[key] >= limit for key, limit in wanted.items())
    return figures | {"wanted": wanted, "missed": bool(missed)}
