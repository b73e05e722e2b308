"""The reading page."""

from xray_ui import reading_area

reading_area.show()
