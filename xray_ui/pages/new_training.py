"""The page on which a training is asked for."""

from xray_ui.retraining import form

form.show()
