"""Which versions are there, and which were activated? Rows of text for the page."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from model_store.reading.decision.calibration import Calibration
from model_store.versions.activation.proof import NOT_COMPARED, PASSED
from model_store.versions.bundled import BUNDLED
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.rows import Card, Table, part

_FILMS = {"held_out": "held out", "reference": "reference test"}
_MET = ("not worse", "within")
"""Outcomes of a check that is met."""
_ACTIONS = {"activate": "activated", "rollback": "rolled back"}


def version_row(version: Version, *, active: str | None, gate: str) -> dict[str, str]:
    """Return what the list says of a version.

    Args:
        version: the version.
        active: name of the active version; None where that cannot be told.
        gate: "passed", "not passed" or "not compared"; of the active version what it was when that was activated.
    """
    card = version.card.content
    marks = [
        mark for mark, holds in (("active", version.name == active), ("bundled", version.name == BUNDLED)) if holds
    ]
    is_against_gate = version.name == active and gate != PASSED
    if is_against_gate:
        marks.append("activated against its gate")
    return {
        "Version": version.card.version,
        "State": ", ".join(marks),
        "Made": basics_text.moment(card.get("created")),
        "By": str(card.get("by") or ""),
        "Run": str(card.get("run") or ""),
        "Gate": gate if is_against_gate or not marks else "",
        "AUROC": auroc(card),
        "Identity": version.card.identity[:12],
        "Note": str(card.get("note") or ""),
    }


def check_rows(comparison: Mapping[str, Any], *, gate: str) -> Table:
    """List each check of the gate by the films on which it was made, and whether it was met.

    Args:
        comparison: of the version's card.
        gate: "passed", "not passed" or "not compared": then there is no check that says anything of the active version.
    """
    if gate == NOT_COMPARED:
        return [{"Check": "Compared with the present version", "Films": "none", "Result": "not met"}]
    sets = comparison.get("sets")
    compared = [each for each in (sets if isinstance(sets, list) else []) if isinstance(each, Mapping)]
    return [_check_row(check, str(each.get("name"))) for each in compared for check in _checks(each)]


def _checks(films: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = films.get("checks")
    return [check for check in (found if isinstance(found, list) else []) if isinstance(check, Mapping)]


def _check_row(check: Mapping[str, Any], films: str) -> dict[str, str]:
    name, outcome = str(check.get("figure")), str(check.get("outcome"))
    result = "met" if outcome in _MET else "not met: too few films to tell" if outcome == "not shown" else "not met"
    return {"Check": name[:1].upper() + name[1:], "Films": films, "Result": result}


def shown_in_list(name: str, version: Version | Exception, *, is_active: bool) -> str:
    """Return what a version is called where one is chosen; `version` is an error where its card cannot be used."""
    called = version.card.version if isinstance(version, Version) else f"{name} (damaged)"
    marks = [mark for mark, holds in (("bundled", name == BUNDLED), ("active", is_active)) if holds]
    return ", ".join([called, *marks])


def damaged_row(name: str, *, active: str | None) -> dict[str, str]:
    """Return what the list says of a version whose card cannot be used."""
    empty = dict.fromkeys(("Made", "By", "Run", "Gate", "AUROC", "Identity"), "")
    return {"Version": name, "State": "active, damaged" if name == active else "damaged"} | empty | {"Note": ""}


def auroc(card: Card) -> str:
    """Return the AUROC on the most telling films for which it is known, and which films these are."""
    sets = part(card, "comparison").get("sets")
    compared = [
        (part(each, "challenger"), _FILMS.get(str(each.get("key")), "compared"))
        for each in (sets if isinstance(sets, list) else [])
        if isinstance(each, Mapping)
    ]
    test = part(card, "test")
    sources = [(test, "test, learned from" if test.get("learned_from") else "test"), *compared]
    for figures, films in [*sources, (part(card, "validation"), "validation")]:
        if isinstance(figures.get("auroc"), int | float):
            return f"{figures['auroc']:.3f} ({films})"
    return "not known"


def log_rows(log: Iterable[Mapping[str, Any]]) -> Table:
    """List what was activated and rolled back, newest first."""
    return [
        {
            "When": basics_text.moment(entry.get("when")),
            "What": _ACTIONS.get(str(entry.get("action")), str(entry.get("action"))),
            "Version": str(entry.get("version", "")),
            "Identity": str(entry.get("identity") or "")[:12],
            "Weights": str(entry.get("weights_sha256") or "")[:12],
            "Operating point": _figure(entry.get("operating_point")),
            "Calibration": _calibration(entry),
            "Before": str(entry.get("from", "")),
            "By": str(entry.get("by", "")),
            "Gate": str(entry.get("gate", "")),
            "Reason": str(entry.get("reason") or ""),
        }
        for entry in reversed(list(log))
    ]


def _calibration(entry: Mapping[str, Any]) -> str:
    """Say the calibration of an entry; of old programs it is a temperature, or is not there."""
    with contextlib.suppress(ValueError):
        return str(Calibration.from_json(entry))
    return ""


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else ""
