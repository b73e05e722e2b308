"""What is known of a run? Rows of text for the page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model_store.trainings.status import RunStatus
from xray_ui.basics import text as basics_text
from xray_ui.basics.rows import Table
from xray_ui.retraining import wording as retraining_wording


def fact_rows(status: RunStatus) -> Table:
    """List what a run was told and when it ran; what is not known is left out."""
    content = status.content
    facts = {
        "State": retraining_wording.STATES.get(status.state, status.state),
        "Data": Path(str(content["data"])).name if content.get("data") else None,
        "Class names": _classes(content.get("classes")),
        "Kind": retraining_wording.PRESETS.get(str(content.get("preset")), content.get("preset")),
        "Began from": content.get("init"),
        "Phases": _phases(content.get("phases")),
        "Active at the start": content.get("active"),
        "Note": content.get("note"),
        "Asked for by": content.get("by"),
        "Begun": _moment(content, "started"),
        "Ended": _moment(content, "ended"),
    }
    return [{"Property": name, "Value": str(value)} for name, value in facts.items() if value]


def _moment(content: Mapping[str, Any], key: str) -> str | None:
    return basics_text.moment(content[key]) if content.get(key) else None


def _classes(meanings: object) -> str | None:
    if not isinstance(meanings, Mapping):
        return None
    return ", ".join(f"{name}: {'left out' if meaning == '-' else meaning}" for name, meaning in meanings.items())


def _phases(phases: object) -> str | None:
    if not isinstance(phases, list) or not all(isinstance(each, list) and len(each) == 2 for each in phases):
        return None
    return ", ".join(f"up to {epochs} epochs at {side} px" for side, epochs in phases)
