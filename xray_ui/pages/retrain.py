"""The page about examinations, trainings and comparisons."""

from xray_ui.retraining import page as retraining_page

retraining_page.show()
