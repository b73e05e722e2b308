"""What do the answers of a version amount to? Every figure of a split; a refused film is a wrong one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import classification_report, confusion_matrix, precision_recall_curve, roc_curve

from model_store.reading.decision import proportions
from model_store.reading.decision.proportions import two_by_two
from training.data.labelled import CLASSES, LabelledImage
from training.evaluation.controls.shortcuts import control
from training.statistics import metrics

PREVALENCES = (0.05, 0.2, 0.625)
"""At which PPV and NPV are reported: a walk-in clinic, a paediatric ward, and the test split itself."""

SAMPLE = 60
"""Images whose probabilities the report keeps one by one."""


@dataclass(frozen=True)
class Scored:
    """What a version said of each image of a split.

    Attributes:
        images: the images that were read.
        probabilities: (n,), float64 in 0..1, of pneumonia.
        refused: (image, sentence) of those that were not.
    """

    images: list[LabelledImage]
    probabilities: NDArray[np.float64]
    refused: list[tuple[LabelledImage, str]]


def report(scored: Scored, *, operating_point: float) -> dict[str, Any]:
    """Return every figure of scored images; a refused film counts as decided wrongly.

    AUROC, PR AUC, Brier and ECE have no decision to count, so they are of the films that were read.
    """
    targets = np.array([image.target for image in scored.images])
    decided = scored.probabilities >= operating_point
    all_targets, all_decisions = decisions(scored, operating_point=operating_point)
    return {
        "n": len(all_targets),
        "n_refused": len(scored.refused),
        "refused": [{"path": image.path.name, "reason": reason} for image, reason in scored.refused],
        "prevalence": float(all_targets.mean()),
        **rank_figures(scored, targets),
        **decision_figures(all_targets, all_decisions),
        "subgroups": _subgroups(scored, targets, decided),
        "controls": {"file_size": _file_size_control(scored.images)},
        "curves": _curves(targets, scored.probabilities),
        "sample": _sample(scored),
    }


def decisions(scored: Scored, *, operating_point: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return targets and decisions, both (n,) and 0 or 1, of all films: those read, then those refused, all wrong."""
    wrong = np.array([image.target for image, _ in scored.refused], np.int64)
    targets = np.array([image.target for image in scored.images], np.int64)
    decided = (scored.probabilities >= operating_point).astype(np.int64)
    return np.concatenate([targets, wrong]), np.concatenate([decided, 1 - wrong])


def rank_figures(scored: Scored, targets: NDArray[np.int64]) -> dict[str, Any]:
    """Return AUROC, PR AUC, Brier score and ECE of the films that were read, with intervals drawn by patient."""
    statistics = {"auroc": metrics.roc_auc, "pr_auc": metrics.pr_auc, "brier": metrics.brier, "ece": metrics.ece}
    patients = [image.patient_key for image in scored.images]
    intervals = metrics.patient_bootstrap(statistics, targets, scored.probabilities, patients)
    figures: dict[str, Any] = {}
    for name, statistic in statistics.items():
        figures[name] = statistic(targets, scored.probabilities)
        figures[f"{name}_ci"] = list(intervals[name])
    return figures


def decision_figures(targets: NDArray[np.int64], decisions: NDArray[np.int64]) -> dict[str, Any]:
    """Return what follows from decisions, both arrays (n,) and 0 or 1: the confusion matrix and its shares."""
    matrix = confusion_matrix(targets, decisions, labels=[0, 1])
    (tn, fp), (fn, tp) = ((int(cell) for cell in row) for row in matrix)
    counts = {"accuracy": (tn + tp, tn + fp + fn + tp), "ppv": (tp, tp + fp), "npv": (tn, tn + fn)}
    figures: dict[str, Any] = two_by_two(tn, fp, fn, tp)
    for name, (hits, count) in counts.items():
        figures[name] = hits / count if count else float("nan")
        figures[f"{name}_ci"] = list(proportions.wilson(hits, count))
    sensitivity, specificity = figures["sensitivity"], figures["specificity"]
    return figures | {
        "predictive_values": [_at_prevalence(sensitivity, specificity, prevalence) for prevalence in PREVALENCES],
        "classification_report": classification_report(
            targets, decisions, labels=[0, 1], target_names=CLASSES, output_dict=True, zero_division=0
        ),
        "confusion_matrix": [[tn, fp], [fn, tp]],
    }


def _at_prevalence(sensitivity: float, specificity: float, prevalence: float) -> dict[str, float]:
    ppv, npv = metrics.predictive_values(sensitivity, specificity, prevalence)
    return {"prevalence": prevalence, "ppv": ppv, "npv": npv}


def _subgroups(scored: Scored, targets: NDArray[np.int64], decided: NDArray[np.bool_]) -> dict[str, Any]:
    """Judge bacterial and viral pneumonias apart, each against all NORMAL films."""
    groups: dict[str, Any] = {}
    for pathogen in ("bacteria", "virus"):
        members = np.array([image.pathogen == pathogen for image in scored.images])
        refused = sum(image.pathogen == pathogen for image, _ in scored.refused)
        if not members.any():
            continue
        rows = members | (targets == 0)
        patients = [i.patient_key for i, row in zip(scored.images, rows, strict=True) if row]
        area = {"auroc": metrics.roc_auc}
        interval = metrics.patient_bootstrap(area, targets[rows], scored.probabilities[rows], patients)
        hits, count = int(decided[members].sum()), int(members.sum()) + refused
        groups[pathogen] = {
            "n": count,
            "sensitivity": hits / count,
            "sensitivity_ci": list(proportions.wilson(hits, count)),
            "auroc": metrics.roc_auc(targets[rows], scored.probabilities[rows]),
            "auroc_ci": list(interval["auroc"]),
        }
    return groups


def _file_size_control(images: list[LabelledImage]) -> dict[str, Any]:
    """Tell pneumonia by the file's size alone; a set on which this works gives its labels away."""
    return control("file_size", images, -np.array([image.path.stat().st_size for image in images], np.float64))


def _curves(targets: NDArray[np.int64], probabilities: NDArray[np.float64]) -> dict[str, Any]:
    false_positive, sensitivity, _ = roc_curve(targets, probabilities)
    precision, recall, _ = precision_recall_curve(targets, probabilities, drop_intermediate=True)
    return {
        "roc": {"false_positive_rate": _rounded(false_positive), "sensitivity": _rounded(sensitivity)},
        "pr": {"recall": _rounded(recall), "precision": _rounded(precision)},
        "reliability": [
            {"probability": mean, "observed": observed, "n": n, "ci": list(proportions.wilson(round(observed * n), n))}
            for mean, observed, n in metrics.reliability(targets, probabilities)
        ],
    }


def _sample(scored: Scored) -> list[dict[str, Any]]:
    """Return a fixed sample of images by hash with their probabilities, by which a copy of the model is checked."""
    rows = np.argsort([image.sha256 for image in scored.images])
    chosen = rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int)]
    return [
        {"sha256": scored.images[row].sha256, "probability": round(float(scored.probabilities[row]), 4)}
        for row in chosen
    ]


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 4) for value in values]
