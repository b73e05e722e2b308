"""How does a clinician keep a result or hand it on? As a picture, as DICOM, as a page.

`panel`, `hand_on` and their `result` are tested as a whole, in `tests/app/reading` and `tests/browser`.
"""
