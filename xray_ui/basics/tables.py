"""How is a table of text shown? Every cell as it is, never as Markdown."""

import streamlit as st

from xray_ui.basics import text
from xray_ui.basics.rows import Table


def show(rows: Table, *, otherwise: str = text.MISSING_PART) -> None:
    """Show rows of text.

    Args:
        rows: column to text; all rows have the same columns.
        otherwise: what is said where there are none.
    """
    if not rows:
        st.text(otherwise)
        return
    # A table's cells are Markdown, in which a lone dash is a list and an underscore is emphasis.
    literal = [{column: text.literal(value) for column, value in row.items()} for row in rows]
    st.table(literal, hide_index=True, border="horizontal")
