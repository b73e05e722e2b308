"""How likely is pneumonia on this radiograph, and where did the network look? One pass answers both."""

import math
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model_store import reasons
from model_store.card import ModelCard
from model_store.deletion import build_logits, deletions
from model_store.evidence import locate
from model_store.familiarity import Familiarity
from model_store.film_gate import Examined, FilmGate
from model_store.finer_map import build_finer_map
from model_store.gradcam import build_gradcam, normalised
from model_store.network import depth_widths
from model_store.preprocessing import to_model_input
from model_store.quality import FilmRefused, Reason
from model_store.radiograph import Radiograph
from model_store.results import GRAD_CAM, HIRES_CAM, DeletionTest, Explanation, Prediction, Reading
from model_store.weights import ModelCorrupted

if TYPE_CHECKING:
    import keras


class Classifier:
    """One version of the model, ready to read; safe to share between threads.

    Args:
        network: the version's network with its weights.
        card: the version's card.
        gate: which films are read.

    Raises:
        ModelCorrupted: what the card says that the version knows does not fit its network.
    """

    def __init__(self, network: "keras.Model", card: ModelCard, gate: FilmGate) -> None:
        self.card = card
        self.network = network
        self._gate = gate
        self._pass = build_gradcam(network)
        self._finer_map = build_finer_map(network)
        self._logits = build_logits(network)
        self._familiarity = familiarity_of(card)
        if self._familiarity is not None and self._familiarity.channels != depth_widths(network):
            raise ModelCorrupted(f"The card of version {card.version} does not fit its weights.")
        self._methods = methods_of(card)
        self._lock = threading.Lock()

    def read(self, radiograph: Radiograph, *, overruled: str | None = None) -> Reading:
        """Read one radiograph.

        Args:
            radiograph: the film.
            overruled: why the clinician has a film read that the gate takes for no chest; None where nobody does.

        Raises:
            FilmRefused: the gate does not let it be read.
        """
        started = time.perf_counter()
        with self._lock:
            examined = self._gate.examine(radiograph, overrule=overruled is not None)
            seen = self._pass(examined.seen.pixels)
            report = examined.report.adding(self._unfamiliar(seen.features))
            if report.refusals and overruled is None:
                raise FilmRefused(report)
            finer = self._finer_map(seen)
        prediction = Prediction(
            logit=seen.logit,
            probability=calibrated(seen.logit, self.card.temperature),
            operating_point=self.card.operating_point,
        )
        heatmaps = {GRAD_CAM: normalised(seen.heatmap), HIRES_CAM: finer}
        explanations = tuple(_explained(heatmaps[method], examined, method) for method in self._methods)
        return Reading(
            sha256=radiograph.sha256,
            version=self.card.version,
            weights_sha256=self.card.weights_sha256,
            prediction=prediction,
            explanations=explanations,
            seconds=time.perf_counter() - started,
            quality=report.adding(self._outside_the_lungs(prediction, explanations[0])),
            overruled=overruled,
            turn=radiograph.turn,
            is_inverted=radiograph.is_inverted,
            window=radiograph.window_name,
        )

    def deletion_test(self, radiograph: Radiograph, explanation: Explanation) -> DeletionTest | None:
        """Say what becomes of the probability without what a map highlights.

        Args:
            radiograph: a film that this version has read.
            explanation: one of that reading.

        Returns:
            The probabilities; the same ones each time. None for an empty map, or without lungs.
        """
        crop = to_model_input(radiograph.reduced, explanation.lungs).pixels
        deleted = deletions(crop, explanation, seed=radiograph.sha256)
        if deleted is None:
            return None
        crops, area = deleted
        with self._lock:
            logits = self._logits(np.concatenate([crop[None], crops]))
        before, highlighted, *others = (calibrated(logit, self.card.temperature) for logit in logits)
        return DeletionTest(
            before=before,
            highlighted=highlighted,
            random_mean=sum(others) / len(others),
            random_low=min(others),
            random_high=max(others),
            regions=len(others),
            area=area,
        )

    def _outside_the_lungs(self, prediction: Prediction, shown: Explanation) -> list[Reason]:
        """Warn where the map of a suspected film, which shows what decided, lies outside the lungs."""
        limit = self.card.content.get("in_lung", {}).get("limits", {}).get(shown.method, 0.0)
        below = shown.evidence is not None and shown.evidence.in_lung < limit
        return [reasons.OUTSIDE_THE_LUNGS] if prediction.suspected and below else []

    def _unfamiliar(self, features: NDArray[np.float32]) -> list[Reason]:
        if self._familiarity is None:
            return [reasons.UNCHECKED]
        (distance,) = self._familiarity.distances(features[None])
        if distance > self._familiarity.refuse_above:
            return [reasons.UNLIKE]
        return [reasons.UNUSUAL] if distance > self._familiarity.warn_above else []


def _explained(heatmap: NDArray[np.float32], examined: Examined, method: str) -> Explanation:
    crop, lungs = examined.seen.crop, examined.lungs
    evidence = locate(heatmap, crop, lungs)
    return Explanation(heatmap=heatmap, crop=crop, lungs=lungs, method=method, evidence=evidence)


def methods_of(card: ModelCard) -> tuple[str, ...]:
    """Return by which methods a version's maps are made, the one to show first.

    That is the one which its card's comparison found better on validation films, and Grad-CAM where it holds none.
    """
    maps = card.content.get("maps")
    best = maps.get("best") if isinstance(maps, dict) else GRAD_CAM
    return tuple(sorted((GRAD_CAM, HIRES_CAM), key=lambda method: (method != best, method)))


def familiarity_of(card: ModelCard) -> Familiarity | None:
    """Return what a version knows; None where its card does not say. Raises ModelCorrupted."""
    content = card.content.get("familiarity")
    if content is None:
        return None
    try:
        return Familiarity.from_json(content)
    except ValueError as error:
        raise ModelCorrupted(f"The card of version {card.version} is damaged: {error}.") from error


def calibrated(logit: float, temperature: float) -> float:
    """Return the probability 1 / (1 + exp(-logit / temperature)), 0..1.

    Temperature scaling: Guo et al. 2017, arXiv 1706.04599.
    """
    scaled = logit / temperature
    return 1 / (1 + math.exp(-scaled)) if scaled >= 0 else math.exp(scaled) / (1 + math.exp(scaled))
