"""A classifier without a network, and a card with made-up figures, for tests of the screen."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from model_store.film.radiograph import FilmIdentity, Radiograph
from model_store.reading.card import ModelCard
from model_store.reading.decision.calibration import Calibration
from model_store.reading.film_check.verdict import FilmRefused, QualityReport
from model_store.reading.results import DeletionTest, Explanation, Prediction, Reading
from model_store.versions.registry import Version
from tests.doubles.films.drawn_lungs import lungs_of_the_phantom

WEIGHTS = "ab12" * 16


def sample_card() -> dict[str, Any]:
    curve = np.linspace(0, 1, 41)
    return {
        "version": "kermany-1",
        "created": "2026-11-23T04:00:00+00:00",
        "weights_sha256": WEIGHTS,
        "temperature": 1.31,
        "operating_point": 0.437,
        "half_precision_shift": 0.0004,
        "preparation": "lung-crop-1",
        "target_layer": "post_relu",
        "test_readings": 1,
        "recipe": {
            "preset": "full",
            "init": "random",
            "phases": [[72, 9], [112, 6], [160, 4], [224, 3]],
            "batch": 32,
            "learning_rate": 0.001,
            "seed": 1,
        },
        "training": {"best_epoch": 21, "best_val_loss": 0.0712, "epochs": 22, "seconds": 9876.5},
        "data": {
            "name": "Kermany chest X-rays, version 2",
            "source": "CC BY 4.0",
            "training": {"NORMAL": 1080, "PNEUMONIA": 3100, "patients": 2200},
            "validation": {"NORMAL": 269, "PNEUMONIA": 780, "patients": 560},
            "test": {"NORMAL": 234, "PNEUMONIA": 390},
            "refused": 3,
        },
        "validation": {"n": 1049, "auroc": 0.992, "accuracy": 0.96, "sensitivity": 0.96, "specificity": 0.96},
        "history": [
            {
                "epoch": i,
                "loss": 0.6 / (i + 1),
                "val_loss": 0.7 / (i + 1),
                "val_auroc": 1 - 0.1 / (i + 1),
                "val_accuracy": 1 - 0.2 / (i + 1),
                "side": 72 if i < 5 else 112,
                "seconds": 100.0,
            }
            for i in range(1, 11)
        ],
        "intended_use": "Research on reading children's chest radiographs.",
        "limits": ["Children of 1 to 5 years from one hospital.", "Frontal films only."],
        "notes": ["The crop was decided having seen test figures of a trial."],
        "lungs": {
            "val_dice": 0.9546,
            "val_dice_p05": 0.9064,
            "images": {"training": 4030, "validation": 712},
            "parameters": 791713,
        },
        "test": {
            "split": "test",
            "n": 624,
            "n_refused": 1,
            "prevalence": 0.625,
            "auroc": 0.985,
            "auroc_ci": [0.975, 0.992],
            "pr_auc": 0.988,
            "pr_auc_ci": [0.98, 0.994],
            "accuracy": 0.942,
            "accuracy_ci": [0.921, 0.958],
            "sensitivity": 0.95,
            "sensitivity_ci": [0.924, 0.968],
            "specificity": 0.85,
            "specificity_ci": [0.8, 0.89],
            "ppv": 0.91,
            "ppv_ci": [0.88, 0.94],
            "npv": 0.91,
            "npv_ci": [0.86, 0.94],
            "lr_positive": 6.333,
            "lr_positive_ci": [4.7, 8.6],
            "lr_negative": 0.059,
            "lr_negative_ci": [0.038, 0.091],
            "brier": 0.05,
            "brier_ci": [0.04, 0.06],
            "ece": 0.02,
            "ece_ci": [0.015, 0.04],
            "operating_point": 0.437,
            "temperature": 1.31,
            "classification_report": {
                "NORMAL": {"precision": 0.91, "recall": 0.85, "f1-score": 0.879, "support": 234},
                "PNEUMONIA": {"precision": 0.91, "recall": 0.95, "f1-score": 0.93, "support": 390},
                "accuracy": 0.942,
                "macro avg": {"precision": 0.91, "recall": 0.9, "f1-score": 0.905, "support": 624},
                "weighted avg": {"precision": 0.91, "recall": 0.91, "f1-score": 0.91, "support": 624},
            },
            "confusion_matrix": [[199, 35], [20, 370]],
            "predictive_values": [{"prevalence": 0.05, "ppv": 0.25, "npv": 0.997}],
            "subgroups": {
                "bacteria": {
                    "n": 242,
                    "sensitivity": 0.97,
                    "sensitivity_ci": [0.94, 0.99],
                    "auroc": 0.99,
                    "auroc_ci": [0.98, 0.995],
                },
                "virus": {
                    "n": 148,
                    "sensitivity": 0.91,
                    "sensitivity_ci": [0.85, 0.95],
                    "auroc": 0.97,
                    "auroc_ci": [0.95, 0.98],
                },
            },
            "curves": {
                "roc": {"false_positive_rate": list(curve**3), "sensitivity": list(curve**0.3)},
                "pr": {"recall": list(curve), "precision": list(1 - 0.375 * curve**6)},
                "reliability": [
                    {"probability": p, "observed": p, "ci": [max(p - 0.1, 0), min(p + 0.1, 1)], "n": 60}
                    for p in (0.05, 0.3, 0.5, 0.7, 0.95)
                ],
            },
        },
    }


def sample_version(content: dict[str, Any] | None = None) -> Version:
    content = content or sample_card()
    card = ModelCard(
        version=content["version"],
        weights_sha256=content["weights_sha256"],
        calibration=Calibration.from_json(content),
        operating_point=content["operating_point"],
        content=content,
    )
    return Version(Path("nowhere"), card)


def sample_explanation(*, empty: bool = False, against: bool = False) -> Explanation:
    """A map of two cells, none where it is empty, and on request one more that speaks against."""
    heatmap = np.zeros((7, 7), np.float32)
    if not empty:
        heatmap[4, 5], heatmap[2, 1] = 1.0, 0.4
    shown = Explanation(heatmap=heatmap, crop=(0.125, 0.125, 0.875, 0.875), lungs=lungs_of_the_phantom())
    if not against:
        return shown
    other = np.zeros((7, 7), np.float32)
    other[2, 5] = 0.8
    return replace(shown, cells=2 * (heatmap - other), against=other, full=2.0)


class FakeClassifier:
    """Reads without a network; the probability follows from the image, so that two images give two results.

    Attributes:
        check: what the gate says of a film.
        explanations: the maps of a reading, the default first.
        deletion: what the deletion test gives.
        asked: the reasons with which films were read, None for none; and `tested` the methods that were tested.
    """

    def __init__(self) -> None:
        self.probabilities: list[float] = []
        self.failure: Exception | None = None
        self.empty = False
        self.check: Callable[[Radiograph], QualityReport] = lambda radiograph: QualityReport()
        self.explanations: tuple[Explanation, ...] = ()
        self.deletion: DeletionTest | None = None
        self.read_images: list[str] = []
        self.read_films: list[FilmIdentity] = []
        self.read_by: list[str] = []
        self.asked: list[str | None] = []
        self.tested: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def of(self, version: Version) -> "FakeReader":
        """What `versions.load_reader` gives for a version."""
        return FakeReader(self, version.card)

    def read(self, radiograph: Radiograph, card: ModelCard | None = None, *, overruled: str | None = None) -> Reading:
        self.gate.wait(20)
        card = card or sample_version().card
        self.read_images.append(radiograph.sha256)
        self.read_films.append(radiograph.identity)
        self.read_by.append(card.version)
        self.asked.append(overruled)
        if self.failure:
            raise self.failure
        report = self.check(radiograph)
        if report.refusals and not (overruled and report.offers("overrule")):
            raise FilmRefused(report)
        given = self.probabilities.pop(0) if self.probabilities else int(radiograph.sha256[:4], 16) / 65536
        return Reading(
            sha256=radiograph.sha256,
            version=card.version,
            weights_sha256=card.weights_sha256,
            prediction=Prediction(
                logit=0.0,
                probability=given,
                operating_point=card.operating_point,
                points=card.points,
                conformal=card.conformal,
            ),
            explanations=self.explanations or (sample_explanation(empty=self.empty),),
            seconds=0.31,
            quality=report,
            overruled=overruled,
            turn=radiograph.turn,
            is_inverted=radiograph.is_inverted,
            is_mirrored=radiograph.is_mirrored,
            window=radiograph.window_name,
        )


@dataclass(frozen=True)
class FakeReader:
    """One version, as the fake reads for it."""

    classifier: FakeClassifier
    card: ModelCard

    def read(self, radiograph: Radiograph, *, overruled: str | None = None) -> Reading:
        return self.classifier.read(radiograph, self.card, overruled=overruled)

    def deletion_test(self, radiograph: Radiograph, explanation: Explanation) -> DeletionTest | None:
        self.classifier.tested.append(explanation.method)
        return self.classifier.deletion
