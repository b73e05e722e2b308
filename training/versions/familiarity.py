"""What does a version know? The features of the films that it learned from, and how far others may be from them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model_store.reading.familiarity import Depth, Familiarity
from model_store.reading.network import depth_widths
from model_store.trainings.cost import FAMILIAR_FILMS
from training.prepared.crops import CropSet
from training.prepared.features import cached_features, depths_in
from training.run.progress import Progress

if TYPE_CHECKING:
    import keras


WARN_PERCENTILE = 99.0
"""Of the validation patients' distances: who is beyond is warned of."""

REFUSE_FACTOR = 1.5
"""By how much a film has to be beyond the farthest validation patient to be refused."""


def fit_familiarity(
    network: "keras.Model",
    training: CropSet,
    validation: CropSet,
    cache: Path,
    *,
    seed: int,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Describe the films that a version knows, for its card.

    Args:
        network: the version's network, with the weights as they are read.
        training: crops that it learned from; by chance at most `FAMILIAR_FILMS` of them are used.
        validation: crops of other patients, on whom the limits are set.
        cache: folder of the cached features.
        seed: of the choice.
        progress: where it is said how far the computation is.

    Returns:
        The values of `Familiarity.as_json`, and how many validation patients are beyond each limit.
    """
    chosen = np.random.default_rng(seed).permutation(len(training.images))[:FAMILIAR_FILMS]
    part = training.subset([training.images[row] for row in chosen])
    features = depths_in(cached_features(network, part, cache, progress))
    borders = np.cumsum(depth_widths(network))[:-1]
    depths = tuple(Depth.fitted(each) for each in np.split(features, borders, axis=1))
    # The limits are those of the statistics as they will be read, in half precision.
    as_read = Familiarity.from_json(Familiarity(depths, 1.0, 1.0).as_json())
    farthest = _by_patient(
        as_read.distances(depths_in(cached_features(network, validation, cache, progress))), validation
    )
    warn_above = float(np.percentile(farthest, WARN_PERCENTILE))
    made = Familiarity(depths, warn_above, REFUSE_FACTOR * float(farthest.max()))
    return {
        **made.as_json(),
        "films": len(part.images),
        "validation_patients": len(farthest),
        "patients_beyond": int((farthest > warn_above).sum()),
        "distance_median": float(np.median(farthest)),
    }


def _by_patient(distances: NDArray[np.float64], crops: CropSet) -> NDArray[np.float64]:
    """Return the greatest distance of each patient's films."""
    _, owner = np.unique([image.patient_key for image in crops.images], return_inverse=True)
    farthest = np.zeros(int(owner.max()) + 1)
    np.maximum.at(farthest, owner, distances)
    return farthest
