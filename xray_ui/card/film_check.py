"""What does a card say of the outlines and of the film check? Dice against confidence, and whom it lets through."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from xray_ui.basics.charts import NOT_SUSPECTED, SUSPECTED
from xray_ui.basics.rows import interval, part
from xray_ui.card.curves import chart

Card = Mapping[str, Any]

_GROUPS = {
    "upright": "Validation films as they are",
    "turned by 90": "The same, turned by 90 degrees",
    "turned by 180": "The same, upside down",
    "turned by 270": "The same, turned by 270 degrees",
    "inverted": "The same, inverted",
    "mirrored": "The same, mirrored",
    "others": "Pictures that are no chest film",
}


def outline_curve(card: Card) -> go.Figure | None:
    """Draw how well outlines agree with human ones against the network's own confidence; None without figures."""
    bins = part(card, "lungs").get("confidence_curve")
    if not isinstance(bins, list) or not bins:
        return None
    figure = chart("Outlines of the lungs: the surer, the better", "Confidence", "Dice with the human outline")
    confidences = [each["confidence"] for each in bins]
    for key, name, colour in (("dice", "Mean", NOT_SUSPECTED), ("dice_p05", "5th percentile", SUSPECTED)):
        values = [each[key] for each in bins]
        figure.add_trace(
            go.Scatter(x=confidences, y=values, mode="lines+markers", name=name, line={"color": colour, "width": 2})
        )
    figure.update_xaxes(range=[min(confidences) - 0.005, 1])
    figure.update_yaxes(range=[min(each["dice_p05"] for each in bins) - 0.02, 1])
    return figure


def gate_rows(card: Card) -> list[dict[str, str]]:
    """List whom the film check refused and warned of, with intervals."""
    gate = part(card, "gate")
    return [
        {
            "Shown to the gate": name,
            "Pictures": str(gate[key].get("n", "")),
            "Refused": _share(gate[key].get("refused")),
            "95 % interval": interval(gate[key].get("refused_ci")),
            "Warned of": _share(gate[key].get("warned")),
        }
        for key, name in _GROUPS.items()
        if isinstance(gate.get(key), Mapping)
    ]


def _share(value: object) -> str:
    return f"{100 * value:.1f} %" if isinstance(value, float) else ""
