"""Which numbers does a card hold? Rows of text for the model page; a part that is missing gives no rows."""

from collections.abc import Mapping
from typing import Any

from xray_ui import retrain_wording

UNKNOWN = "not known"
Table = list[dict[str, str]]
Card = Mapping[str, Any]

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


def part(card: Card, *keys: str) -> dict[str, Any]:
    """Return a part of a card by its keys, outermost first; empty where it is missing."""
    found: Any = card
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def number(value: object) -> str:
    """Write a figure with three decimals, a count without; "not known" where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return UNKNOWN if value is None else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def interval(bounds: object) -> str:
    """Write a 95 % interval; "not known" where there is none."""
    if isinstance(bounds, list | tuple) and len(bounds) == 2:
        return f"{number(bounds[0])} to {number(bounds[1])}"
    return UNKNOWN


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
        "temperature": "Temperature",
        "half_precision_shift": "Largest change by half precision",
        "preparation": "Preparation",
        "target_layer": "Layer of the heatmap",
        "test_readings": "Times the test split was read",
        "run": "Made by run",
        "by": "Made by",
        "note": "Note",
        "imported": "Imported",
    }
    return [
        {"Property": name, "Value": _property(key, card[key])}
        for key, name in names.items()
        if card.get(key) is not None
    ]


def texts(card: Card, key: str) -> list[str]:
    """Return a text or a list of texts of the card as a list."""
    value = card.get(key)
    if isinstance(value, str):
        return [value]
    return [str(text) for text in value] if isinstance(value, list) else []


def _property(key: str, value: object) -> str:
    if key in ("created", "imported"):
        return retrain_wording.moment(value)
    if key == "half_precision_shift" and isinstance(value, float):
        return f"{value:.5f}"
    return str(value)[:12] if key == "weights_sha256" else number(value)


def _setting(value: object) -> str:
    if isinstance(value, list):
        if value and all(isinstance(phase, list) and len(phase) == 2 for phase in value):
            return ", ".join(f"{epochs} epochs at {side} px" for side, epochs in value)
        return ", ".join(str(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
