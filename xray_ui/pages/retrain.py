"""The page about examinations, trainings and comparisons."""

from xray_ui import retrain_page

retrain_page.show()
