"""The page about all versions of the model."""

from xray_ui.models import page as models_page

models_page.show()
