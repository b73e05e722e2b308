"""How likely is pneumonia on this radiograph, and where did the network look? One pass answers both."""

import math
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model_store.basics.errors import ModelCorrupted
from model_store.film.borders import WHOLE, Box, placed
from model_store.film.radiograph import Radiograph
from model_store.reading.card import ModelCard, familiarity_of
from model_store.reading.film_check import reasons
from model_store.reading.film_check.check import Examined, FilmCheck
from model_store.reading.film_check.verdict import FilmRefused, Reason
from model_store.reading.maps.deletion import deletions
from model_store.reading.maps.evidence import locate
from model_store.reading.maps.gradcam import Seen, build_gradcam, normalised, on_scale, strength
from model_store.reading.network import depth_widths, is_pooled, side_of
from model_store.reading.preparation import lung_cells, lungs_in_crop, to_model_input
from model_store.reading.results import GRAD_CAM, DeletionTest, Explanation, Prediction, Reading

if TYPE_CHECKING:
    import keras


class Classifier:
    """One version of the model, ready to read; safe to share between threads.

    Args:
        network: the version's network with its weights.
        card: the version's card.
        film_check: which films are read.
        against_gate: that the version was activated against its gate, for all that it reads; "" where it was not.

    Raises:
        ModelCorrupted: what the card says that the version knows does not fit its network.
    """

    def __init__(
        self, network: "keras.Model", card: ModelCard, film_check: FilmCheck, *, against_gate: str = ""
    ) -> None:
        self.card = card
        self._against_gate = against_gate
        self.network = network
        self._film_check = film_check
        self._pass = build_gradcam(network, card.heatmap_baseline)
        self._points, self._conformal = card.points, card.conformal
        self._familiarity = familiarity_of(card)
        if self._familiarity is not None and self._familiarity.channels != depth_widths(network):
            raise ModelCorrupted(f"The card of version {card.version} does not fit its weights.")
        # Two, so that one film is examined while the network sees another; each network is one thread's at a time.
        self._check_lock, self._lock = threading.Lock(), threading.Lock()

    def read(self, radiograph: Radiograph, *, overruled: str | None = None) -> Reading:
        """Read one radiograph.

        Args:
            radiograph: the film.
            overruled: why the clinician has a film read that the film check takes for no chest; None where nobody does.

        Raises:
            FilmRefused: the film check does not let it be read.
        """
        started = time.perf_counter()
        with self._check_lock:
            examined = self._film_check.examine(radiograph, overrule=overruled is not None)
        with self._lock:
            inside = lungs_in_crop(examined.lungs, examined.seen.crop)
            seen = self._pass(examined.seen.pixels, inside)
            report = examined.report.adding([*self._little_lung(examined, inside), *self._unfamiliar(seen.features)])
            if report.refusals and overruled is None:
                raise FilmRefused(report)
        if not math.isfinite(seen.logit):
            raise ModelCorrupted(
                f"Version {self.card.version} answers with no number, so it cannot be used; please activate another."
            )
        prediction = Prediction(
            logit=seen.logit,
            probability=self.card.calibration.probability(seen.logit),
            operating_point=self.card.operating_point,
            points=self._points,
            conformal=self._conformal,
        )
        explanations = self._explanations(seen, examined, radiograph.content, strength(prediction))
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
            is_mirrored=radiograph.is_mirrored,
            window=radiograph.window_name,
            is_age_stated=radiograph.header is not None and radiograph.header.is_age_stated,
            against_gate=self._against_gate,
        )

    def deletion_test(self, radiograph: Radiograph, explanation: Explanation) -> DeletionTest | None:
        """Say what becomes of the probability without what a map highlights.

        Args:
            radiograph: a film that this version has read.
            explanation: one of that reading.

        Returns:
            The probabilities; the same ones each time. None for an empty map.
        """
        explanation = self._within_borders(radiograph, explanation)
        crop = to_model_input(radiograph.reduced, explanation.lungs).pixels
        inside = lungs_in_crop(explanation.lungs, explanation.crop)
        deleted = deletions(crop, explanation, seed=radiograph.sha256)
        if deleted is None:
            return None
        # One by one, as films are read: for a batch the network would be compiled anew, which takes the longer.
        with self._lock:
            logits = [self._pass(each, inside).logit for each in (crop, *deleted.crops)]
        before, highlighted, *others = (self.card.calibration.probability(logit) for logit in logits)
        return DeletionTest(
            before=before,
            highlighted=highlighted,
            random_mean=sum(others) / len(others),
            random_low=min(others),
            random_high=max(others),
            regions=len(others),
            area=deleted.area,
            in_lungs=deleted.in_lungs,
        )

    def _within_borders(self, radiograph: Radiograph, explanation: Explanation) -> Explanation:
        """Return an explanation as it was before it was placed on the whole picture; outlines lose by being placed."""
        if radiograph.content == WHOLE:
            return explanation
        with self._check_lock:
            examined = self._film_check.examine(radiograph, overrule=True)
        return replace(explanation, crop=examined.seen.crop, lungs=examined.lungs)

    def _explanations(self, seen: Seen, examined: Examined, content: Box, brightest: float) -> tuple[Explanation, ...]:
        """Return what is drawn by each method, Grad-CAM first, placed on the whole picture with its borders.

        A map without a scale of its version is as bright at its peak as `brightest` says, 0..1.
        """
        crop, lungs, full = examined.seen.crop, examined.lungs, self.card.heatmap_full
        explanations = []
        for method, drawn in seen.maps.items():
            if method == GRAD_CAM and not is_pooled(self.network):
                # Where the version has no scale, the film's own is the same for what speaks for and against.
                scale = full if full is not None else max(float(drawn.max()), 0.0) / brightest or None
                heatmap, against = (on_scale(each, scale) for each in (drawn, -drawn))
                evidence = locate(heatmap, crop, lungs)
                above = self.card.heatmap_baseline is not None
                explanations.append(Explanation(heatmap, crop, lungs, method, evidence, drawn, against, full, above))
            else:
                heatmap = normalised(drawn) * np.float32(brightest)
                explanations.append(Explanation(heatmap, crop, lungs, method, locate(heatmap, crop, lungs)))
        whole = lungs.placed(content) if lungs else None
        return tuple(replace(each, crop=placed(crop, content), lungs=whole) for each in explanations)

    def _outside_the_lungs(self, prediction: Prediction, shown: Explanation) -> list[Reason]:
        """Warn where the map of a suspected film, which shows what decided, lies outside the lungs."""
        limit = self.card.record.in_lung.limits.get(shown.method, 0.0)
        below = shown.evidence is not None and shown.evidence.in_lung < limit
        return [reasons.OUTSIDE_THE_LUNGS] if prediction.suspected and below else []

    def _little_lung(self, examined: Examined, inside: NDArray[np.bool_]) -> list[Reason]:
        """Warn where fewer cells of a film are lung than of any by which the version was chosen."""
        least = self.card.least_lung
        if least is None or examined.lungs is None or reasons.UNSURE_OUTLINE in examined.report.reasons:
            return []
        return [reasons.UNSURE_OUTLINE] if float(lung_cells(inside, side_of(self.network)).sum()) < least else []

    def _unfamiliar(self, features: NDArray[np.float32]) -> list[Reason]:
        if self._familiarity is None:
            return [reasons.UNCHECKED]
        (distance,) = self._familiarity.distances(features[None])
        if distance > self._familiarity.refuse_above:
            return [reasons.UNLIKE]
        return [reasons.UNUSUAL] if distance > self._familiarity.warn_above else []
