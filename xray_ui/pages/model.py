"""The page about the model in use."""

from xray_ui import model_page

model_page.show()
