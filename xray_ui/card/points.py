"""How well does a version decide at its three points, and does the second opinion keep its promise? Rows of a card."""

from model_store.export.wording.point_sentences import point_percent
from model_store.reading.decision.operating_points import NAMES
from model_store.reading.decision.point_figures import figures_at
from xray_ui.basics.rows import Card, Table, interval, number, part

_CLASSES = {"NORMAL": "Normal", "PNEUMONIA": "Pneumonia"}
_SETS = {"normal": "Normal alone", "pneumonia": "Pneumonia alone", "both": "Either", "neither": "Neither"}


def point_rows(card: Card) -> Table:
    """List the points with sensitivity and specificity on test films, or on validation films where none were read."""
    points = part(card, "operating_points")
    return [_row(card, name.capitalize(), points[key]) for key, name in NAMES.items() if key in points]


def _row(card: Card, name: str, point: object) -> dict[str, str]:
    found = figures_at(card, point) if isinstance(point, float) else None
    values = found.values if found else {}
    return {
        "Point": name,
        "From": point_percent(point) if isinstance(point, float) else number(point),
        "Sensitivity": number(values.get("sensitivity")),
        "95 % interval": interval(values.get("sensitivity_ci")),
        "Specificity": number(values.get("specificity")),
        "95 % interval ": interval(values.get("specificity_ci")),
        "Films": found.films.capitalize() if found else number(None),
    }


def conformal_rows(card: Card) -> Table:
    """List by class how often the conformal set holds it on test films, and how many films have each set."""
    judged = part(card, "test", "conformal")
    return [
        {
            "Class": name,
            "Promised": _promised(judged.get("alpha")),
            "In the set": number(found.get("coverage")),
            "95 % interval": interval(found.get("coverage_ci")),
        }
        | {heading: number(part(found, "sets").get(key)) for key, heading in _SETS.items()}
        for label, name in _CLASSES.items()
        if (found := part(judged, label))
    ]


def _promised(alpha: object) -> str:
    return f"at least {1 - alpha:.3g}" if isinstance(alpha, float) else number(alpha)
