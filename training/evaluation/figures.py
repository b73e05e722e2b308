"""What does an evaluation look like? ROC, precision-recall, reliability, confusion matrix and training curves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.data.labelled import CLASSES


def draw_figures(report: dict[str, Any], history: list[dict[str, float]], folder: Path) -> list[Path]:
    """Draw every figure of a report as a PNG file.

    Args:
        report: of `evaluate`.
        history: the card's rows of training figures, one an epoch; may be empty.
        folder: where the files go; it is made.

    Returns:
        The files that were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawings: dict[str, Callable[[Axes], None]] = {
        "roc": lambda axes: _roc(axes, report),
        "precision_recall": lambda axes: _precision_recall(axes, report),
        "reliability": lambda axes: _reliability(axes, report),
        "confusion_matrix": lambda axes: _confusion_matrix(axes, report["confusion_matrix"]),
    }
    if history:
        drawings["training"] = lambda axes: _training(axes, history)
    return [_draw(folder / f"{name}.png", drawing) for name, drawing in drawings.items()]


def _draw(path: Path, drawing: Callable[[Axes], None]) -> Path:
    figure = Figure(figsize=(6, 5), layout="constrained")
    drawing(figure.subplots())
    figure.savefig(path, dpi=150)
    return path


def _roc(axes: Axes, report: dict[str, Any]) -> None:
    curve = report["curves"]["roc"]
    axes.plot(curve["false_positive_rate"], curve["sensitivity"], label=f"AUROC {report['auroc']:.3f}")
    axes.plot(1 - report["specificity"], report["sensitivity"], "o", label="operating point")
    axes.plot([0, 1], [0, 1], ":", color="grey")
    axes.set(title="ROC", xlabel="1 - specificity", ylabel="sensitivity")
    axes.legend(loc="lower right")


def _precision_recall(axes: Axes, report: dict[str, Any]) -> None:
    curve = report["curves"]["pr"]
    axes.plot(curve["recall"], curve["precision"], label=f"average precision {report['pr_auc']:.3f}")
    axes.axhline(report["prevalence"], linestyle=":", color="grey", label="prevalence")
    axes.set(title="Precision and recall", xlabel="recall (sensitivity)", ylabel="precision (PPV)", ylim=(0, 1.02))
    axes.legend(loc="lower left")


def _reliability(axes: Axes, report: dict[str, Any]) -> None:
    bins = report["curves"]["reliability"]
    observed = [each["observed"] for each in bins]
    # Rounding can put a bound a hair inside its own estimate, which errorbar refuses as a negative length.
    below = [max(each["observed"] - each["ci"][0], 0) for each in bins]
    above = [max(each["ci"][1] - each["observed"], 0) for each in bins]
    axes.errorbar([each["probability"] for each in bins], observed, yerr=[below, above], fmt="o-", capsize=2)
    axes.plot([0, 1], [0, 1], ":", color="grey")
    axes.set(title=f"Reliability, ECE {report['ece']:.3f}", xlabel="mean probability", ylabel="share of PNEUMONIA")


def _confusion_matrix(axes: Axes, matrix: list[list[int]]) -> None:
    axes.imshow(matrix, cmap="Blues")
    greatest = max(map(max, matrix))
    for row, counts in enumerate(matrix):
        for column, count in enumerate(counts):
            colour = "white" if count > greatest / 2 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=16)
    axes.set_xticks(range(2), [f"Predicted\n{name}" for name in CLASSES])
    axes.set_yticks(range(2), [f"Actual\n{name}" for name in CLASSES])
    axes.set_title("Confusion matrix")


def _training(axes: Axes, history: list[dict[str, float]]) -> None:
    epochs = [row["epoch"] + 1 for row in history]
    axes.plot(epochs, [row["loss"] for row in history], label="loss")
    axes.plot(epochs, [row["val_loss"] for row in history], label="validation loss")
    axes.set(title="Training", xlabel="epoch", ylabel="loss (nats)")
    second = axes.twinx()
    second.plot(epochs, [row["val_auroc"] for row in history], color="tab:green", label="validation AUROC")
    second.set_ylabel("AUROC")
    lines = [*axes.get_lines(), *second.get_lines()]
    axes.legend(lines, [str(line.get_label()) for line in lines], loc="center right")
