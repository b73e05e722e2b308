"""How is a probability drawn? As a gauge; and what all charts have in common."""

from typing import Any

import plotly.graph_objects as go

from model_store.results import Prediction
from xray_ui.wording import percent

INK = "#e6e9ed"
DIM_INK = "#aeb7c2"
GROUND = "rgba(0,0,0,0)"
SUSPECTED = "#f4a259"
NOT_SUSPECTED = "#5fb3d4"

CHART_CONFIG: dict[str, Any] = {"displaylogo": False, "displayModeBar": False}


def gauge(prediction: Prediction) -> go.Figure:
    """Draw the probability, 0 to 100 %, with the operating point marked."""
    point = 100 * prediction.operating_point
    figure = go.Figure(
        go.Indicator(
            mode="gauge",
            value=100 * prediction.probability,
            domain={"x": [0.04, 0.96], "y": [0, 1]},
            gauge={
                "axis": {"range": [0, 100], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": " %", "tickcolor": DIM_INK},
                "bar": {"color": SUSPECTED if prediction.suspected else NOT_SUSPECTED, "thickness": 0.62},
                "bgcolor": "#0b0d10",
                "bordercolor": "#49525f",
                "borderwidth": 1,
                "steps": [{"range": [0, point], "color": "#1c2b33"}, {"range": [point, 100], "color": "#3a2a1c"}],
                "threshold": {"line": {"color": INK, "width": 3}, "thickness": 1, "value": point},
            },
        )
    )
    shown = percent(prediction.probability)
    for text, y, size, colour in (
        # The words "above" and "below" need room between the ends of the arc.
        (shown, 0.16, 30 if len(shown) < 6 else 20, INK),
        (f"operating point {point:.1f} %", -0.14, 13, DIM_INK),
    ):
        figure.add_annotation(text=text, x=0.5, y=y, showarrow=False, font={"size": size, "color": colour})
    style(figure, height=185)
    figure.update_layout(margin={"l": 28, "r": 36, "t": 24, "b": 22})
    return figure


def style(figure: go.Figure, *, height: int) -> None:
    """Give a figure the ground and the letters of the reading room."""
    figure.update_layout(
        height=height,
        paper_bgcolor=GROUND,
        plot_bgcolor=GROUND,
        font={"color": INK, "size": 14},
        template="none",
        showlegend=False,
    )
