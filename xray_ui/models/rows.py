"""Which versions are there, and which were activated? Rows of text for the page."""

from collections.abc import Iterable

from model_store.versions.activation.active_file import LogEntry
from model_store.versions.activation.proof import NOT_COMPARED, PASSED
from model_store.versions.bundled import BUNDLED
from model_store.versions.comparison.record import MET, Check, Comparison
from model_store.versions.comparison.wording import FIGURES, film_set_name
from model_store.versions.registry import Version
from xray_ui.basics import text as basics_text
from xray_ui.basics.rows import Table

_ACTIONS = {"activate": "activated", "rollback": "rolled back"}


def version_row(version: Version, *, active: str | None, gate: str) -> dict[str, str]:
    """Return what the list says of a version; no figures, which would be of other films in each row.

    Args:
        version: the version.
        active: name of the active version; None where that cannot be told.
        gate: "passed", "not passed" or "not compared"; of the active version what it was when that was activated.
    """
    card = version.card.record
    marks = [
        mark for mark, holds in (("active", version.name == active), ("bundled", version.name == BUNDLED)) if holds
    ]
    is_against_gate = version.name == active and gate != PASSED
    if is_against_gate:
        marks.append("activated against its gate")
    return {
        "Version": version.card.version,
        "State": ", ".join(marks),
        "Made": basics_text.moment(card.created),
        "By": card.by or "",
        "Gate": gate if is_against_gate or not marks else "",
        "Identity": version.card.identity[:12],
        "Note": card.note or "",
    }


def check_rows(comparison: Comparison | None, *, gate: str) -> Table:
    """List each check of the gate by the films on which it was made, and whether it was met.

    Args:
        comparison: of the version's card; None where there is none.
        gate: "passed", "not passed" or "not compared": then there is no check that says anything of the active version.
    """
    if gate == NOT_COMPARED or comparison is None:
        return [{"Check": "Compared with the present version", "Films": "none", "Result": "not met"}]
    return [_check_row(check, film_set_name(each.key)) for each in comparison.sets for check in each.checks]


def _check_row(check: Check, films: str) -> dict[str, str]:
    name = FIGURES.get(check.figure, check.figure)
    few = "not met: too few films to tell" if check.outcome == "not shown" else "not met"
    return {"Check": name[:1].upper() + name[1:], "Films": films, "Result": "met" if check.outcome in MET else few}


def shown_in_list(name: str, version: Version | Exception, *, is_active: bool) -> str:
    """Return what a version is called where one is chosen; `version` is an error where its card cannot be used."""
    called = version.card.version if isinstance(version, Version) else f"{name} (damaged)"
    marks = [mark for mark, holds in (("bundled", name == BUNDLED), ("active", is_active)) if holds]
    return ", ".join([called, *marks])


def damaged_row(name: str, *, active: str | None) -> dict[str, str]:
    """Return what the list says of a version whose card cannot be used."""
    empty = dict.fromkeys(("Made", "By", "Gate", "Identity"), "")
    return {"Version": name, "State": "active, damaged" if name == active else "damaged"} | empty | {"Note": ""}


def log_rows(log: Iterable[LogEntry]) -> Table:
    """List what was activated and rolled back, newest first."""
    return [
        {
            "When": basics_text.moment(entry.when),
            "What": _ACTIONS.get(entry.action, entry.action),
            "Version": entry.version,
            "Identity": (entry.identity or "")[:12],
            "Weights": (entry.weights_sha256 or "")[:12],
            "Operating point": "" if entry.operating_point is None else f"{entry.operating_point:.3f}",
            "Calibration": str(entry.calibration or ""),
            "Before": entry.before,
            "By": entry.by,
            "Gate": entry.gate or "",
            "Reason": entry.reason or "",
        }
        for entry in reversed(list(log))
    ]
