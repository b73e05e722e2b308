"""The page that lists all films by urgency."""

from xray_ui.reading.worklist import panel as worklist_panel

worklist_panel.show()
