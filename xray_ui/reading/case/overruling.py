"""What has the reader overruled? For one film, correction and version, and in this session only."""

from typing import cast

import streamlit as st

from xray_ui.basics.guard import guarded
from xray_ui.basics.keep import keep
from xray_ui.reading.case.case import Case


def reason(case: Case) -> str | None:
    """Return why the reader has a film read that the check takes for no chest radiograph; None where nobody does."""
    return reasons().get(case)


def give_reason(case: Case, reason: str) -> None:
    """Let a film be read against the check, for a reason."""
    keep(reasons(), case, reason)


@guarded()
def take_reason_back(case: Case) -> None:
    """Let the check's word stand again."""
    reasons().pop(case, None)


def overruled(case: Case) -> frozenset[str]:
    """Return the names of the warnings that the reader has overruled."""
    return _warnings().get(case, frozenset())


@guarded()
def overrule(case: Case, name: str) -> None:
    """Note that the reader has seen a warning and overrules it."""
    keep(_warnings(), case, overruled(case) | {name})


@guarded()
def warn_again(case: Case, name: str) -> None:
    """Put a warning back."""
    keep(_warnings(), case, overruled(case) - {name})


def reasons() -> dict[Case, str]:
    """Return the typed reasons of this session by case, the very ones that are kept."""
    return cast("dict[Case, str]", st.session_state.setdefault("typed_reasons", {}))


def _warnings() -> dict[Case, frozenset[str]]:
    return cast("dict[Case, frozenset[str]]", st.session_state.setdefault("overruled_warnings", {}))
