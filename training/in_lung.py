"""How much of a map lies inside the lungs as a rule? The limit below which a version warns."""

from typing import Any

import numpy as np

from model_store.classifier import Classifier
from model_store.quality import FilmRefused
from training.crops import CropSet
from training.progress import Progress

FILMS = 200
"""Validation films that are read for this at most; each costs as much as a reading on the screen."""

PERCENTILE = 1.0
"""Of the suspected films' shares: who is below is warned of."""


def fit_in_lung_limits(
    classifier: Classifier, validation: CropSet, *, seed: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Return for the card the least share of each method's map inside the lungs that needs no warning.

    Args:
        classifier: the version, with temperature and operating point; only films that it suspects count, since
            only on these the map shows what decided.
        validation: films of patients that it did not learn from.
        seed: of the choice of films.
        progress: where it is said how far the reading is.

    Returns:
        `limits` by method (0..1; none where no film is suspected), `percentile` and the number of `films`.
    """
    chosen = np.random.default_rng(seed).permutation(len(validation.images))[:FILMS]
    shares: dict[str, list[float]] = {}
    count = 0
    for row in (progress or Progress()).track(chosen.tolist(), "looking at maps"):
        try:
            reading = classifier.read(validation.images[row].radiograph())
        except FilmRefused:  # By the version itself, as unlike what it knows.
            continue
        if not reading.prediction.suspected:
            continue
        count += 1
        for explanation in reading.explanations:
            if explanation.evidence:
                shares.setdefault(explanation.method, []).append(explanation.evidence.in_lung)
    limits = {method: float(np.percentile(each, PERCENTILE)) for method, each in shares.items()}
    return {"limits": limits, "percentile": PERCENTILE, "films": count}
