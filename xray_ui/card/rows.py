"""Which numbers does a card hold? Rows of text for the model page; a part that is missing gives no rows."""

import contextlib
from collections.abc import Mapping

from model_store.reading.decision.calibration import Calibration
from xray_ui.basics import text as basics_text
from xray_ui.basics.rows import Card, Table, interval, number, part

_FIGURES = {
    "auroc": "AUROC",
    "pr_auc": "Area under precision-recall",
    "accuracy": "Accuracy",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "ppv": "Positive predictive value",
    "npv": "Negative predictive value",
    "lr_positive": "Likelihood ratio, suspected",
    "lr_negative": "Likelihood ratio, not suspected",
    "brier": "Brier score",
    "ece": "Expected calibration error",
}


def figure_rows(test: Card) -> Table:
    """List the figures of the test split, each with its interval."""
    return [
        {"Figure": name, "Value": number(test[key]), "95 % interval": interval(test.get(f"{key}_ci"))}
        for key, name in _FIGURES.items()
        if test.get(key) is not None
    ]


def report_rows(test: Card) -> Table:
    """List the classification report."""
    rows = []
    for name, values in part(test, "classification_report").items():
        columns = values if isinstance(values, Mapping) else {"f1-score": values}
        rows.append(
            {"Class": str(name)}
            | {
                heading.capitalize(): number(columns.get(heading)) if heading in columns else ""
                for heading in ("precision", "recall", "f1-score")
            }
            | {"Support": f"{columns['support']:.0f}" if "support" in columns else ""}
        )
    return rows


def data_rows(card: Card) -> Table:
    """List the films of each split by class, and the patients where they are known."""
    names = {"training": "Training", "validation": "Validation", "test": "Test"}
    return [
        {"Split": names[split]}
        | {
            column: number(counts.get(key))
            for key, column in (("NORMAL", "Normal"), ("PNEUMONIA", "Pneumonia"), ("patients", "Patients"))
        }
        for split in names
        if (counts := part(card, "data", split))
    ]


def subgroup_rows(test: Card) -> Table:
    """List the figures of each subgroup of the test split."""
    return [
        {
            "Pneumonia": str(name),
            "Films": number(values.get("n")),
            "Sensitivity": number(values.get("sensitivity")),
            "95 % interval": interval(values.get("sensitivity_ci")),
            "AUROC": number(values.get("auroc")),
            "95 % interval ": interval(values.get("auroc_ci")),
        }
        for name, values in part(test, "subgroups").items()
        if isinstance(values, Mapping)
    ]


def predictive_rows(test: Card) -> Table:
    """List the predictive values at several shares of pneumonia."""
    rows = test.get("predictive_values")
    return [
        {
            "Share of pneumonia": f"{100 * row['prevalence']:.1f} %",
            "Pneumonia, where suspected": f"{100 * row['ppv']:.1f} %",
            "None, where not suspected": f"{100 * row['npv']:.1f} %",
        }
        for row in (rows if isinstance(rows, list) else [])
    ]


def recipe_rows(card: Card) -> Table:
    """List how the version was trained; settings that were not used are left out."""
    course = part(card, "training")
    if isinstance(course.get("best_epoch"), int):
        course["best_epoch"] += 1  # The card counts epochs from 0, the curves and people from 1.
    return [
        {"Setting": key.replace("_", " ").capitalize(), "Value": _setting(value)}
        for key, value in (part(card, "recipe") | course).items()
        if value is not None
    ]


def lung_rows(card: Card) -> Table:
    """List what is known of the lung network."""
    lungs = part(card, "lungs")
    names = {
        "val_dice": "Mean Dice on validation patients",
        "val_dice_p05": "5th percentile of Dice",
        "parameters": "Parameters",
    }
    rows = [{"Lung network": name, "Value": number(lungs[key])} for key, name in names.items() if key in lungs]
    images = part(lungs, "images")
    return rows + [{"Lung network": f"Outlines for {key}", "Value": number(count)} for key, count in images.items()]


def identity_rows(card: Card) -> Table:
    """List what identifies the version and how it decides."""
    names = {
        "version": "Version",
        "created": "Made",
        "weights_sha256": "Weights (SHA-256)",
        "operating_point": "Operating point",
        "half_precision_shift": "Largest change by half precision",
        "preparation": "Preparation",
        "target_layer": "Layer of the heatmap",
        "test_readings": "Times the test split was read",
        "run": "Made by run",
        "by": "Made by",
        "note": "Note",
        "imported": "Imported",
    }
    rows = [
        {"Property": name, "Value": _property(key, card[key])}
        for key, name in names.items()
        if card.get(key) is not None
    ]
    with contextlib.suppress(ValueError):  # A card that is shown may be one that could not be read with.
        rows.append({"Property": "Calibration", "Value": str(Calibration.from_json(card))})
    return rows


def _property(key: str, value: object) -> str:
    if key in ("created", "imported"):
        return basics_text.moment(value)
    if key == "half_precision_shift" and isinstance(value, float):
        return f"{value:.5f}"
    return str(value)[:12] if key == "weights_sha256" else number(value)


def _setting(value: object) -> str:
    if isinstance(value, list):
        if value and all(isinstance(phase, list) and len(phase) == 2 for phase in value):
            return ", ".join(f"{epochs} epochs at {side} px" for side, epochs in value)
        return ", ".join(str(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
