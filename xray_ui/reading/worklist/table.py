"""How is the worklist drawn? As a table that is walked through with keys; one page of it is sent at a time."""

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from xray_ui.reading.worklist import rows as worklist_rows
from xray_ui.reading.worklist.rows import Row

KEY = "worklist_table"


def show(rows: Sequence[Row], *, at: str | None) -> tuple[str | None, int]:
    """Show rows.

    Args:
        rows: of one page.
        at: key of the film whose row is marked and scrolled to; None for the first.

    Returns:
        The key of the film that was opened just now, None for none, and by how many pages somebody has walked on.
    """
    done = _component()(
        key=KEY,
        data=content(rows, at=at),
        on_opened_change=lambda: None,
        on_walked_change=lambda: None,
    )
    opened, walked = done.get("opened"), done.get("walked")
    return (str(opened) if opened else None), (int(walked) if walked in (-1, 1) else 0)


def content(rows: Sequence[Row], *, at: str | None) -> Mapping[str, Any]:
    """Return what the browser draws; arguments as in `show`."""
    return {"rows": [dict(worklist_rows.drawn(row, _picture)) for row in rows], "at": at}


def _picture(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


@cache
def _component() -> ComponentRenderer:
    folder = Path(__file__).parent
    return st.components.v2.component(
        "worklist_table",
        html='<div class="wl-root"></div>',
        css=(folder / "table.css").read_text(),
        js=(folder / "table.js").read_text(),
        isolate_styles=False,
    )
