"""What have all charts in common? Their colours, their ground, and what can be done with them."""

from typing import Any

import plotly.graph_objects as go

INK = "#e6e9ed"

DIM_INK = "#aeb7c2"

GROUND = "rgba(0,0,0,0)"

SUSPECTED = "#f4a259"

NOT_SUSPECTED = "#5fb3d4"

CHART_CONFIG: dict[str, Any] = {"displaylogo": False, "displayModeBar": False}


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
