"""How does an evaluation read on paper? The classification report and confusion matrix, and every figure."""

from typing import Any

from model_store.export.wording.claims import control_claim, map_claims
from model_store.reading.decision.calibration import Calibration
from model_store.reading.decision.operating_points import NAMES
from training.data.labelled import CLASSES

_PROPORTIONS = ("accuracy", "sensitivity", "specificity", "ppv", "npv")
_SCORES = ("auroc", "pr_auc", "brier", "ece")
_RATIOS = ("lr_positive", "lr_negative")
_CONTROLS = {
    "file_size": "the file's size alone",
    "outline_only": "the outline of the lungs alone",
    "outer_ring_only": "the outer ring of the film alone",
    "lungs_only": "the lungs alone",
    "filled_grey": "the lungs filled with grey",
    "filled_mean": "the lungs filled with the mean of their surround",
    "filled_noise": "the lungs filled with noise",
    "filled_blurred": "the lungs filled with their blurred surround",
    "exchange": "lungs on a chest of the other class, the lungs' label",
    "exchange_hull": "lungs with the mediastinum on a chest of the other class, the lungs' label",
    "replaced": "lungs replaced by those of the other class, their label",
    "random_chests": "lungs on any chest, the chest's label",
    "random_chests_hull": "lungs with the mediastinum on any chest, the chest's label",
}


def as_text(report: dict[str, Any]) -> str:
    """Return a report of `evaluate` as text for a terminal."""
    parts = [
        *_learned_from(report),
        f"Version {report['version']} on split {report['split']}: {report['n']} images, "
        f"{report['n_refused']} refused (counted as wrong), prevalence {report['prevalence']:.3f}, "
        f"operating point {report['operating_point']:.4f}, calibration {Calibration.from_json(report)}",
        _classification_report(report["classification_report"]),
        _confusion_matrix(report["confusion_matrix"]),
        "\n".join(_figure(name, report) for name in (*_SCORES, *_PROPORTIONS, *_RATIOS)),
    ]
    parts += [_point(NAMES[name], figures) for name, figures in report.get("operating_points", {}).items()]
    if "conformal" in report:
        parts += [_coverage(label, report["conformal"]) for label in CLASSES]
    parts += [_subgroup(name, figures) for name, figures in report["subgroups"].items()]
    parts += [_predictive(values) for values in report["predictive_values"]]
    parts += [control_text(name, found) for name, found in report["controls"].items()]
    parts += [f"Heatmaps: {claim}" for claim in map_claims(report.get("maps", {}))]
    parts += [f"Refused: {item['path']}: {item['reason']}" for item in report["refused"]]
    return "\n\n".join(parts)


def _learned_from(report: dict[str, Any]) -> list[str]:
    """Say first where the films are no fair judges, or may be none."""
    if report["learned_from"] is None:
        return [f"It is not known which films version {report['version']} learned from; on those figures are too good."]
    if not report["learned_from"]:
        return []
    return [
        f"No fair judges: version {report['version']} learned from {report['learned_from']} of these {report['n']} "
        "films, so these figures are better than they would be on new films."
    ]


def _classification_report(rows: dict[str, Any]) -> str:
    lines = [f"{'':>14}{'precision':>11}{'recall':>11}{'f1-score':>11}{'support':>11}", ""]
    for name in (*CLASSES, "accuracy", "macro avg", "weighted avg"):
        row = rows[name]
        if name == "accuracy":
            support = rows["macro avg"]["support"]
            lines += ["", f"{name:>14}{'':>11}{'':>11}{row:>11.2f}{support:>11.0f}"]
        else:
            cells = "".join(f"{row[key]:>11.2f}" for key in ("precision", "recall", "f1-score"))
            lines.append(f"{name:>14}{cells}{row['support']:>11.0f}")
    return "\n".join(lines)


def _confusion_matrix(matrix: list[list[int]]) -> str:
    lines = [f"{'':>18}" + "".join(f"{'Predicted ' + name:>22}" for name in CLASSES)]
    for name, row in zip(CLASSES, matrix, strict=True):
        lines.append(f"{'Actual ' + name:>18}" + "".join(f"{cell:>22}" for cell in row))
    return "\n".join(lines)


def _figure(name: str, report: dict[str, Any]) -> str:
    return f"{name:>12} {with_interval(report[name], report[f'{name}_ci'])}"


def _point(name: str, figures: dict[str, Any]) -> str:
    return (
        f"From the {name} point of {figures['point']:.4f} on: "
        f"sensitivity {with_interval(figures['sensitivity'], figures['sensitivity_ci'])}, "
        f"specificity {with_interval(figures['specificity'], figures['specificity_ci'])}"
    )


def _coverage(label: str, found: dict[str, Any]) -> str:
    figures, sets = found[label], found[label]["sets"]
    return (
        f"Conformal sets at {found['alpha']:.0%} errors in {label} (n = {figures['n']}): "
        f"coverage {with_interval(figures['coverage'], figures['coverage_ci'])}; "
        f"{', '.join(f'{name} {count}' for name, count in sets.items())}"
    )


def _subgroup(name: str, figures: dict[str, Any]) -> str:
    return (
        f"Pneumonia by {name} (n = {figures['n']}): "
        f"sensitivity {with_interval(figures['sensitivity'], figures['sensitivity_ci'])}, "
        f"AUROC against NORMAL {with_interval(figures['auroc'], figures['auroc_ci'])}"
    )


def _predictive(values: dict[str, float | None]) -> str:
    ppv, npv = ("not defined" if values[key] is None else f"{values[key]:.1%}" for key in ("ppv", "npv"))
    return f"At a prevalence of {values['prevalence']:.1%}: PPV {ppv}, NPV {npv}"


def control_text(name: str, found: dict[str, Any]) -> str:
    """Return what a control for shortcuts found, with what that means where it means something."""
    line = f"Control, {_CONTROLS[name]}: AUROC {with_interval(found['auroc'], found['auroc_ci'])}"
    if found.get("floor") is not None:
        line += f"; a small network {with_interval(found['floor'], found['floor_ci'])}"
    if "follow" in found:
        line += f"; decisions that follow the lungs {with_interval(found['follow'], found['follow_ci'])}"
    claim = control_claim(name, found)
    return f"{line}\n{claim}" if claim else line


def with_interval(value: float | None, interval: list[float | None]) -> str:
    """Return a figure with its interval; "not defined" where there is none."""
    if value is None or None in interval:
        return "not defined" if value is None else f"{value:.4f} (no interval)"
    return f"{value:.4f} ({interval[0]:.4f} to {interval[1]:.4f})"
