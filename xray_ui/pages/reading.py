"""The reading page."""

from xray_ui.reading import page as reading_page

reading_page.show()
