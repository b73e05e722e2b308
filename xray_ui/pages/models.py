"""The page about all versions of the model."""

from xray_ui import models_page

models_page.show()
