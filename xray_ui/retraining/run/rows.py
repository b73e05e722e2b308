"""What is known of a run? Rows of text for the page."""

from collections.abc import Mapping
from pathlib import Path

from model_store.trainings.record import RunRecord
from model_store.trainings.status import RunStatus
from xray_ui.basics import text as basics_text
from xray_ui.basics.rows import Table
from xray_ui.retraining import wording as retraining_wording


def fact_rows(status: RunStatus) -> Table:
    """List what a run was told and when it ran; what is not known is left out."""
    told = status.record or RunRecord(status=status.state)
    facts = {
        "State": retraining_wording.STATES.get(status.state, status.state),
        "Data": Path(told.data).name if told.data else None,
        "Class names": _classes(told.classes),
        "Kind": retraining_wording.PRESETS.get(told.preset, told.preset) if told.preset else None,
        "Began from": told.init,
        "Phases": ", ".join(f"up to {epochs} epochs at {side} px" for side, epochs in told.phases),
        "Active at the start": told.active,
        "Note": told.note,
        "Asked for by": told.by,
        "Begun": basics_text.moment(told.started) if told.started else None,
        "Ended": basics_text.moment(told.ended) if told.ended else None,
    }
    return [{"Property": name, "Value": str(value)} for name, value in facts.items() if value]


def _classes(meanings: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {'left out' if meaning == '-' else meaning}" for name, meaning in meanings.items())
