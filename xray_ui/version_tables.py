"""Which versions are there, and which were activated? Rows of text for the page."""

from collections.abc import Iterable, Mapping
from typing import Any

from model_store.registry import BUNDLED, Version
from xray_ui import retrain_wording
from xray_ui.card_tables import Card, Table, part

_FILMS = {"held_out": "held out", "reference": "reference test"}
_ACTIONS = {"activate": "activated", "rollback": "rolled back"}


def version_row(version: Version, *, active: str | None, gate: str) -> dict[str, str]:
    """Return what the list says of a version.

    Args:
        version: the version.
        active: name of the active version; None where that cannot be told.
        gate: "passed", "not passed" or "not compared".
    """
    card = version.card.content
    marks = [
        mark for mark, holds in (("active", version.name == active), ("bundled", version.name == BUNDLED)) if holds
    ]
    return {
        "Version": version.card.version,
        "State": ", ".join(marks),
        "Made": retrain_wording.moment(card.get("created")),
        "By": str(card.get("by") or ""),
        "Run": str(card.get("run") or ""),
        "Gate": "" if marks else gate,
        "AUROC": auroc(card),
        "Weights": version.card.weights_sha256[:12],
        "Note": str(card.get("note") or ""),
    }


def shown_in_list(name: str, version: Version | Exception, *, is_active: bool) -> str:
    """Return what a version is called where one is chosen; `version` is an error where its card cannot be used."""
    called = version.card.version if isinstance(version, Version) else f"{name} (damaged)"
    marks = [mark for mark, holds in (("bundled", name == BUNDLED), ("active", is_active)) if holds]
    return ", ".join([called, *marks])


def damaged_row(name: str, *, active: str | None) -> dict[str, str]:
    """Return what the list says of a version whose card cannot be used."""
    empty = dict.fromkeys(("Made", "By", "Run", "Gate", "AUROC", "Weights"), "")
    return {"Version": name, "State": "active, damaged" if name == active else "damaged"} | empty | {"Note": ""}


def auroc(card: Card) -> str:
    """Return the AUROC on the most telling films for which it is known, and which films these are."""
    sets = part(card, "comparison").get("sets")
    compared = [
        (part(each, "challenger"), _FILMS.get(str(each.get("key")), "compared"))
        for each in (sets if isinstance(sets, list) else [])
        if isinstance(each, Mapping)
    ]
    sources = [(part(card, "test"), "test"), *compared]
    for figures, films in [*sources, (part(card, "validation"), "validation")]:
        if isinstance(figures.get("auroc"), int | float):
            return f"{figures['auroc']:.3f} ({films})"
    return "not known"


def log_rows(log: Iterable[Mapping[str, Any]]) -> Table:
    """List what was activated and rolled back, newest first."""
    return [
        {
            "When": retrain_wording.moment(entry.get("when")),
            "What": _ACTIONS.get(str(entry.get("action")), str(entry.get("action"))),
            "Version": str(entry.get("version", "")),
            "Weights": str(entry.get("weights_sha256") or "")[:12],
            "Operating point": _figure(entry.get("operating_point")),
            "Temperature": _figure(entry.get("temperature")),
            "Before": str(entry.get("from", "")),
            "By": str(entry.get("by", "")),
            "Gate": str(entry.get("gate", "")),
            "Reason": str(entry.get("reason") or ""),
        }
        for entry in reversed(list(log))
    ]


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else ""
