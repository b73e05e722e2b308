"""On what does a version's answer rest beside the lungs? All controls of a split, and what they mean."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.evaluation.controls.exchange import drawn_films, exchange_controls
from training.evaluation.controls.shortcuts import FILLS, PARTS, control, part_logits, ring_logits
from training.evaluation.controls.small_reader import floor_logits
from training.prepared.crops import CropSet
from training.run.progress import Progress
from training.statistics import metrics

if TYPE_CHECKING:
    import keras


def controls(
    network: "keras.Model",
    crops: CropSet,
    *,
    threshold: float,
    training: CropSet | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run every control that needs a version; they choose nothing.

    Args:
        network: of the version, as `build_network` makes it.
        crops: the films of a split that it reads, of both classes; as many of each are drawn as for the exchange.
        threshold: the logit from which it suspects pneumonia.
        training: films of other patients, from which a small network learns what films without lungs tell; None where
            there are none, so that this floor is not known.
        progress: where it is said how far the reading is.

    Returns:
        By name: those of `exchange_controls`; those of `PARTS` and `outer_ring_only` as `control` returns them; and
        those of `FILLS`, with `floor`, `floor_ci`, the AUROC of the small network, and `over_floor`, `over_floor_ci`,
        by how much the version's is greater. `missed` says which mean something.
    """
    found = exchange_controls(network, crops, threshold=threshold, progress=progress)
    drawn = drawn_films(crops, np.random.default_rng(0))
    crops = crops.subset([crops.images[row] for row in drawn])
    logits = part_logits(network, crops, progress=progress)
    floors = floor_logits(training, crops, progress=progress) if training is not None else {}
    found |= {name: control(name, crops.images, logits[name]) for name in PARTS}
    found |= {name: filled_control(name, crops, logits[name], floors.get(name)) for name in FILLS}
    ring = ring_logits(network, crops.images, progress=progress)
    return found | {"outer_ring_only": control("outer_ring_only", crops.images, ring)}


def filled_control(
    name: str, crops: CropSet, logits: NDArray[np.float64], floor: NDArray[np.float64] | None
) -> dict[str, Any]:
    """Return what a version tells from films without lungs, beside what a small network tells from them.

    Args:
        name: of the control, one of `FILLS`.
        crops: the films.
        logits: (n,), the version's.
        floor: (n,), the small network's; None where there is none.
    """
    found = control(name, crops.images, logits)
    if floor is None:
        return found | {"floor": None, "missed": found["auroc_ci"][0] > 0.5}
    of_floor = control(name, crops.images, floor)
    both, patients = np.stack([logits, floor], axis=1), [image.patient_key for image in crops.images]
    interval = metrics.patient_bootstrap({"over": _over}, crops.targets, both, patients)["over"]
    found |= {"floor": of_floor["auroc"], "floor_ci": of_floor["auroc_ci"]}
    found |= {"over_floor": _over(crops.targets, both), "over_floor_ci": list(interval)}
    return found | {"missed": bool(interval[0] > 0)}


def _over(targets: ArrayLike, scores: ArrayLike) -> float:
    score = np.asarray(scores)
    return metrics.roc_auc(targets, score[:, 0]) - metrics.roc_auc(targets, score[:, 1])
