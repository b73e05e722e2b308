"""How are the figures of a card drawn? ROC, precision and recall, reliability, confusion matrix, training curves."""

import itertools
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from xray_ui.basics.charts import DIM_INK, INK, NOT_SUSPECTED, SUSPECTED, style
from xray_ui.basics.rows import UNKNOWN, interval, number, part

_GRID = "#2a313a"


def roc(test: Mapping[str, Any]) -> go.Figure | None:
    """Draw sensitivity against the false positive rate, with the stored operating point; None without the curve."""
    curve = part(test, "curves", "roc")
    if not curve:
        return None
    figure = chart(f"ROC: AUROC {_with_interval(test, 'auroc')}", "1 - specificity", "Sensitivity")
    figure.add_trace(_curve(curve["false_positive_rate"], curve["sensitivity"], "ROC"))
    figure.add_trace(_diagonal("Chance"))
    if test.get("sensitivity") is not None and test.get("specificity") is not None:
        figure.add_trace(_point(1 - test["specificity"], test["sensitivity"]))
    return figure


def precision_recall(test: Mapping[str, Any]) -> go.Figure | None:
    """Draw precision against recall, with the stored operating point; None without the curve."""
    curve = part(test, "curves", "pr")
    if not curve:
        return None
    title = f"Precision and recall: area {_with_interval(test, 'pr_auc')}"
    figure = chart(title, "Recall (sensitivity)", "Precision (PPV)")
    figure.add_trace(_curve(curve["recall"], curve["precision"], "Precision"))
    if test.get("sensitivity") is not None and test.get("ppv") is not None:
        figure.add_trace(_point(test["sensitivity"], test["ppv"]))
    return figure


def reliability(test: Mapping[str, Any]) -> go.Figure | None:
    """Draw how often pneumonia was there against the probability given, with 95 % intervals; None without bins."""
    bins = part(test, "curves").get("reliability")
    if not isinstance(bins, list) or not bins:
        return None
    title = f"Reliability: ECE {_with_interval(test, 'ece')}"
    figure = chart(title, "Probability given", "Share with pneumonia")
    observed = [each["observed"] for each in bins]
    figure.add_trace(
        go.Scatter(
            x=[each["probability"] for each in bins],
            y=observed,
            customdata=[each["n"] for each in bins],
            hovertemplate="given %{x:.3f}, observed %{y:.3f}, %{customdata} films<extra></extra>",
            error_y={
                "array": [each["ci"][1] - seen for each, seen in zip(bins, observed, strict=True)],
                "arrayminus": [seen - each["ci"][0] for each, seen in zip(bins, observed, strict=True)],
                "color": DIM_INK,
            },
            mode="markers",
            marker={"size": 9, "color": NOT_SUSPECTED},
            name="Films in bins of equal size",
        )
    )
    figure.add_trace(_diagonal("Perfect"))
    return figure


def confusion_matrix(test: Mapping[str, Any]) -> go.Figure | None:
    """Draw [[TN, FP], [FN, TP]] with Actual and Predicted labels; None without it."""
    matrix = test.get("confusion_matrix")
    if not matrix:
        return None
    classes = ["NORMAL", "PNEUMONIA"]
    shares = [[count / max(sum(row), 1) for count in row] for row in matrix]
    figure = chart(f"Confusion matrix: accuracy {_with_interval(test, 'accuracy')}", "Predicted", "Actual")
    figure.add_trace(
        go.Heatmap(
            z=shares,
            x=classes,
            y=classes,
            zmin=0,
            zmax=1,
            colorscale=[[0, "#14191f"], [1, "#1f6f94"]],
            showscale=False,
            text=[
                [f"{count}<br>{share:.1%} of row" for count, share in zip(*rows, strict=True)]
                for rows in zip(matrix, shares, strict=True)
            ],
            texttemplate="%{text}",
            textfont={"size": 16, "color": INK},
            hoverinfo="skip",
            xgap=3,
            ygap=3,
        )
    )
    figure.update_xaxes(range=None, type="category", tickvals=classes)
    figure.update_yaxes(range=None, type="category", tickvals=classes, autorange="reversed", tickangle=-90)
    figure.update_layout(showlegend=False, margin=_margin(top=40, bottom=60))
    return figure


def training_curves(history: list[dict[str, Any]]) -> go.Figure | None:
    """Draw losses and validation figures of each epoch; None without epochs."""
    if not history:
        return None
    epochs = [row["epoch"] for row in history]
    figure = make_subplots(rows=1, cols=2, subplot_titles=["Loss", "Validation"], horizontal_spacing=0.09)
    lines = [
        ("loss", "Training loss", 1, NOT_SUSPECTED, "solid"),
        ("val_loss", "Validation loss", 1, SUSPECTED, "solid"),
        ("val_auroc", "Validation AUROC", 2, "#8bd17c", "solid"),
        ("val_accuracy", "Validation accuracy", 2, "#c9a6ff", "dash"),
    ]
    for key, name, column, colour, dash in lines:
        values = [row.get(key) for row in history]
        line = {"color": colour, "dash": dash, "width": 2}
        figure.add_trace(go.Scatter(x=epochs, y=values, name=name, mode="lines+markers", line=line), row=1, col=column)
    for before, after in itertools.pairwise(history):
        if before.get("side") != after.get("side"):
            figure.add_vline(x=after["epoch"] - 0.5, line={"color": DIM_INK, "dash": "dot", "width": 1})
    style(figure, height=380)
    figure.update_xaxes(title_text="Epoch", gridcolor=_GRID, zeroline=False)
    figure.update_yaxes(gridcolor=_GRID, zeroline=False)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.12, "yanchor": "bottom"}, margin=_margin(top=76, bottom=52)
    )
    return figure


def _with_interval(test: Mapping[str, Any], key: str) -> str:
    bounds = interval(test.get(f"{key}_ci"))
    return number(test.get(key)) + (f" (95 % interval {bounds})" if bounds != UNKNOWN else "")


def chart(title: str, x: str, y: str) -> go.Figure:
    """Return an empty figure in the style of the cards; `x` and `y` are the titles of its axes."""
    figure = go.Figure()
    style(figure, height=400)
    axis = {"range": [-0.02, 1.02], "gridcolor": _GRID, "zeroline": False, "linecolor": "#49525f"}
    figure.update_xaxes(**axis, title_text=x)
    figure.update_yaxes(**axis, title_text=y)
    figure.update_layout(
        title={
            "text": title,
            "font": {"size": 15, "color": INK},
            "x": 0,
            "xref": "container",
            "y": 0.985,
            "yanchor": "top",
            "pad": {"l": 4, "t": 4},
        },
        margin=_margin(top=74, bottom=52),
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom"},
    )
    return figure


def _margin(*, top: int, bottom: int) -> dict[str, int]:
    return {"l": 64, "r": 16, "t": top, "b": bottom}


def _curve(x: list[float], y: list[float], name: str) -> go.Scatter:
    return go.Scatter(x=x, y=y, mode="lines", name=name, line={"color": NOT_SUSPECTED, "width": 2.5})


def _diagonal(name: str) -> go.Scatter:
    line = {"color": DIM_INK, "dash": "dot", "width": 1}
    return go.Scatter(x=[0, 1], y=[0, 1], mode="lines", name=name, line=line, hoverinfo="skip")


def _point(x: float, y: float) -> go.Scatter:
    marker = {"size": 12, "color": SUSPECTED, "symbol": "diamond"}
    return go.Scatter(x=[x], y=[y], mode="markers", name="Operating point", marker=marker)
