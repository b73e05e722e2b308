"""How is a probability drawn? As a gauge; and what all charts have in common."""

from typing import Any

import plotly.graph_objects as go

from model_store.export.wording.sentences import percent
from model_store.reading.results import Prediction
from xray_ui.basics.charts import DIM_INK, INK, NOT_SUSPECTED, SUSPECTED, style

NOT_SURE = "#b9a3e3"


def gauge(prediction: Prediction, chosen: float | None = None) -> go.Figure:
    """Draw the probability, 0 to 100 %, with the operating points marked.

    Args:
        prediction: the probability and the version's points.
        chosen: the point that the reader chose in place of them, 0..1; it alone is the thick mark then.
    """
    figure = go.Figure(
        go.Indicator(
            mode="gauge",
            value=100 * prediction.probability,
            domain={"x": [0.04, 0.96], "y": [0, 1]},
            gauge={
                "axis": {"range": [0, 100], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": " %", "tickcolor": DIM_INK},
                "bar": {"color": _bar_colour(prediction, chosen), "thickness": 0.62},
                "bgcolor": "#0b0d10",
                "bordercolor": "#49525f",
                "borderwidth": 1,
                "steps": _steps(prediction),
                "threshold": {
                    "line": {"color": INK, "width": 3},
                    "thickness": 1,
                    "value": 100 * (prediction.operating_point if chosen is None else chosen),
                },
            },
        )
    )
    shown, lines = percent(prediction.probability), _below(prediction, chosen)
    # The words "above" and "below" need room between the ends of the arc.
    _write(figure, shown, y=0.16, size=30 if len(shown) < 6 else 20, colour=INK)
    for row, line in enumerate(lines):
        _write(figure, line, y=-0.14 - 0.14 * row, size=13, colour=DIM_INK)
    style(figure, height=185 + 20 * (len(lines) - 1))
    figure.update_layout(margin={"l": 28, "r": 36, "t": 24, "b": 22 + 20 * (len(lines) - 1)})
    return figure


def _bar_colour(prediction: Prediction, chosen: float | None) -> str:
    if chosen is not None:
        return SUSPECTED if prediction.probability >= chosen else NOT_SUSPECTED
    return {"suspected": SUSPECTED, "not suspected": NOT_SUSPECTED, "not sure": NOT_SURE}[prediction.answer]


def _steps(prediction: Prediction) -> list[dict[str, Any]]:
    """Colour the ground of the answers; rule-out and rule-in are thin marks on it."""
    own, points = 100 * prediction.operating_point, prediction.points
    if points is None:
        return [{"range": [0, own], "color": "#1c2b33"}, {"range": [own, 100], "color": "#3a2a1c"}]
    low, high = 100 * points.rule_out, 100 * points.rule_in
    grounds = (([0, low], "#1c2b33"), ([low, high], "#2b2638"), ([high, 100], "#3a2a1c"))
    marks = [{"range": [max(mark - 0.4, 0), min(mark + 0.4, 100)], "color": DIM_INK} for mark in (low, high)]
    return [*({"range": limits, "color": colour} for limits, colour in grounds), *marks]


def _below(prediction: Prediction, chosen: float | None) -> list[str]:
    """Return what is written below the arc."""
    points = prediction.points
    if points is None:
        return [f"operating point {100 * prediction.operating_point:.1f} %"]
    own = f"balanced {100 * points.balanced:.1f} %"
    first = own if chosen is None else f"{own}, chosen {100 * chosen:.1f} %"
    return [first, f"rule-out {100 * points.rule_out:.1f} %, rule-in {100 * points.rule_in:.1f} %"]


def _write(figure: go.Figure, text: str, *, y: float, size: int, colour: str) -> None:
    figure.add_annotation(text=text, x=0.5, y=y, showarrow=False, font={"size": size, "color": colour})
