"""What is said of operating points wherever a result leaves? Which one it was, and how well a version decides there."""

from collections.abc import Mapping
from typing import Any

from model_store.reading.decision.operating_points import ThreeWay
from model_store.reading.decision.point_figures import PointFigures
from model_store.reading.results import Prediction


def point_percent(point: float) -> str:
    """Write an operating point, 0..1."""
    return f"{100 * point:.1f} %"


def called(prediction: Prediction, chosen: float | None) -> str:
    """Name the present point, with its probability, to stand in a sentence."""
    if chosen is not None:
        names = prediction.points.names_of(chosen) if prediction.points else []
        return f"the point you chose, {', '.join([*names, point_percent(chosen)])}"
    kind = "balanced" if prediction.points else "stored operating"
    return f"the {kind} point of {point_percent(prediction.operating_point)}"


def chosen_sentence(prediction: Prediction, chosen: float | None) -> str:
    """Say what is decided at the point that the reader chose, wherever a result is kept; "" for the version's own."""
    if chosen is None:
        return ""
    decided: ThreeWay = "suspected" if prediction.probability >= chosen else "not suspected"
    return f"At the point that the reader chose, {point_percent(chosen)}: pneumonia {decided}."


def figures_sentence(point: str, found: PointFigures) -> str:
    """Say how well a version decides at a point.

    Args:
        point: what it is called, as "the balanced point of 43.7 %".
        found: its figures.
    """
    films = "test films" if found.films == "test" else "validation films, by which it was chosen and which flatter it"
    count = found.values.get("n")
    figures = ", ".join(_share(name, found.values) for name in ("sensitivity", "specificity"))
    return f"At {point}, on {f'{count} ' if count else ''}{films}: {figures}."


def _share(name: str, values: Mapping[str, Any]) -> str:
    value, bounds = values.get(name), values.get(f"{name}_ci")
    if not isinstance(value, int | float):
        return f"{name} not known"
    known = isinstance(bounds, list) and len(bounds) == 2 and all(isinstance(each, int | float) for each in bounds)
    between = f" (95 % interval {100 * bounds[0]:.1f} to {100 * bounds[1]:.1f})" if known and bounds else ""
    return f"{name} {100 * value:.1f} %{between}"
